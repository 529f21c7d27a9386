// What the screens share: loading with a retry, the two buttons, the width of the window.

import { useCallback, useEffect, useRef, useState } from "./vendor/preact-htm.js";
import { onFound } from "./online.js";
import { guardClosing, setBackButton, setMainButton } from "./tg.js";

/** Load something; return { data, error, retry }. `keys` say when it is something else, `given` is what is known of the first. */
export function useLoaded(load, keys, given = undefined) {
  const [result, setResult] = useState(given === undefined ? {} : { data: given });
  const [turn, setTurn] = useState(0);
  const isGiven = useRef(given !== undefined);
  useEffect(() => {
    if (isGiven.current) {
      isGiven.current = false;
      return undefined;
    }
    let wanted = true;
    setResult({});
    load().then(
      (data) => wanted && setResult({ data }),
      (error) => wanted && setResult({ error }),
    );
    return () => { wanted = false; };
  }, [...keys, turn]);
  const retry = useCallback(() => setTurn((count) => count + 1), []);
  // What could not be had without a connection comes by itself with it.
  const isLost = result.error?.status === 0;
  useEffect(() => (isLost ? onFound(retry) : undefined), [isLost]);
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

/** Ask before the app is closed while something typed would be lost. */
export function useTypingGuard(isTyped) {
  useEffect(() => (isTyped ? guardClosing() : undefined), [isTyped]);
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
