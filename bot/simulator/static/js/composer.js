// The text field with its menu, suggestions and reply keyboard; or the big START button.

import { pictureUrl, post } from "./api.js";
import { avatar, el, icon, openMenu, roundButton } from "./dom.js";
import { t } from "./i18n.js";
import { replyKeys } from "./keys.js";
import { preview } from "./preview.js";
import { botName, chat, fullName, isPrivate, me, store } from "./store.js";

const drafts = new Map();
let signature = "";

/** Show what belongs below the open chat; nothing happens when nothing has changed. */
export function renderFoot(actions, { force = false } = {}) {
  const open = chat();
  const now = JSON.stringify([open.id, open.started, open.blocked, open.keyboard, store.face, store.payload, store.replyTo, store.keyboardHidden, me().id, document.documentElement.lang]);
  if (now === signature && !force) return;
  signature = now;
  const foot = document.getElementById("foot");
  const had = foot.contains(document.activeElement) && document.activeElement.tagName === "TEXTAREA";
  foot.replaceChildren(...(needsButton(open) ? [beginButton(open, actions)] : field(open, actions)));
  const area = foot.querySelector("textarea");
  if (area) { grow(area); if (had || (store.replyTo && matchMedia("(hover: hover)").matches)) area.focus(); }
}

const needsButton = (open) => isPrivate(open) && (!open.started || open.blocked || store.payload);

function beginButton(open, actions) {
  const label = open.blocked ? t("restart") : t("start");
  return el("button", { type: "button", class: "begin go", onclick: () => actions.begin() }, label);
}

function field(open, actions) {
  const area = el("textarea", {
    rows: "1", placeholder: open.keyboard?.input_field_placeholder || t("message"), "aria-label": t("message"), value: drafts.get(open.id) ?? "",
    oninput: (event) => { drafts.set(open.id, event.target.value); grow(event.target); suggest(event.target, actions); },
    onkeydown: (event) => keydown(event, actions),
  });
  const hasKeys = Boolean(open.keyboard?.keyboard);
  const row = el("div", { class: "field-row" }, leading(open, actions), area,
    hasKeys && roundButton("keyboard", t("keyboard"), () => actions.toggleKeyboard(), { "aria-pressed": String(!store.keyboardHidden) }),
    roundButton("attach", t("attach"), (event) => attach(event.currentTarget, actions)));
  const box = el("div", { class: "field" }, store.replyTo && replyBar(actions), row);
  const send = el("button", { type: "button", class: "send", "aria-label": t("send"), title: t("send"), onclick: () => submit(area, actions) }, icon("send"));
  return [el("div", { class: "compose" }, box, send), hasKeys && !store.keyboardHidden ? replyKeys(open.keyboard, actions) : null].filter(Boolean);
}

function leading(open, actions) {
  if (!isPrivate(open)) {
    const members = open.members.map((id) => store.people.get(id));
    const choose = (event) => openMenu(event.currentTarget, members.map((person) => ({
      label: fullName(person), face: avatar(person.id, fullName(person), "tiny"), act: () => actions.actAs(person.id),
    })), { above: true });
    return el("button", { type: "button", class: "round", title: t("actAs"), "aria-label": `${t("actAs")}: ${fullName(me())}`, onclick: choose }, avatar(me().id, fullName(me()), "tiny"));
  }
  const button = store.face.menu_button;
  if (button?.type === "web_app") {
    return el("button", { type: "button", class: "menu-button", onclick: () => actions.miniApp(button.web_app.url, { title: botName() }) }, icon("webapp"), el("span", {}, button.text));
  }
  if (!store.face.commands.length) return null;
  return roundButton("commands", t("commands"), () => {
    const area = document.querySelector(".field textarea");
    if (!area.value) area.value = "/";
    area.focus();
    suggest(area, actions);
  });
}

function replyBar(actions) {
  const target = store.replyTo;
  const name = target.from.is_bot ? botName() : target.from.first_name;
  return el("div", { class: "replying" }, el("div", { class: "quote" }, el("strong", {}, name), el("span", {}, preview(target))), roundButton("close", t("cancel"), () => actions.reply(null)));
}

function grow(area) {
  area.style.height = "44px";
  area.style.height = `${Math.min(area.scrollHeight, 220)}px`;
}

function submit(area, actions) {
  const text = area.value.trim();
  if (!text) return;
  area.value = "";
  drafts.delete(store.chatId);
  grow(area);
  closeSuggest();
  actions.say(text);
}

function keydown(event, actions) {
  const list = document.querySelector(".suggest");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (list && step) {
    event.preventDefault();
    const items = [...list.children];
    const at = items.findIndex((item) => item.classList.contains("at"));
    items[at]?.classList.remove("at");
    items[(at + step + items.length) % items.length].classList.add("at");
  } else if (event.key === "Escape") {
    closeSuggest();
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    const chosen = list?.querySelector(".at");
    if (chosen) chosen.click();
    else submit(event.target, actions);
  }
}

const closeSuggest = () => document.querySelector(".suggest")?.remove();

function suggest(area, actions) {
  const text = area.value;
  closeSuggest();
  const inline = inlineQuery(text);
  if (inline !== null) askInline(inline);
  if (!/^\/[a-z0-9_]*$/i.test(text)) return;
  const items = store.face.commands.filter((one) => `/${one.command}`.startsWith(text.toLowerCase()));
  const send = (command) => { area.value = ""; drafts.delete(store.chatId); closeSuggest(); actions.say(command); };
  show(items.map((one) => el("button", { type: "button", onclick: () => send(`/${one.command}`) }, el("b", {}, `/${one.command}`), el("span", {}, one.description))));
}

function show(buttons) {
  closeSuggest();
  if (!buttons.length) return;
  document.querySelector(".field")?.append(el("div", { class: "suggest" }, buttons));
}

/** Return what is asked behind the bot's name; null where the name is not there. */
function inlineQuery(text) {
  const found = text.match(new RegExp(`^@${store.bot.username} (.*)$`, "is"));
  return found ? found[1] : null;
}

let inlineTimer = 0;
function askInline(query, offset = "") {
  clearTimeout(inlineTimer);
  inlineTimer = setTimeout(() => post("inline", { user_id: me().id, query: query.slice(0, 256), offset }), offset ? 0 : 350);
}

/** Offer the results of an inline query; the next ones come when the list is scrolled to its end. */
export function showInlineResults(event) {
  const area = document.querySelector(".field textarea");
  const query = area && inlineQuery(area.value);
  if (event.user_id !== me()?.id || query === null || query === undefined) return;
  const choose = async (result) => {
    await post("inline/choose", { user_id: me().id, chat_id: store.chatId, inline_query_id: event.id, result_id: result.id });
    drafts.delete(store.chatId);
    area.value = "";
    closeSuggest();
  };
  const rows = event.results.map((result) => el("button", { type: "button", class: "result", onclick: () => choose(result) },
    result.thumbnail_url ? el("img", { src: pictureUrl(result.thumbnail_url), alt: "", loading: "lazy", width: "48", height: "48" }) : el("i", {}, "🛒"),
    el("span", { class: "words" }, el("b", {}, result.title || result.id), el("span", {}, result.description || ""))));
  const list = document.querySelector(".suggest");
  if (event.offset && list) list.append(...rows);
  else if (event.button) show([openShop(event.button), ...rows]);
  else if (rows.length) show(rows);
  else show([el("button", { type: "button", disabled: true }, t("nothingInline"))]);
  continueInline(event, query);
}

function openShop(button) {
  const go = () => { closeSuggest(); dispatchEvent(new CustomEvent("sim:deeplink", { detail: button.start_parameter })); };
  return el("button", { type: "button", onclick: go }, el("b", {}, button.text));
}

function continueInline(event, query) {
  const list = document.querySelector(".suggest");
  if (!list) return;
  list.onscroll = event.next_offset && (() => {
    if (list.scrollTop + list.clientHeight < list.scrollHeight - 40) return;
    list.onscroll = null;
    askInline(query, event.next_offset);
  });
}

/** Put text into the field, as "switch inline" buttons do. */
export function putText(text) {
  const area = document.querySelector(".field textarea");
  if (!area) return;
  area.value = text;
  area.focus();
  area.dispatchEvent(new Event("input"));
}

function attach(anchor, actions) {
  openMenu(anchor, [
    { icon: "photo", label: t("sharePhoto"), act: actions.sendPhoto },
    isPrivate() && { icon: "pin", label: t("shareLocation"), act: actions.sendLocation },
    isPrivate() && { icon: "contact", label: t("shareContact"), act: actions.sendContact },
    { icon: "sticker", label: t("shareSticker"), act: () => actions.sendFile("sticker", "", "👍") },
    { icon: "play", label: t("shareVoice"), act: () => actions.sendFile("voice", btoa("OggS")) },
    { icon: "share", label: t("inlineTry", store.bot.username), act: () => putText(`@${store.bot.username} `) },
  ], { above: true });
}
