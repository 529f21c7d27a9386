// What stands around every screen: the header, the invitation for guests, the main button.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { t } from "../i18n.js";
import { back, href } from "../router.js";
import { hasNativeButtons } from "../tg.js";
import { standInButton } from "../stand-in.js";
import { chatAddress } from "./dialog.js";
import { Icon } from "./icons.js";

const { shop } = document.documentElement.dataset;

/** The page's head: home or back, the title, orders, cart and language. */
export function Header({ shared, home, onLanguage }) {
  const other = shared.language === "ru" ? "en" : "ru";
  const count = shared.cart?.count ?? 0;
  const cartLabel = count ? `${t("cart")}: ${t("pieces", { count })}` : t("cart");
  return html`<header class="header">
    ${home || hasNativeButtons
      ? html`<a class="brand" href=${href("/")}><span class="brand-mark"><${Icon} name="snow" size=${20} /></span>${shop}</a>`
      : html`<button type="button" class="round" onClick=${back} aria-label=${t("back")}><${Icon} name="back" /></button><a class="brand small" href=${href("/")}>${shop}</a>`}
    <nav aria-label=${t("sections")}>
      <button type="button" class="round text" lang=${other} onClick=${() => onLanguage(other)} aria-label=${other === "ru" ? "Русский" : "English"}>${other.toUpperCase()}</button>
      ${shared.user && html`<a class="round" href=${href("/orders")} aria-label=${t("my_orders")}><${Icon} name="orders" /></a>`}
      ${shared.user && html`<a class="round" href=${href("/profile")} aria-label=${t("profile")}><${Icon} name="person" /></a>`}
      ${shared.user && html`<a class="round" href=${href("/cart")} aria-label=${cartLabel}><${Icon} name="cart" />${count > 0 && html`<span class="badge" aria-hidden="true">${count}</span>`}</a>`}
    </nav>
  </header>`;
}

/** Say that the shop can't be reached; taps are kept until it can. */
export function Offline({ shared }) {
  return html`<div role="status" class="offline-place">${!shared.online && html`<p class="offline"><${Icon} name="cloud" size=${20} />${t("offline_now")}</p>`}</div>`;
}

/** Tell a guest, or a person whose launch is too old, how to buy. */
export function Invitation({ shared }) {
  if (shared.user || !shared.signedIn) return null;
  return html`<aside class="invitation" aria-label=${t("guest_title")}>
    <p>${shared.refusal?.message || t("guest_short")}</p>
    ${chatAddress && html`<a class="button small" href=${chatAddress}>${t("open_chat")}</a>`}
  </aside>`;
}

/** The main button where Telegram draws none. */
export function MainButton() {
  const [button, setButton] = useState(standInButton.get());
  useEffect(() => standInButton.listen(setButton), []);
  useEffect(() => { document.body.classList.toggle("has-main", Boolean(button)); }, [button]);
  if (!button) return null;
  return html`<section class="main-bar" aria-label=${t("next_step")}><button type="button" class="main-button" disabled=${button.disabled || button.busy} aria-busy=${button.busy ? "true" : "false"} onClick=${() => button.onPress()}>
    <span>${button.text}</span>${button.note && html`<span class="note">${button.note}</span>`}
  </button></section>`;
}
