// Keys under a message, and the reply keyboard under the text field.

import { el, icon } from "./dom.js";
import { store } from "./store.js";

const CORNER = { url: "url", login_url: "url", web_app: "webapp", switch_inline_query: "share", switch_inline_query_current_chat: "share", copy_text: "copy", pay: "card" };

/** Make the inline keyboard of a message, or null. */
export function inlineKeys(message, actions) {
  const rows = message.reply_markup?.inline_keyboard ?? (message.invoice ? [[{ text: actions.payLabel(message), pay: true }]] : null);
  if (!rows) return null;
  const grid = el("div", { class: "keys" });
  rows.forEach((row, rowIndex) => {
    grid.append(el("div", {}, row.map((button, column) => {
      const corner = Object.keys(CORNER).find((name) => button[name] !== undefined);
      const busy = store.busy.has(`${message.chat.id}_${message.message_id}_${rowIndex}_${column}`);
      return el("button", {
        type: "button", class: "key", "aria-busy": busy ? "true" : null,
        onclick: () => actions.press(message, button, rowIndex, column),
      }, button.text, corner && icon(CORNER[corner]));
    })));
  });
  return grid;
}

/** Make the reply keyboard, or null. */
export function replyKeys(keyboard, actions) {
  if (!keyboard?.keyboard) return null;
  const grid = el("div", { class: `reply-keys ${keyboard.resize_keyboard ? "" : "tall"}` });
  for (const row of keyboard.keyboard) {
    grid.append(el("div", {}, row.map((button) => {
      const face = button.request_contact ? "contact" : button.request_location ? "pin" : button.web_app ? "webapp" : null;
      // A key that already begins with an emoji needs no second sign.
      const bare = /^[\p{L}\p{N}]/u.test(button.text);
      return el("button", { type: "button", onclick: () => actions.replyKey(button) }, face && bare && icon(face), button.text);
    })));
  }
  return grid;
}
