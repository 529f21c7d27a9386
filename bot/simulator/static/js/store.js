// What the page knows: people, chats, messages, and which chat is open as whom.

import { get } from "./api.js";
import { useLanguage } from "./i18n.js";

export const store = {
  seq: 0,
  bot: {},
  people: new Map(),
  chats: new Map(),
  messages: new Map(),
  unread: new Map(),
  typing: new Map(),
  busy: new Map(),
  reactions: new Map(),
  folder: "all",
  query: "",
  chatId: null,
  actingAs: new Map(),
  face: { commands: [], menu_button: null, description: "", name: "" },
  payload: new URLSearchParams(location.search).get("start"),
  replyTo: null,
  keyboardHidden: false,
};

export const chat = () => store.chats.get(store.chatId);
export const isPrivate = (of = chat()) => of?.type === "private";

/** Return whose hands are on the keyboard in a chat. */
export function me(of = chat()) {
  if (!of) return null;
  const id = isPrivate(of) ? of.id : store.actingAs.get(of.id) ?? of.members[0];
  return store.people.get(id);
}

export const fullName = (person) => [person.first_name, person.last_name].filter(Boolean).join(" ");
export const botName = () => store.face.name || store.bot.first_name;

/** Name a chat as the list shows it: by the person who has it. */
export function chatTitle(of) {
  return isPrivate(of) ? fullName(store.people.get(of.id)) : of.title;
}

export const isOwn = (message) => Boolean(me()) && message.from.id === me().id;

/** Return an open chat's messages, oldest first. */
export function openMessages() {
  return [...(store.messages.get(store.chatId) ?? new Map()).values()].sort((a, b) => a.message_id - b.message_id);
}

/** Load everybody and everything but the messages. */
export async function loadState() {
  const state = await get("state");
  store.seq = state.seq;
  store.bot = state.bot;
  store.people = new Map(state.people.map((person) => [person.id, person]));
  store.chats = new Map(state.chats.map((one) => [one.id, one]));
  store.messages.clear();
}

/** Load the messages of a chat and what surrounds its text field. */
export async function loadChat() {
  const opened = store.chatId;
  const person = me();
  useLanguage(person.language_code);
  const [{ messages }, face] = await Promise.all([
    get(`chats/${opened}/messages`), get(`interface?user=${person.id}&chat=${opened}`),
  ]);
  if (opened !== store.chatId) return;
  const known = store.messages.get(opened) ?? new Map();
  for (const message of messages) {
    const before = known.get(message.message_id);
    if (!before || (before.edits ?? 0) <= message.edits) known.set(message.message_id, message);
  }
  store.messages.set(opened, known);
  store.face = face;
  store.unread.delete(opened);
}

/** Remember a setting of this browser; private modes may refuse. */
export function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* A forgotten theme harms nobody. */ }
}

export function recall(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}
