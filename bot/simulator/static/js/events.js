// News from the simulator, brought into the store and onto the page.

import { showInlineResults } from "./composer.js";
import { alertBox } from "./dialogs.js";
import { toast } from "./dom.js";
import { isPrivate, loadChat, loadState, me, store } from "./store.js";

const TYPING_MS = 5000;

/** Return the handler of events; `render` shows everything anew, `reload` starts over. */
export function handler(render, reload, openLink) {
  const late = new Map();
  const handlers = {
    message({ chat_id: chatId, message }) {
      stopTyping(chatId);
      store.messages.get(chatId)?.set(message.message_id, message);
      const own = message.from.id === chatId;
      if (chatId !== store.chatId && !own) store.unread.set(chatId, (store.unread.get(chatId) ?? 0) + 1);
      touch(chatId, message);
    },
    edit({ chat_id: chatId, message }) {
      store.messages.get(chatId)?.set(message.message_id, message);
      const known = store.chats.get(chatId);
      if (known?.last_message?.message_id === message.message_id) known.last_message = message;
    },
    delete({ chat_id: chatId, message_id: id }) {
      store.messages.get(chatId)?.delete(id);
      const known = store.chats.get(chatId);
      if (known?.last_message?.message_id === id) known.last_message = [...(store.messages.get(chatId)?.values() ?? [])].pop() ?? null;
    },
    delivered({ chat_id: chatId, message_id: id }) {
      const message = store.messages.get(chatId)?.get(id);
      if (message) store.messages.get(chatId).set(id, { ...message, delivered: true });
      const known = store.chats.get(chatId);
      if (known?.last_message?.message_id === id) known.last_message = { ...known.last_message, delivered: true };
    },
    chat({ chat }) {
      const before = store.chats.get(chat.id);
      store.chats.set(chat.id, chat);
      if (chat.id === store.chatId && JSON.stringify(before?.keyboard) !== JSON.stringify(chat.keyboard)) keyboardChanged(chat);
    },
    person({ person, chat }) {
      store.people.set(person.id, person);
      store.chats.set(chat.id, chat);
    },
    typing({ chat_id: chatId, action }) {
      store.typing.set(chatId, action);
      clearTimeout(late.get(chatId));
      late.set(chatId, setTimeout(() => { stopTyping(chatId); render(); }, TYPING_MS));
    },
    reaction({ chat_id: chatId, message_id: id, emoji }) {
      store.reactions.set(`${chatId}_${id}`, emoji);
    },
    callback_answer(event) {
      release(event.id);
      if (event.user_id !== me()?.id) return;
      if (event.url) openLink(event.url);
      else if (event.text && event.alert) alertBox(event.text);
      else if (event.text) toast(event.text);
    },
    inline_answer: showInlineResults,
    profile: () => { loadChat().then(render); },
    reset: reload,
  };
  return (event) => {
    store.seq = event.seq;
    handlers[event.kind]?.(event);
    render();
  };
}

function touch(chatId, message) {
  const known = store.chats.get(chatId);
  if (known) store.chats.set(chatId, { ...known, last_message: message, started: known.started || !message.from.is_bot });
}

function stopTyping(chatId) {
  store.typing.delete(chatId);
}

function keyboardChanged(chat) {
  store.keyboardHidden = false;
  if (chat.keyboard?.force_reply && isPrivate(chat)) store.replyTo = chat.last_message;
}

function release(queryId) {
  let found = false;
  for (const [key, id] of store.busy) if (id === queryId) { store.busy.delete(key); found = true; }
  // The answer may overtake the reply to the press itself.
  if (!found) (store.early ??= new Set()).add(queryId);
}

/** Start over after the simulator was reset or restarted. */
export async function startOver() {
  await loadState();
  if (!store.chats.has(store.chatId)) store.chatId = [...store.chats.keys()][0];
  await loadChat();
}
