// Text with entities, whose offsets count UTF-16 units just as JavaScript does.

import { el } from "./dom.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

/** Turn formatted text into nodes. */
export function rendered(text, entities = [], actions = {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, sorted, 0, text.length, actions);
}

function between(text, entities, from, to, actions) {
  const nodes = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    index += 1;
    if (start >= end) continue;
    if (start > at) nodes.push(text.slice(at, start));
    const inner = [];
    while (index < entities.length && entities[index].offset < end) inner.push(entities[index++]);
    nodes.push(wrapped(entity, text.slice(start, end), between(text, inner, start, end, actions), actions));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function wrapped(entity, text, children, actions) {
  if (TAGS[entity.type]) return el(TAGS[entity.type], {}, children);
  if (entity.type === "text_link" || entity.type === "url") return link(entity.url || text, children, actions);
  if (entity.type === "email") return el("a", { href: `mailto:${text}` }, children);
  if (entity.type === "phone_number") return el("a", { href: `tel:${text.replace(/[^+\d]/g, "")}` }, children);
  if (entity.type === "bot_command") return el("button", { type: "button", class: "command", onclick: () => actions.command?.(text) }, children);
  if (entity.type === "spoiler") return el("span", { class: "spoiler", role: "button", tabindex: "0", onclick: (event) => event.currentTarget.classList.add("open") }, children);
  if (["mention", "hashtag", "text_mention"].includes(entity.type)) return el("span", { class: "command" }, children);
  return el("span", {}, children);
}

function link(url, children, actions) {
  const full = /^[a-z]+:/i.test(url) ? url : `https://${url}`;
  const onclick = (event) => {
    event.preventDefault();
    actions.link?.(full);
  };
  return el("a", { href: safe(full), rel: "noopener noreferrer", target: "_blank", onclick }, children);
}

/** Let only the kinds of addresses through that Telegram opens. */
export function safe(url) {
  return /^(https?|tg|tel|mailto):/i.test(url) ? url : "#";
}
