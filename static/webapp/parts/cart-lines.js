// The cart's lines, its warnings and how far it is to a free delivery.

import { html } from "../vendor/preact-htm.js";
import { day, money, packWeight, t, weight } from "../i18n.js";
import { href } from "../router.js";
import { acceptChanges } from "../cart.js";
import { toast } from "../notices.js";
import { Icon } from "./icons.js";
import { ByWeight, Stepper } from "./pieces.js";

/** Every line with its stepper, and what comes along for nothing. */
export function CartLines({ cart, compact = false }) {
  return html`<ul class=${compact ? "lines compact" : "lines"}>
    ${cart.lines.map((line) => html`<${Line} key=${line.id} line=${line} />`)}
    ${cart.gifts.map((gift) => html`<${Gift} key="gift-${gift.sku}-${gift.text}" gift=${gift} />`)}
  </ul>`;
}

function Line({ line }) {
  const limit = Math.min(line.available, line.max_per_order);
  const reduced = Number(line.regular_price) > Number(line.unit_price);
  return html`<li class="line">
    <a href=${href(`/product/${line.product_slug}`)} class="line-picture" tabindex="-1" aria-hidden="true">
      ${line.image && html`<img src=${line.image} alt="" width="200" height="200" loading="lazy" decoding="async" />`}
    </a>
    <div class="line-words">
      <a href=${href(`/product/${line.product_slug}`)}>${line.name}</a>
      <span class="hint">${packWeight(line)} · ${money(line.unit_price)}</span>
      <${ByWeight} pack=${line} />
      ${line.offers.map((offer) => html`<span class="offer" key=${offer}><${Icon} name="tag" size=${16} />${offer}</span>`)}
      ${line.best_before && html`<span class="hint">${t("best_before", { day: day(line.best_before) })}</span>`}
      ${line.warnings.map((warning) => html`<span class="warning" key=${warning.code}><${Icon} name="alert" size=${16} />${warning.text}</span>`)}
    </div>
    <div class="line-deeds">
      <strong class=${reduced ? "reduced" : ""}>${money(line.total)}</strong>
      <${Stepper} sku=${line.sku} name="${line.name}, ${weight(line.pack_weight_g)}" limit=${limit} />
    </div>
  </li>`;
}

function Gift({ gift }) {
  return html`<li class="line gift">
    <a href=${href(`/product/${gift.product_slug}`)} class="line-picture" tabindex="-1" aria-hidden="true">
      ${gift.image && html`<img src=${gift.image} alt="" width="200" height="200" loading="lazy" decoding="async" />`}
    </a>
    <div class="line-words">
      <a href=${href(`/product/${gift.product_slug}`)}>${gift.name}</a>
      <span class="hint">${weight(gift.pack_weight_g)}${gift.quantity > 1 ? ` · ${t("pieces", { count: gift.quantity })}` : ""}</span>
      <span class="offer"><${Icon} name="gift" size=${16} />${gift.text}</span>
    </div>
    <div class="line-deeds"><strong class="reduced">${t("as_gift")}</strong></div>
  </li>`;
}

/** What changed since the goods were put in, and one tap to agree. */
export function Changes({ cart }) {
  if (!cart.warnings.length) return null;
  const agree = () => acceptChanges().catch((error) => toast(error.message || t("offline")));
  return html`<section class="changes" aria-label=${t("changes")}>
    <h2>${t("changes")}</h2>
    <ul>${cart.warnings.map((warning) => html`<li key=${warning.code + warning.text}>${warning.text}</li>`)}</ul>
    <button type="button" class="button small" onClick=${agree}>${t("accept_changes")}</button>
  </section>`;
}

/** How much is missing to the least order, or to a free delivery. */
export function Progress({ quote }) {
  const toMinimum = Number(quote.missing_for_minimum);
  const toFree = quote.missing_for_free === null ? 0 : Number(quote.missing_for_free);
  const toLess = toMinimum ? 0 : Number(quote.missing_for_less ?? 0);
  const missing = toMinimum || toFree || toLess;
  const delivered = quote.zone !== null && Number(quote.delivery_fee) === 0;
  if (!missing && !delivered) return null;
  const words = toMinimum ? t("to_minimum", { sum: money(toMinimum) }) : toFree ? t("to_free", { sum: money(toFree) }) : toLess ? t("to_less", { sum: money(toLess), fee: money(quote.less_fee) }) : t("free_delivery");
  const reached = Number(quote.items_total);
  return html`<div class=${toMinimum ? "progress short" : "progress"}>
    <p><${Icon} name=${missing ? "truck" : "check"} size=${20} />${words}</p>
    <progress max=${reached + missing} value=${reached} aria-label=${words}></progress>
    ${toFree > 0 && toLess > 0 && html`<p class="hint">${t("to_less", { sum: money(toLess), fee: money(quote.less_fee) })}</p>`}
  </div>`;
}
