// The sheet in which the list is narrowed: diet, allergens, price, what is on sale, and its order.

import { html, useState } from "../vendor/preact-htm.js";
import { read } from "../api.js";
import { askedOf, countOf, NO_FILTERS, SORTS } from "../filtering.js";
import { useLoaded, useRested } from "../hooks.js";
import { money, spoken, t } from "../i18n.js";
import { haptic } from "../tg.js";
import { Icon } from "./icons.js";
import { Skeleton, Trouble } from "./pieces.js";
import { Sheet } from "./sheet.js";

/** Let the person choose; `onDone` gets what was chosen. */
export function Filters({ filters, search, onDone, onClose }) {
  const [draft, setDraft] = useState(filters);
  const choices = useLoaded(() => read("catalog/filters/"), [spoken()]);
  const fits = useCount(draft, search);
  const set = (changes) => { haptic("light"); setDraft({ ...draft, ...changes }); };
  const reset = () => set({ ...NO_FILTERS, category: draft.category });
  const foot = html`
    ${countOf(draft) > 0 && html`<button type="button" class="button quiet" onClick=${reset}>${t("filters_reset")}</button>`}
    <button type="button" class="button wide" disabled=${fits === 0} onClick=${() => onDone(draft)}>${fits === null ? t("filters_show") : fits ? t("filters_show_count", { count: fits }) : t("nothing_fits")}</button>`;
  return html`<${Sheet} title=${t("filters")} onClose=${onClose} foot=${foot}>
    <${Choice} name=${t("sort")} options=${SORTS.map((code) => ({ code, name: t(`sort_${code || "usual"}`) }))} isOn=${(code) => draft.sort === code} toggle=${(sort) => set({ sort })} />
    <${Choice} name=${t("offers_filter")} options=${[{ code: "sale", name: t("sale") }, { code: "stock", name: t("in_stock") }]} isOn=${(code) => draft[code]} toggle=${(code) => set({ [code]: !draft[code] })} />
    <${Prices} draft=${draft} set=${setDraft} prices=${choices.data?.prices ?? []} />
    ${choices.error && html`<${Trouble} error=${choices.error} retry=${choices.retry} />`}
    ${!choices.data && !choices.error && html`<${Skeleton} count=${3} kind="text" />`}
    ${choices.data?.tags.length > 0 && html`<${Choice} name=${t("diet")} options=${choices.data.tags} isOn=${(code) => draft.tag.includes(code)} toggle=${(code) => set({ tag: toggled(draft.tag, code) })} />`}
    ${choices.data && html`<${Choice} name=${t("without_allergens")} options=${choices.data.allergens} isOn=${(code) => draft.no.includes(code)} toggle=${(code) => set({ no: toggled(draft.no, code) })} />`}
  </${Sheet}>`;
}

function Choice({ name, options, isOn, toggle }) {
  return html`<section class="choice" role="group" aria-label=${name}><h3>${name}</h3>
    <div class="choice-chips">${options.map((option) => html`<button type="button" key=${option.code} class="chip" aria-pressed=${isOn(option.code) ? "true" : "false"} onClick=${() => toggle(option.code)}>
      ${isOn(option.code) && html`<${Icon} name="check" size=${16} />`}${option.name}</button>`)}</div></section>`;
}

function Prices({ draft, set, prices }) {
  const digits = (event) => event.target.value.replace(/\D/g, "").slice(0, 7);
  const field = (name) => html`<label class="field"><span>${t(`price_${name}`)}</span>
    <input inputmode="numeric" name="price-${name}" value=${draft[name]} autocomplete="off" enterkeyhint="done" onInput=${(event) => { const value = digits(event); event.target.value = value; set({ ...draft, [name]: value }); }} /></label>`;
  return html`<section class="choice" role="group" aria-label=${t("price")}><h3>${t("price")}</h3>
    <div class="halves">${field("min")}${field("max")}</div>
    ${prices.length > 0 && html`<div class="choice-chips">${prices.map((price) => {
      const whole = String(Math.round(Number(price)));
      return html`<button type="button" key=${price} class="chip" aria-pressed=${draft.max === whole && !draft.min ? "true" : "false"} onClick=${() => set({ ...draft, min: "", max: draft.max === whole && !draft.min ? "" : whole })}>${t("price_up_to", { price: money(whole) })}</button>`;
    })}</div>`}</section>`;
}

/** How many products fit; null while nobody knows. */
function useCount(draft, search) {
  const rested = useRested(JSON.stringify(askedOf(draft, search)), 200);
  const { data } = useLoaded(() => read("catalog/products/", { ...JSON.parse(rested), page_size: 1 }), [rested]);
  return data ? data.count : null;
}

const toggled = (codes, code) => (codes.includes(code) ? codes.filter((one) => one !== code) : [...codes, code]);
