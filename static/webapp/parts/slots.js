// When to bring it: a day, then a window; closed ones stay in sight with the reason.

import { html, useState } from "../vendor/preact-htm.js";
import { get } from "../api.js";
import { useLoaded } from "../hooks.js";
import { clock, dayName, t } from "../i18n.js";
import { Wrong } from "./checkout-fields.js";
import { Skeleton, Trouble } from "./pieces.js";

/** Let the person choose a window at a place; `turn` counts how often a choice was refused. */
export function Slots({ form, set, wrong, place, turn }) {
  const { data, error, retry } = useLoaded(() => get("delivery/slots/", place), [place.address, turn]);
  const days = data ? byDay(data.slots) : [];
  const [day, setDay] = useState("");
  const shown = days.find(({ date }) => date === day) ?? days.find(({ slots }) => slots.some((slot) => slot.is_open)) ?? days[0];

  return html`<fieldset class="card slots" data-wrong=${wrong ? "" : undefined}><legend>${t("when")}</legend>
    ${error && html`<${Trouble} error=${error} retry=${retry} />`}
    ${!error && !data && html`<${Skeleton} count=${2} kind="text" />`}
    ${data && !days.length && html`<p>${t("no_slots")}</p>`}
    ${shown && html`<div class="days" role="group" aria-label=${t("day")}>
      ${days.map(({ date, slots }) => html`<button type="button" key=${date} class="chip" aria-pressed=${date === shown.date ? "true" : "false"} onClick=${() => setDay(date)}>${dayName(slots[0].starts_at)}</button>`)}
    </div>
    <div class="windows">${shown.slots.map((slot) => html`<label key=${slot.id} class=${slot.is_open ? "window" : "window closed"}>
      <input type="radio" name="slot" value=${slot.id} checked=${form.slot === slot.id} disabled=${!slot.is_open} onChange=${() => set({ slot: slot.id })} />
      <span><strong>${clock(slot.starts_at)}–${clock(slot.ends_at)}</strong>${!slot.is_open && html`<span class="hint">${t(`closed_${slot.closed_reason}`)}</span>`}</span>
    </label>`)}</div>`}
    ${wrong && html`<${Wrong} text=${wrong} />`}
  </fieldset>`;
}

function byDay(slots) {
  const days = new Map();
  for (const slot of slots) {
    if (!days.has(slot.date)) days.set(slot.date, { date: slot.date, slots: [] });
    days.get(slot.date).slots.push(slot);
  }
  return [...days.values()];
}
