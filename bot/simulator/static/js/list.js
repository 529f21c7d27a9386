// The left column: search, folders, people with their latest message.

import { avatar, el, icon, roundButton } from "./dom.js";
import { clock, t } from "./i18n.js";
import { preview } from "./preview.js";
import { chatTitle, isPrivate, store } from "./store.js";

let actions = {};
let people;

/** Build the column; `acts` are open, create and theme. */
export function buildList(acts) {
  actions = acts;
  const side = document.getElementById("side");
  side.setAttribute("aria-label", t("all"));
  const input = el("input", {
    type: "search", placeholder: t("search"), "aria-label": t("search"), autocomplete: "off", value: store.query,
    oninput: (event) => { store.query = event.target.value; renderList(); },
  });
  people = el("ul", { class: "people" });
  side.replaceChildren(
    el("div", { class: "side-top" }, el("div", { class: "search" }, icon("search"), input),
      roundButton(document.documentElement.dataset.theme === "dark" ? "sun" : "moon", t("theme"), () => actions.theme(), { id: "theme" })),
    folders(), people,
    el("div", { class: "side-foot" }, el("button", { type: "button", class: "new-person", onclick: () => actions.create() }, icon("plus"), t("newCustomer"))),
  );
  renderList();
}

function folders() {
  const bar = el("div", { class: "folders", role: "tablist" });
  for (const name of ["all", "customers", "staff"]) {
    bar.append(el("button", {
      type: "button", role: "tab", "aria-selected": String(store.folder === name),
      onclick: () => { store.folder = name; bar.replaceWith(folders()); renderList(); },
    }, t(name)));
  }
  return bar;
}

/** Show the rows anew, keeping the focus where it was. */
export function renderList() {
  if (!people) return;
  const focused = document.activeElement?.dataset?.chat;
  const rows = [...store.chats.values()].filter(wanted).sort((a, b) => weight(b) - weight(a));
  people.replaceChildren(...rows.map((one) => el("li", {}, row(one))));
  if (!rows.length) people.append(el("li", { class: "row" }, t("emptyList")));
  if (focused) people.querySelector(`[data-chat="${focused}"]`)?.focus();
}

const weight = (one) => one.last_message?.date ?? (isPrivate(one) ? (isStaff(one) ? -one.id : 1 / one.id) : 0);
const isStaff = (one) => !isPrivate(one) || store.people.get(one.id)?.role === "staff";

// Whom the shop knows from before its chats were kept: shown once something is written, or searched.
const isSilent = (one) => !isStaff(one) && one.started && !one.last_message;

function wanted(one) {
  if (isSilent(one) && !store.query.trim()) return false;
  if (store.folder === "customers" && isStaff(one)) return false;
  if (store.folder === "staff" && !isStaff(one)) return false;
  return chatTitle(one).toLowerCase().includes(store.query.trim().toLowerCase());
}

function row(one) {
  const title = chatTitle(one);
  const person = store.people.get(one.id);
  const last = one.last_message;
  const unread = store.unread.get(one.id) ?? 0;
  const own = last && person && last.from.id === person.id;
  return el("button", {
    type: "button", class: "row", data: { chat: one.id }, "aria-current": one.id === store.chatId ? "true" : null,
    onclick: () => actions.open(one.id),
  },
  avatar(one.id, title),
  el("span", { class: "row-text" },
    el("span", { class: "row-name" }, title, person && el("span", { class: "tag" }, person.language_code)),
    el("span", { class: "row-time" }, own && icon(last.delivered ? "ticks" : "tick", "tick"), last ? clock(last.date) : ""),
    el("span", { class: "row-last" }, store.typing.has(one.id) ? el("span", { class: "typing" }, `${t("typing")}…`) : lastLine(one, last, own)),
    unread ? el("span", { class: "badge", "aria-label": t("unread", unread) }, String(unread)) : el("span", {})));
}

function lastLine(one, last, own) {
  if (!last) return t("empty");
  if (own) return [el("b", {}, `${t("you")}: `), preview(last)];
  if (!isPrivate(one) && !last.from.is_bot) return [el("b", {}, `${last.from.first_name}: `), preview(last)];
  return preview(last);
}
