// Small pieces that every screen is made of.

import { html } from "../vendor/preact-htm.js";
import { quantityOf, want } from "../cart.js";
import { money, t } from "../i18n.js";
import { href } from "../router.js";
import { openChatInvitation } from "./dialog.js";
import { state } from "../state.js";
import { Icon } from "./icons.js";

/** A picture in the size that its place needs; `sizes` as in HTML. */
export function Picture({ image, sizes, eager = false, name = "" }) {
  if (!image) return html`<span class="no-picture" aria-hidden="true"><${Icon} name="snow" size=${40} /></span>`;
  const set = `${image.small} 200w, ${image.medium} 600w, ${image.large} 1200w`;
  return html`<img srcset=${set} sizes=${sizes} src=${image.medium} alt=${image.alt || name} width="600" height="600" loading=${eager ? "eager" : "lazy"} decoding="async" />`;
}

/** A price, and the regular one struck out where it is higher. */
export function Price({ pack, large = false }) {
  const reduced = Number(pack.regular_price) > Number(pack.price);
  return html`<span class=${large ? "price large" : "price"}>
    <strong class=${reduced ? "reduced" : ""}>${money(pack.price)}</strong>
    ${reduced && html`<s><span class="unseen">${t("was")} </span>${money(pack.regular_price)}</s>`}
  </span>`;
}

/** What a kilogram costs of goods by weight, and how they are paid; nothing for others. */
export function ByWeight({ pack }) {
  if (!pack.kilogram_price) return null;
  return html`<span class="hint by-weight">${t("by_weight", { price: money(pack.kilogram_price) })}</span>`;
}

/** Return how many percent less than regularly a pack costs, or 0. */
export function saving(pack) {
  return Math.round((1 - Number(pack.price) / Number(pack.regular_price)) * 100);
}

/** − 2 +, or one button while there is none in the cart. */
export function Stepper({ sku, name, limit, soldOut = false, wide = false }) {
  const isGuest = state.signedIn && !state.user;
  const quantity = quantityOf(sku);
  const set = (count) => (isGuest ? openChatInvitation() : want(sku, count));
  if (!quantity) {
    const label = soldOut ? t("sold_out") : t("add");
    return html`<button type="button" class=${wide ? "button wide" : "add"} disabled=${soldOut} onClick=${() => set(1)} aria-label="${label}: ${name}">
      ${soldOut ? t("sold_out") : wide ? t("to_cart") : html`<${Icon} name="plus" size=${22} />`}
    </button>`;
  }
  return html`<div class=${wide ? "stepper wide" : "stepper"} role="group" aria-label=${name}>
    <button type="button" onClick=${() => set(quantity - 1)} aria-label=${t("one_less")}><${Icon} name="minus" size=${20} /></button>
    <span class="stepper-count"><span class="unseen">${t("pieces", { count: quantity })}</span><span aria-hidden="true">${quantity}</span></span>
    <button type="button" onClick=${() => set(quantity + 1)} disabled=${quantity >= limit} aria-label=${t("one_more")}><${Icon} name="plus" size=${20} /></button>
  </div>`;
}

/** What went wrong, and a way on; `whole` where it stands in the place of a whole screen. */
export function Trouble({ error, retry, whole = false }) {
  const text = error.message || t(error.status === 0 ? "offline" : "failed");
  const isGone = whole && error.status === 404;
  return html`<div class="trouble" role="alert">
    <${Icon} name=${isGone ? "search" : "alert"} size=${40} />
    ${whole && html`<h1>${t(isGone ? "not_here" : "did_not_load")}</h1>`}
    <p>${text}</p>
    ${isGone ? html`<a class="button" href=${href("/")}>${t("to_goods")}</a>` : retry && html`<button type="button" class="button" onClick=${retry}>${t("retry")}</button>`}
  </div>`;
}

/** Nothing here yet, and a way on. */
export function Nothing({ icon, title, text, children }) {
  return html`<div class="nothing">
    <span class="nothing-icon"><${Icon} name=${icon} size=${44} /></span>
    <h2>${title}</h2>
    ${text && html`<p>${text}</p>`}
    ${children}
  </div>`;
}

/** Grey shapes in the place of what is being loaded. */
export function Skeleton({ count = 1, kind = "block" }) {
  return html`<div class="skeletons ${kind}s" aria-busy="true" aria-label=${t("loading")} role="status">
    ${Array.from({ length: count }, (_, index) => html`<span class="skeleton ${kind}" key=${index}></span>`)}
  </div>`;
}

/** A sum beside its name. */
export function Sum({ name, amount, strong = false, free = false, good = false }) {
  return html`<div class="sum ${strong ? "strong" : ""} ${good ? "good" : ""}">
    <dt>${name}</dt><dd>${free && Number(amount) === 0 ? t("free") : money(amount)}</dd>
  </div>`;
}
