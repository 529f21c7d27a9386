// One message as a bubble with its keys.

import { fileUrl, pictureUrl } from "./api.js";
import { avatar, el, icon, nameClass } from "./dom.js";
import { rendered } from "./entities.js";
import { clock, money, t } from "./i18n.js";
import { inlineKeys } from "./keys.js";
import { preview } from "./preview.js";
import { chat, fullName, isOwn, isPrivate, store } from "./store.js";

/** Make the line of a message, or of an album of several. */
export function line(messages, place, actions) {
  const [message] = messages;
  const own = isOwn(message);
  const classes = ["line", own && "own", place.first && "first", place.last && "last", !isPrivate() && "group"];
  const node = el("div", { class: classes.filter(Boolean).join(" "), data: { id: message.message_id } });
  if (message.successful_payment || message.web_app_data) return el("div", { class: "service", data: { id: message.message_id } }, preview(message));
  const wrap = el("div", { class: "bubble-wrap" }, bubble(messages, place, own, actions), inlineKeys(message, actions));
  if (!isPrivate() && !own && place.last) node.append(el("span", { class: "beside" }, avatar(message.from.is_bot ? "bot" : message.from.id, message.from.first_name, "tiny")));
  node.append(wrap);
  return node;
}

function bubble(messages, place, own, actions) {
  const [message] = messages;
  const captioned = messages.find((one) => one.caption);
  const text = message.text ?? captioned?.caption;
  const entities = message.entities ?? captioned?.caption_entities;
  const media = mediaOf(messages, actions);
  const onlyMedia = Boolean(media) && !text && !message.reply_to_message;
  const keyed = message.reply_markup?.inline_keyboard || message.invoice;
  const node = el("div", { class: ["bubble", message.sticker && "bare", onlyMedia && "only-media", keyed && "with-keys"].filter(Boolean).join(" ") });
  if (!isPrivate() && !own && place.first && !message.sticker) node.append(el("span", { class: `from ${nameClass(message.from.is_bot ? 5 : message.from.id)}` }, message.from.first_name));
  if (message.forward_origin) node.append(el("span", { class: "from name5" }, `${t("forwarded")} ${message.forward_origin.sender_user.first_name}`));
  if (message.reply_to_message) node.append(quote(message.reply_to_message, actions));
  if (media && !message.show_caption_above_media) node.append(media);
  if (message.via_bot) node.append(el("span", { class: "from name5" }, `via @${message.via_bot.username}`));
  const content = el("div", { class: "body" }, other(message, actions), text ? rendered(text, entities, actions) : null, meta(messages[messages.length - 1], own));
  node.append(content);
  if (media && message.show_caption_above_media) node.append(media);
  const emoji = store.reactions.get(`${chat().id}_${message.message_id}`);
  if (emoji) node.append(el("span", { class: "reaction" }, emoji));
  node.append(el("button", { type: "button", class: "reply-to", "aria-label": t("reply"), title: t("reply"), onclick: () => actions.reply(message) }, icon("reply")));
  if (own && (message.text || message.photo)) node.append(el("button", { type: "button", class: "reply-to edit-own", "aria-label": t("edit"), title: t("edit"), onclick: () => actions.edit(message) }, icon("pencil")));
  return node;
}

function meta(message, own) {
  const silent = !message.edit_date || message.from.is_bot && message.reply_markup;
  return el("span", { class: "meta" }, silent ? null : t("edited"), el("time", {}, clock(message.date)),
    own && el("span", { class: "visually-hidden" }, t(message.delivered ? "delivered" : "sent")), own && icon(message.delivered ? "ticks" : "tick"));
}

function quote(message, actions) {
  const name = message.from.is_bot ? store.bot.first_name : message.from.first_name;
  return el("button", { type: "button", class: "quote", onclick: () => actions.goTo(message.message_id) }, el("strong", {}, name), el("span", {}, preview(message)));
}

function mediaOf(messages, actions) {
  if (messages[0].location) return map(messages[0]);
  const preview = messages[0].link_preview_options;
  if (preview?.url && !preview.is_disabled) return el("div", { class: "media photo preview" }, el("img", { src: pictureUrl(preview.url), alt: "", onerror: (event) => event.target.parentElement.remove() }));
  if (!messages[0].photo) return null;
  if (messages.length === 1) return photo(messages[0], "media photo", actions);
  const kind = ["media album", messages.length % 2 && messages.length < 5 && "odd", messages.length > 4 && "many"];
  return el("div", { class: kind.filter(Boolean).join(" ") }, messages.map((one) => photo(one, "", actions)));
}

function photo(message, className, actions) {
  const best = message.photo[message.photo.length - 1];
  const image = el("img", { src: fileUrl(best.file_id), alt: message.caption || t("photoAlt"), width: best.width, height: best.height, data: { file: best.file_id } });
  const frame = el("div", { class: className }, el("button", { type: "button", "aria-label": t("openPhoto"), onclick: () => actions.photo(best, message.caption) }, image));
  if (className) {
    const ratio = Math.min(Math.max(best.width / best.height, 0.75), 3);
    frame.style.aspectRatio = String(ratio);
  }
  return frame;
}

function other(message, actions) {
  if (message.contact) {
    const { first_name: first, last_name: last, phone_number: phone } = message.contact;
    return card("contact", fullName({ first_name: first, last_name: last }), `+${phone.replace("+", "")}`);
  }
  if (message.venue) return card("pin", message.venue.title, message.venue.address);
  if (message.document) return card("file", message.document.file_name || t("document"), size(message.document.file_size));
  if (message.voice) return card("play", t("voice"), `0:0${message.voice.duration}`);
  if (message.sticker) return el("div", { class: "sticker" }, message.sticker.emoji);
  if (message.invoice) return invoice(message.invoice, actions);
  return null;
}

function card(face, title, detail) {
  return el("div", { class: "card" }, el("span", { class: "disc" }, icon(face)), el("span", {}, el("strong", {}, title), el("small", {}, detail)));
}

function invoice(value) {
  return el("div", { class: "invoice" }, el("strong", {}, value.title), el("span", {}, value.description), el("br"), el("span", { class: "sum" }, money(value.total_amount, value.currency)));
}

const size = (bytes) => (bytes > 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`);

/** Draw a place without asking any map server: streets are made up, the point is not. */
function map(message) {
  const { latitude, longitude } = message.location;
  const node = el("div", { class: "media map", role: "img", "aria-label": `${t("location")}: ${latitude.toFixed(5)}, ${longitude.toFixed(5)}`, title: `${latitude.toFixed(5)}, ${longitude.toFixed(5)}` });
  node.append(el("img", { src: "/static/map.svg", alt: "" }), icon("pin"));
  return node;
}

/** Replace a line by its newer version; pictures already on the screen move over, so nothing flickers. */
export function replaceLine(old, fresh) {
  for (const image of fresh.querySelectorAll("img[data-file]")) {
    const same = old.querySelector(`img[data-file="${CSS.escape(image.dataset.file)}"]`);
    if (same) image.replaceWith(same);
  }
  const at = document.activeElement;
  const index = old.contains(at) ? [...old.querySelectorAll("button, a")].indexOf(at) : -1;
  old.replaceWith(fresh);
  if (index >= 0) fresh.querySelectorAll("button, a")[index]?.focus({ preventScroll: true });
}
