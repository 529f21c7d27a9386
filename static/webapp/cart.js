// The person's cart as the server keeps it: one with the bot's. Taps show at once, the answer decides.

import { get, patch, post, put, remove } from "./api.js";
import { announce, toast } from "./notices.js";
import { money, t } from "./i18n.js";
import { state, update } from "./state.js";
import { haptic } from "./tg.js";
import { openChatInvitation } from "./parts/dialog.js";

const SETTLE_MS = 250;
const pending = new Map();
// Taps that come while the sign-in is on its way are shown, and sent when it is answered.
let openTheCart;
let queue = new Promise((resolve) => { openTheCart = resolve; });
export { openTheCart };

/** Return how many of a pack are in the cart, unanswered taps included. */
export function quantityOf(sku) {
  return pending.get(sku)?.quantity ?? lineOf(sku)?.quantity ?? 0;
}

/** Fetch the cart again, unless taps are on their way. */
export async function refreshCart() {
  if (!state.user || pending.size) return;
  const cart = await get("cart/");
  if (!pending.size) keep(cart);
}

/** Want so many of a pack: shown now, sent when the fingers rest. */
export function want(sku, quantity) {
  haptic("light");
  const waiting = pending.get(sku);
  if (waiting) clearTimeout(waiting.timer);
  const timer = setTimeout(() => { queue = queue.then(() => settle(sku)); }, SETTLE_MS);
  pending.set(sku, { quantity, timer });
  update({});
}

/** Agree to new prices and smaller quantities. */
export async function acceptChanges() {
  keep(await post("cart/accept-changes/", { version: state.cart.version }));
}

/** Use a promo code; the shop says why not, if not. */
export async function useCode(code) {
  keep(await put("cart/promo-code/", { code }));
}

/** Use no promo code. */
export async function dropCode() {
  keep(await remove("cart/promo-code/"));
}

/** Show a cart that another answer brought. */
export function keep(cart) {
  update({ cart });
}

async function settle(sku) {
  const wanted = pending.get(sku);
  if (!wanted) return;
  if (!state.user) {
    forget(sku, wanted);
    update({});
    openChatInvitation();
    return;
  }
  try {
    const cart = await sent(sku, wanted.quantity);
    forget(sku, wanted);
    if (cart) keep(cart);
    else if (!state.cart) await refreshCart();
    if (state.cart) announce(t("cart_now", { count: state.cart.count, total: money(state.cart.total) }));
  } catch (error) {
    forget(sku, wanted);
    haptic("error");
    toast(error.message || t("offline"));
    await refreshCart().catch(() => update({}));
  }
}

function sent(sku, quantity) {
  const line = lineOf(sku);
  if (line) return line.quantity === quantity ? null : patch(`cart/items/${line.id}/`, { quantity });
  return quantity > 0 ? post("cart/items/", { sku, quantity }) : null;
}

// A tap that came while the answer was on its way waits for its own turn.
function forget(sku, settled) {
  if (pending.get(sku) === settled) pending.delete(sku);
}

const lineOf = (sku) => state.cart?.lines.find((line) => line.sku === sku);
