// The person's cart as the server keeps it: one with the bot's. Taps show at once, the answer decides.

import { get, glance, patch, post, put, remove } from "./api.js";
import { announce, toast } from "./notices.js";
import { money, t } from "./i18n.js";
import { onFound } from "./online.js";
import { state, update } from "./state.js";
import { guardClosing, haptic } from "./tg.js";
import { openChatInvitation } from "./parts/dialog.js";

const SETTLE_MS = 250;
const pending = new Map();
let letGo = null;
// Taps that come while the sign-in is on its way are shown, and sent when it is answered.
let openTheCart;
let queue = new Promise((resolve) => { openTheCart = resolve; });
export { openTheCart };

/** Return how many of a pack are in the cart, unanswered taps included. */
export function quantityOf(sku) {
  return pending.get(sku)?.quantity ?? lineOf(sku)?.quantity ?? 0;
}

/** Fetch the cart again, unless taps are on their way. */
export const refreshCart = () => refreshed(get);

/** The same in passing: who looks again in a moment asks once. */
export const glanceAtCart = () => refreshed(glance);

async function refreshed(ask) {
  if (!state.user || pending.size) return;
  const before = state.cart;
  const cart = await ask("cart/");
  // What was put in meanwhile has brought a newer cart.
  if (!pending.size && state.cart === before) keep(cart);
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
  if (JSON.stringify(cart) !== JSON.stringify(state.cart)) update({ cart });
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
    update({});
    if (state.cart) announce(t("cart_now", { count: state.cart.count, total: money(state.cart.total) }));
  } catch (error) {
    if (error.status === 0) {
      letGo ??= guardClosing();
      toast(t("offline_cart"));
      return;
    }
    forget(sku, wanted);
    haptic("error");
    toast(error.message || t("failed"));
    await refreshCart().catch(() => update({}));
  }
}

// Nothing that was tapped without a connection is lost. Whether the last answer or the last request
// went missing nobody knows: the shop is asked what it has before the rest is sent.
onFound(() => {
  if (!state.user || !pending.size) return;
  queue = queue.then(async () => {
    try {
      keep(await get("cart/"));
    } catch {
      return;
    }
    letGo?.();
    letGo = null;
    for (const sku of [...pending.keys()]) await settle(sku);
  });
});

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
