// What every screen shares: the person, the cart, the language. Screens draw anew when it changes.

import { useLayoutEffect, useState } from "./vendor/preact-htm.js";

const listeners = new Set();

/** `user` is null for a guest, `cart`, `awaited` (SKUs) and `liked` null until read, `questions` about orders, `refusal` why signing in failed, `online` whether the shop can be reached. */
export const state = { user: null, cart: null, awaited: null, liked: null, questions: [], refusal: null, signedIn: false, language: "ru", online: true };

/** Change some of it. */
export function update(changes) {
  Object.assign(state, changes);
  for (const listener of [...listeners]) listener();
}

/** Return the shared state, and draw again with each change of it. */
export function useShared() {
  const [, redraw] = useState(0);
  // Before the first paint: an answer that comes right after it must not be missed.
  useLayoutEffect(() => {
    const listener = () => redraw((count) => count + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return state;
}
