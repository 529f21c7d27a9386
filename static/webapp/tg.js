// The one door to Telegram: its own script where it is loaded, else a stand-in that reads the
// same launch fragment and draws the buttons in the page.
// https://core.telegram.org/bots/webapps

import { hasFragment, launchData, standInButton } from "./stand-in.js";

const real = globalThis.Telegram?.WebApp;
const native = Boolean(real?.initData);
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

/** Tell Telegram that the app can be seen, and forget the fragment it came with. */
export function ready() {
  if (hasFragment()) history.replaceState(history.state, "", location.pathname + location.search);
  if (!native) return;
  real.ready();
  real.expand();
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
  main.setParams({ text: button.text, is_visible: true, is_active: !button.disabled && !button.busy });
  if (button.busy) main.showProgress(false);
  else main.hideProgress();
}

let goBack = null;

/** Show Telegram's back button (`null` hides it); without Telegram the page's header has one. */
export function setBackButton(onPress) {
  goBack = onPress;
  if (!native) return;
  if (onPress) real.BackButton.show();
  else real.BackButton.hide();
}

if (native) {
  real.MainButton.onClick(() => pressed?.());
  real.BackButton.onClick(() => goBack?.());
}

/** A short tremble where the phone can: "light", "success" or "error". */
export function haptic(kind) {
  if (!native || !real.isVersionAtLeast("6.1")) return;
  if (kind === "light") real.HapticFeedback.impactOccurred("light");
  else real.HapticFeedback.notificationOccurred(kind);
}

/** Warn before the app is closed while something typed would be lost. */
export function guardClosing(guarded) {
  if (!native || !real.isVersionAtLeast("6.2")) return;
  if (guarded) real.enableClosingConfirmation();
  else real.disableClosingConfirmation();
}

/** Go to a provider's page; Telegram opens it beside the app, a browser in its place. */
export function openPage(url) {
  if (native) real.openLink(url);
  else location.assign(url);
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
