// What Telegram's script would know and draw, for a plain browser and the chat simulator's frame.

const KEPT = "launch";
const fragment = new URLSearchParams(location.hash.slice(1));

/** Whether the address still carries launch data. */
export function hasFragment() {
  return fragment.has("tgWebAppData") || fragment.has("tgWebAppVersion");
}

/** Return { initData, theme } of this launch; a reload of the tab finds them again. */
export function launchData() {
  if (hasFragment()) {
    const found = { initData: fragment.get("tgWebAppData") ?? "", theme: parsed(fragment.get("tgWebAppThemeParams")) };
    remember(found);
    return found;
  }
  return recalled() ?? { initData: "", theme: {} };
}

// Telegram's own script keeps the launch in the tab's session storage too: it is gone with the tab.
function remember(found) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(found));
  } catch {
    // A frame without storage: a reload asks the chat again.
  }
}

function recalled() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text ?? "{}") ?? {};
  } catch {
    return {};
  }
}

let current = null;
const listeners = new Set();

/** The main button of the page, drawn by `parts/frame.js`. */
export const standInButton = {
  get: () => current,
  set(button) {
    current = button;
    for (const listener of listeners) listener(button);
  },
  listen(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
