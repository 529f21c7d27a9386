// What the person at this page can do: each deed is one call of the control API.

import { get, post } from "./api.js";
import { putText } from "./composer.js";
import { confirmBox, payBox, photoBox, placeBox, alertBox, promptBox } from "./dialogs.js";
import { toast } from "./dom.js";
import { safe } from "./entities.js";
import { money, t } from "./i18n.js";
import { openMiniApp } from "./miniapp.js";
import { goTo, toEnd } from "./stream.js";
import { botName, chat, me, store } from "./store.js";

const here = () => ({ user_id: me().id, chat_id: store.chatId });

async function attempt(deed) {
  try {
    return await deed;
  } catch (error) {
    toast(`${t("failed")}: ${error.message}`);
    return null;
  }
}

/** Return all deeds; `render` shows the chat anew where no event does. */
export function deeds(render, nav) {
  return {
    ...nav,
    goTo,
    photo: photoBox,
    payLabel: (message) => t("pay", money(message.invoice.total_amount, message.invoice.currency)),
    miniApp: (url, options) => attempt(openMiniApp(url, options)),
    command: (text) => attempt(post("say", { ...here(), text })),
    link: openLink,
    async say(text) {
      const reply = store.replyTo?.message_id;
      store.replyTo = null;
      render();
      await attempt(post("say", { ...here(), text, reply_to: reply }));
      toEnd();
    },
    begin,
    async edit(message) {
      const text = await promptBox(t("edit"), t("message"), t("send"), { value: message.text ?? message.caption ?? "", most: 4096 });
      if (text !== null) await attempt(post("edit", { ...here(), message_id: message.message_id, text }));
    },
    reply(message) { store.replyTo = message; render(); },
    toggleKeyboard() { store.keyboardHidden = !store.keyboardHidden; render(); },
    press: (message, button, row, column) => press(message, button, row, column, render),
    replyKey,
    block: (blocked) => attempt(post("block", { user_id: me().id, blocked })),
    async deepLink() {
      const payload = await promptBox(t("deepLink"), t("payload"), t("open"));
      if (payload !== null) { store.payload = payload || null; render(); }
    },
    sendFile: (kind, data, caption = "") => attempt(post("file", { ...here(), kind, data, caption })),
    sendPhoto: choosePhoto,
    sendLocation,
    sendContact,
  };
}

async function begin() {
  const payload = store.payload;
  store.payload = null;
  if (chat().blocked) await attempt(post("block", { user_id: me().id, blocked: false }));
  await attempt(post("start", { user_id: me().id, payload }));
}

async function press(message, button, row, column, render) {
  if (button.callback_data !== undefined) {
    const key = `${message.chat.id}_${message.message_id}_${row}_${column}`;
    if (store.busy.has(key)) return;
    store.busy.set(key, "");
    render();
    const answer = await attempt(post("press", { ...here(), message_id: message.message_id, row, column }));
    if (answer) store.busy.set(key, answer.callback_query_id);
    else store.busy.delete(key);
    setTimeout(() => { if (store.busy.delete(key)) render(); }, 30000);
    if (store.early?.delete(answer?.callback_query_id)) { store.busy.delete(key); render(); }
  } else if (button.url || button.login_url) {
    await openLink(button.url || button.login_url.url);
  } else if (button.web_app) {
    await attempt(openMiniApp(button.web_app.url, { title: botName() }));
  } else if (button.copy_text) {
    await navigator.clipboard?.writeText(button.copy_text.text).catch(() => {});
    toast(t("copied"));
  } else if (button.pay) {
    await payMessage(message);
  } else {
    putText(`@${store.bot.username} ${button.switch_inline_query_current_chat ?? button.switch_inline_query ?? ""}`);
  }
}

async function payMessage(message) {
  if (!(await payBox(message.invoice))) return;
  const outcome = await attempt(post("pay", { ...here(), message_id: message.message_id }));
  if (outcome?.status === "failed") await alertBox(outcome.reason === "BOT_PRECHECKOUT_TIMEOUT" ? t("payTimeout") : outcome.reason, t("payFailed"));
}

async function payLink(slug) {
  const invoice = await attempt(get(`invoice?slug=${encodeURIComponent(slug)}`));
  if (!invoice || !(await payBox(invoice))) return;
  const outcome = await attempt(post("pay", { user_id: me().id, slug }));
  if (outcome?.status === "failed") await alertBox(outcome.reason === "BOT_PRECHECKOUT_TIMEOUT" ? t("payTimeout") : outcome.reason, t("payFailed"));
}

async function replyKey(button) {
  if (button.request_contact) await sendContact();
  else if (button.request_location) await sendLocation();
  else if (button.web_app) await attempt(openMiniApp(button.web_app.url, { title: botName(), keyboardText: button.text }));
  else await attempt(post("keyboard", { ...here(), text: button.text }));
  toEnd();
}

async function sendContact() {
  if (await confirmBox(t("contactTitle"), t("contactText", botName()), t("share"))) await attempt(post("contact", here()));
}

async function sendLocation() {
  const place = await placeBox();
  if (place) await attempt(post("location", { ...here(), ...place }));
}

async function openLink(url) {
  const own = url.match(new RegExp(`^https?://t\\.me/${store.bot.username}\\?start=([\\w-]+)$`, "i"));
  if (own) { dispatchEvent(new CustomEvent("sim:deeplink", { detail: own[1] })); return; }
  const shared = url.match(/^https?:\/\/t\.me\/share\/url\?(.+)$/i);
  if (shared) { await shareLink(new URLSearchParams(shared[1])); return; }
  const bill = url.match(/^https?:\/\/t\.me\/(?:\$|invoice\/)([\w-]+)$/i);
  if (bill) { await payLink(bill[1]); return; }
  if (await confirmBox(t("linkTitle"), t("openLink", url), t("open"))) open(safe(url), "_blank", "noopener");
}

/** Show what Telegram would ask a chat for; the link is copied, to be opened as somebody else. */
async function shareLink(query) {
  const link = query.get("url") ?? "";
  if (!(await confirmBox(t("shareTitle"), `${query.get("text") ?? ""}\n${link}`, t("copy")))) return;
  await navigator.clipboard?.writeText(link).catch(() => {});
  toast(t("copied"));
}

function choosePhoto() {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/png,image/jpeg,image/webp";
  input.onchange = () => {
    const reader = new FileReader();
    reader.onload = () => attempt(post("file", { ...here(), kind: "photo", data: reader.result.split(",")[1] }));
    if (input.files[0]) reader.readAsDataURL(input.files[0]);
  };
  input.click();
}
