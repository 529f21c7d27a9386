// The stream of bubbles: only what has changed is built anew, so nothing flickers.

import { el } from "./dom.js";
import { line, replaceLine } from "./bubble.js";
import { dayName, t } from "./i18n.js";
import { botName, chat, isOwn, isPrivate, openMessages, store } from "./store.js";

const shown = new Map();
let shownChat = null;
let newBelow = 0;

const scroller = () => document.getElementById("scroller");
const nearEnd = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight < 120;

/** Show the open chat's messages. */
export function renderStream(actions) {
  const stream = document.getElementById("stream");
  const switched = shownChat !== store.chatId;
  const stick = switched || nearEnd();
  if (switched) { shown.clear(); stream.replaceChildren(); newBelow = 0; }
  shownChat = store.chatId;
  const wanted = plan();
  const keys = new Set(wanted.map((part) => part.key));
  for (const [key, entry] of shown) if (!keys.has(key)) { entry.node.remove(); shown.delete(key); }
  let previous = null;
  for (const part of wanted) {
    previous = place(stream, part, previous, { actions, fresh: !switched });
  }
  if (stick) toEnd();
  updateDown();
}

function place(stream, part, previous, { actions, fresh }) {
  const known = shown.get(part.key);
  let node = known?.node;
  if (!known) {
    node = part.make(actions);
    if (fresh && part.messages) {
      node.classList.add("fresh");
      if (!nearEnd() && !isOwn(part.messages[0])) newBelow += 1;
    }
  } else if (known.signature !== part.signature) {
    node = part.make(actions);
    replaceLine(known.node, node);
  }
  shown.set(part.key, { node, signature: part.signature });
  const next = previous ? previous.nextSibling : stream.firstChild;
  if (next !== node) stream.insertBefore(node, next);
  return node;
}

function plan() {
  const messages = openMessages();
  if (!messages.length) return isPrivate() ? [about()] : [];
  const parts = [];
  const lines = albums(messages);
  let day = "";
  lines.forEach((group, index) => {
    const [message] = group;
    const name = dayName(message.date);
    if (name !== day) parts.push({ key: `day ${name}`, signature: name, make: () => el("div", { class: "day" }, name) });
    const before = name === day ? lines[index - 1] : null;
    day = name;
    const position = { first: !follows(before, group), last: !follows(group, lines[index + 1]) };
    parts.push({
      key: `message ${message.message_id}`, messages: group,
      signature: JSON.stringify([group, position, isOwn(message), [...store.busy.keys()].filter((key) => key.startsWith(`${message.chat.id}_${message.message_id}_`)), store.reactions.get(`${message.chat.id}_${message.message_id}`), document.documentElement.lang]),
      make: (actions) => line(group, position, actions),
    });
  });
  return parts;
}

function follows(before, after) {
  if (!before || !after) return false;
  return before[0].from.id === after[0].from.id && after[0].date - before[0].date < 600 && !after[0].successful_payment && !before[0].successful_payment;
}

function albums(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups[groups.length - 1];
    const same = message.media_group_id && message.photo && last?.[0].media_group_id === message.media_group_id;
    if (same) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

function about() {
  const text = store.face.description;
  return {
    key: "about", signature: text + document.documentElement.lang,
    make: () => el("div", { class: "about" }, el("div", { class: "hero" }, el("img", { src: "/static/logo.svg", alt: "" })),
      el("div", {}, el("strong", {}, text ? t("whatCan") : botName()), text || t("empty"))),
  };
}

export function toEnd(smooth = false) {
  newBelow = 0;
  scroller().scrollTo({ top: scroller().scrollHeight, behavior: smooth ? "smooth" : "instant" });
  updateDown();
}

/** Bring a message into view. */
export function goTo(messageId) {
  document.querySelector(`.line[data-id="${messageId}"]`)?.scrollIntoView({ block: "center", behavior: "smooth" });
}

/** Keep the arrow that leads down in step with the scrolling. */
export function updateDown() {
  const button = document.getElementById("down");
  if (nearEnd()) newBelow = 0;
  button.hidden = nearEnd() || !chat();
  const count = button.querySelector(".badge");
  if (count) { count.hidden = !newBelow; count.textContent = String(newBelow); }
}
