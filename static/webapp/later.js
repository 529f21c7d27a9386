// Parts that the first screen does without: fetched when it stands, so that it stands sooner.

import { useEffect, useState } from "./vendor/preact-htm.js";

const arrived = new Map();

/** Fetch a part, once; a part that did not come may be asked for again. */
export async function fetchLater(load) {
  if (!arrived.has(load)) arrived.set(load, await load());
  return arrived.get(load);
}

/** Return { part, error, retry }; the part at once when it has come before. */
export function useLater(load) {
  const [, redraw] = useState(0);
  const [error, setError] = useState(null);
  const [turn, setTurn] = useState(0);
  const part = arrived.get(load);
  useEffect(() => {
    let wanted = true;
    setError(null);
    if (load && !part) fetchLater(load).then(() => wanted && redraw((count) => count + 1), () => wanted && setError({ status: 0, message: "" }));
    return () => { wanted = false; };
  }, [load, turn]);
  return { part, error: part ? null : error, retry: () => setTurn(turn + 1) };
}
