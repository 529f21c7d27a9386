// The cart is one with the bot's: what is changed in the chat is seen here within seconds.

const EVERY_MS = 3000;
// Whoever lays the phone aside with the shop open needs no haste.
const IDLE_AFTER_MS = 120_000;
const IDLE_EVERY_MS = 15_000;
const SLOWEST_MS = 30_000;

/** Look again and again while the page can be seen, and at once when it is seen again. */
export function keepLooking(look) {
  let timer = 0;
  let failures = 0;
  let turn = 0;
  let touchedAt = Date.now();

  const pause = () => {
    const calm = Date.now() - touchedAt > IDLE_AFTER_MS ? IDLE_EVERY_MS : EVERY_MS;
    return Math.min(SLOWEST_MS, calm * 2 ** failures);
  };
  const next = async (own) => {
    failures = await look(own).then(() => 0, () => failures + 1);
    // Whoever looked again meanwhile goes on instead.
    if (own === turn && isSeen()) timer = setTimeout(next, pause(), own);
  };
  const again = () => {
    clearTimeout(timer);
    turn += 1;
    if (!isSeen()) return;
    touchedAt = Date.now();
    next(turn);
  };
  const touched = () => {
    const wasIdle = Date.now() - touchedAt > IDLE_AFTER_MS;
    touchedAt = Date.now();
    if (wasIdle) again();
  };
  document.addEventListener("visibilitychange", again);
  addEventListener("focus", again);
  addEventListener("pointerdown", touched, { passive: true });
  addEventListener("keydown", touched, { passive: true });
  timer = setTimeout(next, EVERY_MS, turn);
}

const isSeen = () => document.visibilityState === "visible";
