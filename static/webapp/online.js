// Whether the shop can be reached, learned from every request; while it can't, it is asked for.

import { state, update } from "./state.js";

const PROBE_MS = 3000;
const waiting = new Set();
let timer = 0;

/** A request got no answer at all. */
export function connectionLost() {
  if (!state.online) return;
  update({ online: false });
  timer = setTimeout(probe, PROBE_MS);
}

/** A request was answered, whatever the answer. */
export function connectionFound() {
  if (state.online) return;
  clearTimeout(timer);
  update({ online: true });
  for (const callback of [...waiting]) callback();
}

/** Call back whenever the shop can be reached again; returns how to stop that. */
export function onFound(callback) {
  waiting.add(callback);
  return () => waiting.delete(callback);
}

async function probe() {
  clearTimeout(timer);
  try {
    await fetch("/health/live", { method: "HEAD", cache: "no-store" });
    connectionFound();
  } catch {
    timer = setTimeout(probe, PROBE_MS);
  }
}

addEventListener("offline", connectionLost);
addEventListener("online", () => { if (!state.online) probe(); });
