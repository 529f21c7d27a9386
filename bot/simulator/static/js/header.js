// The bar above the messages, and the pinned message below it.

import { avatar, el, openMenu, roundButton } from "./dom.js";
import { t } from "./i18n.js";
import { preview } from "./preview.js";
import { goTo } from "./stream.js";
import { botName, chat, fullName, isPrivate, me, store } from "./store.js";

/** Show with whom one talks, and as whom. */
export function renderHeader(actions) {
  const open = chat();
  const title = isPrivate(open) ? botName() : open.title;
  document.getElementById("header").replaceChildren(
    roundButton("back", t("back"), actions.back, { class: "round back" }),
    avatar(isPrivate(open) ? "bot" : open.id, title, "small"),
    el("div", { class: "header-text" }, el("h1", {}, title), status(open)),
    el("span", { class: "acting", title: t("youAre", fullName(me())) }, avatar(me().id, fullName(me())), el("span", {}, t("youAre", fullName(me())))),
    isPrivate(open) ? roundButton("more", t("more"), (event) => menu(event.currentTarget, open, actions)) : "",
  );
  document.title = `${title} — ${fullName(me())}`;
  renderPinned(open);
}

function status(open) {
  const action = store.typing.get(open.id);
  if (action) {
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("span"), el("span"), el("span"));
    return el("p", { class: "busy" }, action.startsWith("upload") ? t("uploading") : t("typing"), dots);
  }
  if (open.blocked) return el("p", {}, t("blockedNow"));
  return el("p", {}, isPrivate(open) ? t("bot") : t("members", open.members.length + 1));
}

function menu(anchor, open, actions) {
  openMenu(anchor, [
    { icon: "link", label: t("deepLink"), act: actions.deepLink },
    { icon: "block", label: t(open.blocked ? "unblock" : "block"), act: () => actions.block(!open.blocked), danger: !open.blocked },
  ]);
}

function renderPinned(open) {
  const message = store.messages.get(open.id)?.get(open.pinned[open.pinned.length - 1]);
  document.getElementById("pinned").replaceChildren(message ? el("button", { type: "button", class: "pinned", onclick: () => goTo(message.message_id) },
    el("span", {}, el("strong", {}, t("pinned")), el("span", {}, preview(message)))) : "");
}
