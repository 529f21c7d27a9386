// Addresses under /app/: /product/<slug>, /cart, /checkout, /orders, /orders/<id>.

import { useEffect, useState } from "./vendor/preact-htm.js";

const BASE = "/app";
const listeners = new Set();

/** Return where we are: { name, id, query }. */
export function here() {
  const [name = "", id = ""] = location.pathname.slice(BASE.length).split("/").filter(Boolean);
  return { name, id: decodeURIComponent(id), query: new URLSearchParams(location.search) };
}

/** Return the address of a place, for links. */
export const href = (path) => BASE + path;

/** Go somewhere; `replace` leaves no trace of where we were. */
export function go(path, { replace = false } = {}) {
  const depth = (history.state?.depth ?? 0) + (replace ? 0 : 1);
  history[replace ? "replaceState" : "pushState"]({ depth }, "", href(path));
  tell();
}

/** Go back, or to the catalogue when this was the first page. */
export function back() {
  if (history.state?.depth) history.back();
  else go("/", { replace: true });
}

/** Follow a link without loading the page anew; other clicks are the browser's. */
export function follow(event) {
  const link = event.target.closest?.("a[href]");
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!link || !plain || link.target || link.origin !== location.origin) return;
  if (!link.pathname.startsWith(`${BASE}/`)) return;
  event.preventDefault();
  go(link.pathname.slice(BASE.length) + link.search);
}

/** Return where we are, anew after each step. */
export function useRoute() {
  const [route, setRoute] = useState(here);
  useEffect(() => {
    const changed = () => setRoute(here());
    listeners.add(changed);
    addEventListener("popstate", changed);
    return () => {
      listeners.delete(changed);
      removeEventListener("popstate", changed);
    };
  }, []);
  return route;
}

function tell() {
  for (const listener of listeners) listener();
}
