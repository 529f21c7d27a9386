// The products that the person likes, as the server keeps them: one list with the bot's.

import { get, put, remove } from "./api.js";
import { state, update } from "./state.js";
import { haptic } from "./tg.js";

/** Whether the person likes a product. */
export const isLiked = (slug) => state.liked?.some((one) => one.slug === slug) ?? false;

/** Read what the person likes: the bot may have changed it. Nobody likes more than two pages. */
export async function readLiked() {
  if (!state.user) return;
  const first = await get("users/me/favourites/", { page_size: 100 });
  const second = first.next ? await get("users/me/favourites/", { page_size: 100, page: 2 }) : { results: [] };
  update({ liked: [...first.results, ...second.results] });
}

/** Like a product, or no longer; twice does no harm. */
export async function setLiked(slug, wanted) {
  haptic("light");
  const path = `users/me/favourites/${encodeURIComponent(slug)}/`;
  const others = (state.liked ?? []).filter((one) => one.slug !== slug);
  if (!wanted) {
    await remove(path);
    update({ liked: others });
    return;
  }
  const liked = await put(path, {});
  update({ liked: [liked, ...others] });
}
