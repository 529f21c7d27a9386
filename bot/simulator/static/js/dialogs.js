// Modal windows: alerts, questions, sharing, paying, a new customer.

import { fileUrl } from "./api.js";
import { el, icon, roundButton } from "./dom.js";
import { money, t } from "./i18n.js";

/** Open a dialog; resolves with what a button stands for, or null when it is dismissed. */
function ask(build, { className = "" } = {}) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { class: className });
    let answer = null;
    const finish = (value) => { answer = value; dialog.close(); };
    dialog.append(...[build(finish)].flat());
    const title = dialog.querySelector("h2");
    if (title) { title.id = "dialog-title"; dialog.setAttribute("aria-labelledby", "dialog-title"); }
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const action = (label, onclick, className = "") => el("button", { type: "button", class: className, onclick }, label);
const sheet = (title, ...children) => el("div", { class: "sheet" }, title && el("h2", {}, title), ...children);

/** Show a bot's alert. */
export function alertBox(text, title = "") {
  return ask((done) => sheet(title, el("p", {}, text), el("div", { class: "actions" }, action(t("ok"), () => done(true)))), { className: "alert" });
}

/** Ask yes or no. */
export function confirmBox(title, text, yes) {
  return ask((done) => sheet(title, el("p", {}, text), el("div", { class: "actions" }, action(t("cancel"), () => done(null)), action(yes, () => done(true)))));
}

/** Ask for one line of text. */
export function promptBox(title, label, yes, { value = "", most = 64 } = {}) {
  return ask((done) => {
    const input = el("input", { maxlength: String(most), autocomplete: "off", value });
    return el("form", { class: "sheet", onsubmit: (event) => { event.preventDefault(); done(input.value.trim()); } },
      el("h2", {}, title), el("label", { class: "input" }, el("span", {}, label), input),
      el("div", { class: "actions" }, action(t("cancel"), () => done(null)), el("button", {}, yes)));
  });
}

const PLACES = [
  ["Красная площадь", "Red Square", 55.75393, 37.6208],
  ["Арбат, 10", "10 Arbat Street", 55.75154, 37.59936],
  ["Парк Горького", "Gorky Park", 55.72983, 37.60114],
  ["ВДНХ", "VDNKh", 55.82985, 37.63311],
  ["Москва-Сити", "Moscow City", 55.74949, 37.53742],
  ["Далеко: Тверь", "Far away: Tver", 56.85872, 35.91764],
];

/** Let a person choose a place: {latitude, longitude}. */
export function placeBox() {
  return ask((done) => {
    const russian = document.documentElement.lang === "ru";
    const latitude = el("input", { inputmode: "decimal", value: "55.75393" });
    const longitude = el("input", { inputmode: "decimal", value: "37.62080" });
    const warning = el("p", { class: "hint", role: "alert" });
    const send = (event) => {
      event.preventDefault();
      const place = { latitude: Number(latitude.value.replace(",", ".")), longitude: Number(longitude.value.replace(",", ".")) };
      const good = Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180;
      if (good) done(place);
      else warning.textContent = t("badLocation");
    };
    const choices = el("div", { class: "choices" }, PLACES.map(([ru, en, lat, lon]) => el("button", { type: "button", onclick: () => done({ latitude: lat, longitude: lon }) },
      el("span", { class: "disc" }, icon("pin")), el("span", {}, russian ? ru : en, el("small", {}, `${lat.toFixed(4)}, ${lon.toFixed(4)}`)))));
    return el("form", { class: "sheet", onsubmit: send }, el("h2", {}, t("locationTitle")), choices,
      el("div", { class: "pair" }, el("label", { class: "input" }, el("span", {}, t("latitude")), latitude), el("label", { class: "input" }, el("span", {}, t("longitude")), longitude)),
      warning, el("div", { class: "actions" }, action(t("cancel"), () => done(null)), el("button", {}, t("sendLocation"))));
  });
}

/** Ask for a new customer: {first_name, last_name, language_code}. */
export function personBox() {
  return ask((done) => {
    const first = el("input", { required: true, maxlength: "64", autocomplete: "off", name: "first" });
    const last = el("input", { maxlength: "64", autocomplete: "off", name: "last" });
    const language = (code, label) => el("label", {}, el("input", { type: "radio", name: "language", value: code, checked: code === document.documentElement.lang }), el("span", {}, label));
    const save = (event) => {
      event.preventDefault();
      done({ first_name: first.value.trim(), last_name: last.value.trim(), language_code: event.target.elements.language.value });
    };
    return el("form", { class: "sheet", onsubmit: save }, el("h2", {}, t("newTitle")),
      el("label", { class: "input" }, el("span", {}, t("firstName")), first), el("label", { class: "input" }, el("span", {}, t("lastName")), last),
      el("fieldset", { class: "segments" }, el("legend", { class: "visually-hidden" }, t("language")), language("ru", "Русский"), language("en", "English")),
      el("div", { class: "actions" }, action(t("cancel"), () => done(null)), el("button", {}, t("create"))));
  });
}

/** Show the checkout of an invoice; resolves with true when the person pays. */
export function payBox(invoice) {
  const sum = money(invoice.total_amount, invoice.currency);
  return ask((done) => sheet(t("payTitle"), el("p", {}, el("strong", {}, invoice.title)), el("p", { class: "hint" }, invoice.description),
    el("div", { class: "total" }, el("span", {}, t("total")), el("span", {}, sum)), el("p", { class: "hint" }, t("testCard")),
    el("div", { class: "actions" }, action(t("cancel"), () => done(null)), action(t("pay", sum), () => done(true)))));
}

/** A Mini App's own popup; resolves with the id of the pressed button. */
export function popupBox({ title, message, buttons }) {
  const list = buttons?.length ? buttons : [{ id: "", type: "close" }];
  const label = (button) => button.text || t({ ok: "ok", close: "close", cancel: "cancel" }[button.type] ?? "ok");
  return ask((done) => sheet(title, el("p", {}, message), el("div", { class: "actions" }, list.map((button) => action(label(button), () => done(button.id), button.type === "destructive" ? "danger" : "")))));
}

/** Show a photo large. */
export function photoBox(size, caption) {
  return ask((done) => el("form", { method: "dialog", onclick: () => done(null) }, roundButton("close", t("close"), () => done(null)),
    el("figure", {}, el("img", { src: fileUrl(size.file_id), alt: caption || t("photoAlt"), width: size.width, height: size.height }), caption && el("figcaption", {}, caption))), { className: "viewer" });
}
