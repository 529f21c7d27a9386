// The one door to Telegram: its own script where it is loaded, else a stand-in that reads the
// same launch fragment and draws the buttons in the page.
// https://core.telegram.org/bots/webapps

import { hasFragment, launchData, standInButton } from "./stand-in.js";

const real = globalThis.Telegram?.WebApp;
const native = Boolean(real?.initData);
// A reload of the tab finds its launch again, but is none.
const isFresh = native ? performance.getEntriesByType("navigation")[0]?.type !== "reload" : hasFragment();
const launch = native ? { initData: real.initData, theme: real.themeParams } : launchData();

/** What Telegram signed about the person; empty for a guest. */
export const initData = launch.initData;

/** Whether Telegram draws the main and the back button. */
export const hasNativeButtons = native;

/** The person's language as Telegram knows it, or undefined. */
export function telegramLanguage() {
  try {
    return JSON.parse(new URLSearchParams(initData).get("user") ?? "null")?.language_code;
  } catch {
    return undefined;
  }
}

/** What stood behind `startapp=` in the link that opened the app, once a launch; empty without. */
export function takeStartParam() {
  const given = new URLSearchParams(initData).get("start_param") ?? "";
  return given && isFresh ? given : "";
}

/** Tell Telegram that the app can be seen, and forget the fragment it came with. */
export function ready() {
  if (hasFragment()) history.replaceState(history.state, "", location.pathname + location.search);
  if (!native) return;
  real.ready();
  real.expand();
}

/** Give Telegram's own header and edges the page's colour (#rrggbb). */
export function paintFrame(colour) {
  if (!native || !real.isVersionAtLeast("6.1")) return;
  real.setHeaderColor(colour);
  real.setBackgroundColor(colour);
  if (real.isVersionAtLeast("7.10")) real.setBottomBarColor(colour);
}

/** Call back with the theme's colours now and whenever they change. */
export function onTheme(callback) {
  callback(launch.theme, native ? real.colorScheme : undefined);
  if (native) real.onEvent("themeChanged", () => callback(real.themeParams, real.colorScheme));
}

let pressed = null;

/** Show the main button (`null` hides it): { text, onPress, busy, disabled }. */
export function setMainButton(button) {
  pressed = button?.onPress ?? null;
  if (!native) {
    standInButton.set(button);
    return;
  }
  const { MainButton: main } = real;
  if (!button) {
    main.hide();
    return;
  }
  const text = [button.text, button.note].filter(Boolean).join(" · ");
  main.setParams({ text, is_visible: true, is_active: !button.disabled && !button.busy });
  if (button.busy) main.showProgress(false);
  else main.hideProgress();
}

let goBack = null;
let closeFirst = null;

/** Show Telegram's back button (`null` hides it); without Telegram the page's header has one. */
export function setBackButton(onPress) {
  goBack = onPress;
  drawBack();
}

/** Let the back button close what lies above the screen first; `null` when it is closed. */
export function setCloseFirst(close) {
  closeFirst = close;
  drawBack();
}

function drawBack() {
  if (!native) return;
  if (goBack || closeFirst) real.BackButton.show();
  else real.BackButton.hide();
}

if (native) {
  real.MainButton.onClick(() => pressed?.());
  real.BackButton.onClick(() => (closeFirst ?? goBack)?.());
}

/** A short tremble where the phone can: "light", "success" or "error". */
export function haptic(kind) {
  if (!native || !real.isVersionAtLeast("6.1")) return;
  if (kind === "light") real.HapticFeedback.impactOccurred("light");
  else real.HapticFeedback.notificationOccurred(kind);
}

let guards = 0;

/** Warn before the app is closed while something typed would be lost; returns how to stop that. */
export function guardClosing() {
  guards += 1;
  heedGuards();
  return () => {
    guards -= 1;
    heedGuards();
  };
}

function heedGuards() {
  if (!native) globalThis.onbeforeunload = guards ? (event) => event.preventDefault() : null;
  else if (real.isVersionAtLeast("6.2")) real[guards ? "enableClosingConfirmation" : "disableClosingConfirmation"]();
}

/** Go to a provider's page; Telegram opens it beside the app, a browser in its place. */
export function openPage(url) {
  if (native) real.openLink(url);
  else {
    // Who goes to pay leaves nothing behind.
    globalThis.onbeforeunload = null;
    location.assign(url);
  }
}

/** Open an invoice of Telegram's; what it says when it closes is a hint, the server knows. */
export function openInvoice(url, onClosed) {
  if (native) real.openInvoice(url, onClosed);
  else if (window.parent === window) location.assign(url);
  else askFrame(url, onClosed);
}

// The chat simulator's frame speaks the protocol of Telegram's web client.
function askFrame(url, onClosed) {
  const slug = new URL(url).pathname.replace(/^\/(\$|invoice\/)/, "");
  const heard = ({ data }) => {
    if (typeof data !== "string" || !data.includes("invoice_closed")) return;
    removeEventListener("message", heard);
    onClosed();
  };
  addEventListener("message", heard);
  window.parent.postMessage(JSON.stringify({ eventType: "web_app_open_invoice", eventData: { slug } }), "*");
}
