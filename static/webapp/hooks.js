// What the screens share: loading with a retry, the two buttons, the width of the window.

import { useCallback, useEffect, useState } from "./vendor/preact-htm.js";
import { setBackButton, setMainButton } from "./tg.js";

/** Load something; return { data, error, retry }. `keys` say when it is something else. */
export function useLoaded(load, keys) {
  const [result, setResult] = useState({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let wanted = true;
    setResult({});
    load().then(
      (data) => wanted && setResult({ data }),
      (error) => wanted && setResult({ error }),
    );
    return () => { wanted = false; };
  }, [...keys, turn]);
  const retry = useCallback(() => setTurn((count) => count + 1), []);
  const replace = useCallback((data) => setResult({ data }), []);
  return { ...result, retry, replace };
}

/** Show the main button while the screen stands; `null` for none. */
export function useMainButton(button) {
  useEffect(() => setMainButton(button));
  useEffect(() => () => setMainButton(null), []);
}

/** Show the back button while the screen stands. */
export function useBackButton(onPress) {
  useEffect(() => {
    setBackButton(onPress);
    return () => setBackButton(null);
  }, [onPress]);
}

const wide = matchMedia("(min-width: 1100px)");

/** Whether there is room for the cart beside the goods. */
export function useWide() {
  const [isWide, setWide] = useState(wide.matches);
  useEffect(() => {
    const changed = () => setWide(wide.matches);
    wide.addEventListener("change", changed);
    return () => wide.removeEventListener("change", changed);
  }, []);
  return isWide;
}

/** Return a value once it has rested. */
export function useRested(value, milliseconds) {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
