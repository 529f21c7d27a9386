// Placing an order once: the key stays with its request until the shop has answered it.

import { post } from "./api.js";

let waiting = null;

/** Send an order; the same one, sent again after a lost answer, is not a second order. */
export async function placeOrder(order) {
  const body = JSON.stringify(order);
  if (waiting?.body !== body) waiting = { body, key: freshKey() };
  try {
    const placed = await post("orders/", order, { "Idempotency-Key": waiting.key });
    waiting = null;
    return placed;
  } catch (error) {
    if (!error.isUndecided) waiting = null;
    throw error;
  }
}

// randomUUID exists on https and localhost only; a shop may be tried over plain http.
function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What is typed at the checkout outlives a reload and a look at the cart, and is gone with the tab.
const DRAFT = "checkout";

/** Keep what the form holds. */
export function keepDraft(form) {
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify(form));
  } catch {
    // A frame without storage: only a reload loses it.
  }
}

/** Return what the form held. */
export function keptDraft() {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** Forget it: the order is placed. */
export function dropDraft() {
  try {
    sessionStorage.removeItem(DRAFT);
  } catch {
    // There was none.
  }
}
