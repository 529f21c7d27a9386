// Links that open the app at a place: t.me/<bot>/<app>?startapp=…, the same words as in the chat.

import { post } from "./api.js";
import { refreshCart } from "./cart.js";
import { t } from "./i18n.js";
import { toast } from "./notices.js";
import { go } from "./router.js";
import { takeStartParam } from "./tg.js";

const PATHS = {
  product: (name) => `/product/${name}`,
  category: (name) => `/?category=${name}`,
  order: (name) => `/orders/${name}`,
  cart: () => "/cart",
};

/** Go where the link of this launch leads; what is gone or over is said, and the shop stays open. */
export async function followStartParam() {
  const payload = takeStartParam();
  if (!payload) return;
  try {
    const { place, name } = await post("links/open/", { payload });
    if (place === "cart") {
      await refreshCart().catch(() => {});
      toast(t("promo_in"));
    }
    if (PATHS[place]) go(PATHS[place](encodeURIComponent(name)));
  } catch (error) {
    toast(error.message || t("offline"));
  }
}
