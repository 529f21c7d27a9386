// The packs that the person waits for, as the server keeps them: one list with the bot's.

import { get, post, remove } from "./api.js";
import { state, update } from "./state.js";
import { haptic } from "./tg.js";

/** Whether the person waits for a pack. */
export const isAwaited = (sku) => state.awaited?.has(sku) ?? false;

/** Read what the person waits for: the bot may have changed it. */
export async function readAwaited() {
  if (!state.user) return;
  // Nobody waits for more than fit on one page.
  const page = await get("users/me/alerts/", { page_size: 100 });
  update({ awaited: new Set(page.results.map(({ sku }) => sku)) });
}

/** Wait for a pack, or no longer; twice does no harm. */
export async function setAwaited(sku, wanted) {
  haptic("light");
  const path = `catalog/variants/${encodeURIComponent(sku)}/alert/`;
  await (wanted ? post(path) : remove(path));
  const others = [...(state.awaited ?? [])].filter((other) => other !== sku);
  update({ awaited: new Set(wanted ? [...others, sku] : others) });
}
