// The fields of the checkout: how, where, who.

import { html } from "../vendor/preact-htm.js";
import { sentence, t } from "../i18n.js";
import { Icon } from "./icons.js";

/** A labelled field with what is wrong about it. */
export function Field({ name, label, form, set, wrong, type = "text", rows = 0, ...rest }) {
  const id = `field-${name}`;
  const shared = {
    id, name, value: form[name], onInput: (event) => set({ [name]: event.target.value }),
    "aria-invalid": wrong ? "true" : undefined, "aria-describedby": wrong ? `${id}-wrong` : undefined, ...rest,
  };
  return html`<div class="field" data-wrong=${wrong ? "" : undefined}>
    <label for=${id}>${label}</label>
    ${rows ? html`<textarea rows=${rows} ...${shared}></textarea>` : html`<input type=${type} ...${shared} />`}
    ${wrong && html`<${Wrong} id="${id}-wrong" text=${wrong} />`}
  </div>`;
}

/** What is wrong with a part of the form. */
export function Wrong({ id, text }) {
  return html`<p class="warning" id=${id}><${Icon} name="alert" size=${16} />${text}</p>`;
}

/** Brought or fetched. */
export function Method({ form, set, points }) {
  const methods = points.length ? ["delivery", "pickup"] : ["delivery"];
  return html`<fieldset class="segments"><legend class="unseen">${t("how")}</legend>
    ${methods.map((method) => html`<label key=${method}>
      <input type="radio" name="method" value=${method} checked=${form.method === method} onChange=${() => set({ method })} />
      <span><${Icon} name=${method === "delivery" ? "truck" : "pin"} size=${20} />${t(`method_${method}`)}</span></label>`)}
  </fieldset>`;
}

/** One of the person's addresses, or a new one. */
export function Addresses({ form, set, wrong, addresses }) {
  // Another place may be in another zone, whose windows are others.
  const choose = (address) => set({ address, slot: "" });
  return html`<fieldset class="card"><legend>${t("where")}</legend>
    ${addresses.map((address) => html`<label class="option" key=${address.public_id}>
      <input type="radio" name="address" checked=${form.address === address.public_id} onChange=${() => choose(address.public_id)} />
      <span><strong>${address.label || address.one_line}</strong><span class="hint">${[address.label && address.one_line, address.details].filter(Boolean).join(" · ")}</span></span></label>`)}
    ${addresses.length > 0 && html`<label class="option"><input type="radio" name="address" checked=${form.address === "new"} onChange=${() => choose("new")} /><span><strong>${t("new_address")}</strong></span></label>`}
    ${form.address === "new" && html`<${NewAddress} form=${form} set=${set} wrong=${wrong} />`}
  </fieldset>`;
}

function NewAddress({ form, set, wrong }) {
  const field = (name, more) => html`<${Field} name=${name} label=${t(name)} form=${form} set=${set} wrong=${wrong[name]} ...${more} />`;
  return html`<div class="new-address">
    ${field("street", { autocomplete: "street-address", maxlength: 200, required: true })}
    <div class="thirds">
      ${field("flat", { maxlength: 20, inputmode: "numeric" })}
      ${field("entrance", { maxlength: 20, inputmode: "numeric" })}
      ${field("floor", { maxlength: 20, inputmode: "numeric" })}
    </div>
    ${field("address_comment", { maxlength: 300 })}
  </div>`;
}

/** Where the order is fetched. */
export function PickupPoints({ form, set, wrong, points }) {
  return html`<fieldset class="card" data-wrong=${wrong ? "" : undefined}><legend>${t("pickup_point")}</legend>
    ${points.map((point) => html`<label class="option" key=${point.id}>
      <input type="radio" name="pickup_point" checked=${form.pickup_point === point.id} onChange=${() => set({ pickup_point: point.id })} />
      <span><strong>${point.name}</strong><span class="hint">${point.address}</span><span class="hint">${point.hours}</span>${point.notice && html`<span class="warning">${point.notice}</span>`}</span></label>`)}
    ${wrong && html`<${Wrong} text=${wrong} />`}
  </fieldset>`;
}

/** What is done when something runs out and nobody answers in time. */
export function IfShort({ form, set }) {
  return html`<fieldset class="card"><legend>${t("if_short")}</legend>
    <p class="hint">${t("if_short_hint")}</p>
    ${["leave", "replace", "call"].map((way) => html`<label class="option" key=${way}>
      <input type="radio" name="if_short" value=${way} checked=${form.if_short === way} onChange=${() => set({ if_short: way })} />
      <span><strong>${t(`if_short_${way}`)}</strong></span></label>`)}
  </fieldset>`;
}

/** How the order is paid; the shop names what it offers. */
export function Payments({ form, set, wrong, payments }) {
  return html`<fieldset class="card" data-wrong=${wrong ? "" : undefined}><legend>${t("payment")}</legend>
    ${payments.map((way) => html`<label class="option" key=${way.code}>
      <input type="radio" name="payment" checked=${form.payment === way.code} onChange=${() => set({ payment: way.code })} />
      <span><strong>${sentence(way.is_online ? way.name : t(`at_door_${way.code}_${form.method}`))}</strong></span></label>`)}
    ${wrong && html`<${Wrong} text=${wrong} />`}
  </fieldset>`;
}

/** Whom the courier asks for. */
export function Contact({ form, set, wrong }) {
  return html`<fieldset class="card"><legend>${t("contact")}</legend>
    <${Field} name="contact_name" label=${t("name")} form=${form} set=${set} wrong=${wrong.contact_name} autocomplete="name" maxlength=${200} />
    <${Field} name="contact_phone" label=${t("phone")} type="tel" form=${form} set=${set} wrong=${wrong.contact_phone} autocomplete="tel" inputmode="tel" maxlength=${30} placeholder="+7 900 123-45-67" required=${true} />
  </fieldset>`;
}
