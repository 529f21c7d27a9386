// What offers take off, what one saves, and the promo code.

import { html, useState } from "../vendor/preact-htm.js";
import { dropCode, useCode } from "../cart.js";
import { money, t } from "../i18n.js";
import { announce, toast } from "../notices.js";
import { haptic } from "../tg.js";
import { Icon } from "./icons.js";
import { Sum } from "./pieces.js";

/** Each offer beside what it takes off. */
export function Offers({ offers }) {
  return offers.filter((offer) => Number(offer.amount)).map((offer) => html`<${Sum} key=${offer.text} name=${offer.text} amount=${-Number(offer.amount)} good=${true} />`);
}

/** The delivery fee, and what offers take off it. */
export function Fee({ quote }) {
  if (!quote.zone) return null;
  const why = Number(quote.delivery_fee) > 0 && quote.fee_text;
  const name = why ? html`${t("delivery")}<br /><span class="hint">${why}</span>` : t("delivery");
  return html`<${Sum} name=${name} amount=${quote.full_delivery_fee} free=${true} /><${Offers} offers=${quote.delivery_offers} />`;
}

/** How much one pays less than regularly. */
export function Saved({ amount }) {
  if (!(Number(amount) > 0)) return null;
  return html`<p class="saved"><${Icon} name="check" size=${18} />${t("you_save", { sum: money(amount) })}</p>`;
}

/** What a few goods more would bring. */
export function Chance({ text }) {
  return text ? html`<p class="chance"><${Icon} name="gift" size=${20} />${text}</p>` : null;
}

/** Why the promo code gives nothing here. */
export function Idle({ code }) {
  if (!code || code.is_applied) return null;
  return html`<p class="warning"><${Icon} name="tag" size=${16} />${code.code}: ${code.text}</p>`;
}

/** The promo code of the cart: entered, or shown with what it does. */
export function PromoCode({ cart }) {
  return html`<section class="card promo" aria-label=${t("promo_code")}>${cart.code ? html`<${Used} code=${cart.code} />` : html`<${Entry} />`}</section>`;
}

function Used({ code }) {
  const drop = () => dropCode().catch((error) => toast(error.message || t("offline")));
  return html`<div class="promo-used">
    <${Icon} name="tag" size=${20} />
    <p><strong>${code.code}</strong><br /><span class=${code.is_applied ? "good" : "warning"}>${code.text}</span></p>
    <button type="button" class="button small quiet" onClick=${drop}>${t("promo_remove")}</button>
  </div>`;
}

function Entry() {
  const [open, setOpen] = useState(false);
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async (event) => {
    event.preventDefault();
    if (!code.trim() || busy) return;
    setBusy(true);
    try {
      await useCode(code.trim());
      haptic("success");
      announce(t("promo_in"));
    } catch (error) {
      haptic("error");
      setWrong(error.message || t("offline"));
      setBusy(false);
    }
  };
  if (!open) return html`<button type="button" class="promo-open" onClick=${() => setOpen(true)}><${Icon} name="tag" size=${20} />${t("promo_have")}</button>`;
  return html`<form class="field" onSubmit=${send} novalidate>
    <label for="field-promo">${t("promo_code")}</label>
    <div class="promo-entry">
      <input id="field-promo" name="promo" value=${code} maxlength="60" autocomplete="off" autocapitalize="characters" spellcheck=${false} enterkeyhint="done"
        ref=${(input) => { if (input && !input.dataset.seen) { input.dataset.seen = "1"; input.focus(); } }}
        aria-invalid=${wrong ? "true" : undefined} aria-describedby=${wrong ? "promo-wrong" : undefined}
        onInput=${(event) => { setCode(event.target.value); setWrong(""); }} />
      <button type="submit" class="button" disabled=${busy || !code.trim()}>${t("promo_apply")}</button>
    </div>
    ${wrong && html`<p class="warning" id="promo-wrong" role="alert"><${Icon} name="alert" size=${16} />${wrong}</p>`}
  </form>`;
}
