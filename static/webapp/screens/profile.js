// The person: how the shop knows them, where it brings things to, and what it may write.

import { html, useState } from "../vendor/preact-htm.js";
import { get, patch, put, remove, signIn, signOutEverywhere } from "../api.js";
import { refreshCart } from "../cart.js";
import { useLoaded, useMainButton, useTypingGuard } from "../hooks.js";
import { t } from "../i18n.js";
import { announce, toast } from "../notices.js";
import { href } from "../router.js";
import { update } from "../state.js";
import { haptic } from "../tg.js";
import { Field } from "../parts/checkout-fields.js";
import { ask } from "../parts/dialog.js";
import { Own } from "../parts/gate.js";
import { Icon } from "../parts/icons.js";
import { Skeleton, Trouble } from "../parts/pieces.js";

const FIELDS = ["first_name", "last_name", "phone", "email"];
const { phone: shopPhone } = document.documentElement.dataset;

/** The profile of a person who is signed in. */
export function Profile({ shared, onLanguage }) {
  return html`<main id="main" class="narrow"><h1>${t("profile")}</h1><${Own} shared=${shared}>
    <${Ways} />
    <${Person} user=${shared.user} />
    <${Language} language=${shared.language} onLanguage=${onLanguage} />
    <${Addresses} />
    <${Consent} />
    <${Safety} />
  </${Own}></main>`;
}

function Ways() {
  return html`<nav class="card ways-on" aria-label=${t("profile")}>
    <${Way} to="/orders" icon="orders" name=${t("my_orders")} />
    <${Way} to="/favourites" icon="heart" name=${t("favourites")} />
    ${shopPhone && html`<a href="tel:${shopPhone.replace(/[^+\d]/g, "")}"><${Icon} name="phone" size=${22} /><span>${t("call_us")}<br /><span class="hint">${shopPhone}</span></span></a>`}
  </nav>`;
}

const Way = ({ to, icon, name }) => html`<a href=${href(to)}><${Icon} name=${icon} size=${22} /><span>${name}</span><${Icon} name="next" size=${18} /></a>`;

function Person({ user }) {
  const before = Object.fromEntries(FIELDS.map((name) => [name, user[name] ?? ""]));
  const [form, setForm] = useState(before);
  const [wrong, setWrong] = useState({});
  const [busy, setBusy] = useState(false);
  const changed = Object.fromEntries(FIELDS.filter((name) => form[name].trim() !== before[name]).map((name) => [name, form[name].trim()]));
  const isTyped = Object.keys(changed).length > 0;
  const set = (changes) => { setForm({ ...form, ...changes }); setWrong({}); };
  useTypingGuard(isTyped);
  const save = async () => {
    setBusy(true);
    try {
      const fresh = await patch("users/me/", changed);
      update({ user: fresh });
      setForm(Object.fromEntries(FIELDS.map((name) => [name, fresh[name] ?? ""])));
      haptic("success");
      toast(t("saved"));
    } catch (error) {
      haptic("error");
      setWrong(problemsOf(error));
    }
    setBusy(false);
  };
  useMainButton(isTyped ? { text: t("save"), busy, onPress: save } : null);
  const field = (name, more) => html`<${Field} name=${name} label=${t(LABELS[name])} form=${form} set=${set} wrong=${wrong[name]} ...${more} />`;
  return html`<form class="card person" onSubmit=${(event) => { event.preventDefault(); if (isTyped && !busy) save(); }} novalidate aria-label=${t("about_you")}>
    <h2>${t("about_you")}</h2>
    <div class="halves">${field("first_name", { autocomplete: "given-name", maxlength: 100 })}${field("last_name", { autocomplete: "family-name", maxlength: 100 })}</div>
    ${field("phone", { type: "tel", inputmode: "tel", autocomplete: "tel", maxlength: 30, placeholder: "+7 900 123-45-67" })}
    ${field("email", { type: "email", inputmode: "email", autocomplete: "email", maxlength: 254 })}
    ${wrong[""] && html`<p class="warning" role="alert"><${Icon} name="alert" size=${16} />${wrong[""]}</p>`}
  </form>`;
}

const LABELS = { first_name: "name", last_name: "last_name", phone: "phone", email: "email" };

function problemsOf(error) {
  if (Object.keys(error.fields ?? {}).length) return error.fields;
  const text = error.message || t("offline");
  return { [error.code === "invalid_phone" ? "phone" : ""]: text };
}

function Language({ language, onLanguage }) {
  const names = { ru: "Русский", en: "English" };
  return html`<fieldset class="segments"><legend class="unseen">${t("language")}</legend>
    ${Object.entries(names).map(([code, name]) => html`<label key=${code} lang=${code}>
      <input type="radio" name="language" value=${code} checked=${language === code} onChange=${() => onLanguage(code)} /><span>${name}</span></label>`)}
  </fieldset>`;
}

function Addresses() {
  const { data, error, retry, replace } = useLoaded(() => get("users/me/addresses/", { page_size: 50 }), []);
  const drop = async (address) => {
    if (!await ask({ title: t("address_drop_sure"), text: address.one_line, yes: t("drop"), no: t("keep"), danger: true })) return;
    try {
      await remove(`users/me/addresses/${address.public_id}/`);
      replace({ ...data, results: data.results.filter((one) => one !== address) });
      announce(t("address_dropped"));
    } catch (failure) {
      toast(failure.message || t("offline"));
    }
  };
  return html`<section class="card" aria-label=${t("addresses")}><h2>${t("addresses")}</h2>
    ${error && html`<${Trouble} error=${error} retry=${retry} />`}
    ${!data && !error && html`<${Skeleton} count=${2} kind="text" />`}
    ${data && !data.results.length && html`<p class="hint">${t("no_addresses")}</p>`}
    ${data?.results.length > 0 && html`<ul class="addresses">${data.results.map((address) => html`<li key=${address.public_id}>
      <${Icon} name="pin" size=${20} /><span><strong>${address.label || address.one_line}</strong><span class="hint">${[address.label && address.one_line, address.details].filter(Boolean).join(" · ")}</span></span>
      <button type="button" class="round" onClick=${() => drop(address)} aria-label="${t("drop")}: ${address.one_line}"><${Icon} name="clear" size=${20} /></button></li>`)}</ul>`}
  </section>`;
}

function Consent() {
  const { data, error, replace } = useLoaded(() => get("users/me/consents/"), []);
  const [busy, setBusy] = useState(false);
  const turn = async (event) => {
    const offers = event.target.checked;
    setBusy(true);
    replace({ ...data, offers });
    try {
      replace(await put("users/me/consents/", { offers }));
    } catch (failure) {
      replace({ ...data, offers: !offers });
      toast(failure.message || t("offline"));
    }
    setBusy(false);
  };
  if (error) return null;
  return html`<section class="card" aria-label=${t("messages")}><label class="switch">
    <span><strong>${t("offers_wanted")}</strong><span class="hint">${t("offers_wanted_hint")}</span></span>
    <input type="checkbox" role="switch" checked=${data?.offers ?? false} disabled=${!data || busy} onChange=${turn} /></label></section>`;
}

function Safety() {
  const [busy, setBusy] = useState(false);
  const attempt = (deed) => async () => {
    setBusy(true);
    try {
      await deed();
    } catch (error) {
      toast(error.message || t("offline"));
    }
    setBusy(false);
  };
  return html`<section class="card" aria-label=${t("safety")}><h2>${t("safety")}</h2><div class="deeds stacked">
    <button type="button" class="button quiet" disabled=${busy} onClick=${attempt(signOut)}><${Icon} name="out" size=${20} />${t("sign_out_everywhere")}</button>
    <button type="button" class="button quiet" disabled=${busy} onClick=${attempt(takeData)}>${t("my_data")}</button>
    <button type="button" class="button bad" disabled=${busy} onClick=${attempt(erase)}>${t("erase_me")}</button>
  </div></section>`;
}

// Here one stays signed in as long as what Telegram signed is fresh; everywhere else one does not.
async function signOut() {
  if (!await ask({ title: t("sign_out_sure"), text: t("sign_out_sure_text"), yes: t("sign_out_everywhere"), no: t("not_now") })) return;
  await signOutEverywhere();
  try {
    update({ user: await signIn() });
    await refreshCart();
    toast(t("signed_out_elsewhere"));
  } catch (refusal) {
    update({ user: null, cart: null, liked: null, awaited: null, questions: [], refusal, signedIn: true });
  }
}

async function takeData() {
  const known = await get("users/me/export/");
  const url = URL.createObjectURL(new Blob([JSON.stringify(known, null, 2)], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: "my-data.json" });
  link.click();
  URL.revokeObjectURL(url);
}

async function erase() {
  if (!await ask({ title: t("erase_sure"), text: t("erase_sure_text"), yes: t("erase_me"), no: t("keep"), danger: true })) return;
  await remove("users/me/");
  update({ user: null, cart: null, liked: null, awaited: null, questions: [], refusal: { message: t("erased") }, signedIn: true });
}
