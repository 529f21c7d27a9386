// Questions in a dialog of the page: the same in every browser, and reachable by keyboard.

import { t } from "../i18n.js";
import { setCloseFirst } from "../tg.js";

const { chat } = document.documentElement.dataset;

/** Ask something; the answer is true when the person agreed. */
export function ask({ title, text = "", yes, no = t("close"), danger = false }) {
  const dialog = document.createElement("dialog");
  dialog.className = "question";
  dialog.setAttribute("aria-labelledby", "question-title");
  const heading = made("h2", title);
  heading.id = "question-title";
  const refuse = made("button", no, "button quiet");
  const agree = made("button", yes, danger ? "button danger" : "button");
  const buttons = made("div", "", "question-buttons");
  buttons.append(refuse, agree);
  dialog.append(heading, made("p", text), buttons);
  return shown(dialog, (finish) => {
    refuse.addEventListener("click", () => finish(false));
    agree.addEventListener("click", () => finish(true));
  });
}

/** Tell a guest where one can buy. */
export async function openChatInvitation() {
  const go = await ask({ title: t("guest_title"), text: t("guest_text"), yes: chat ? t("open_chat") : t("understood") });
  if (go && chat) location.assign(chat);
}

/** The chat's address, where the shop has told it. */
export const chatAddress = chat;

function shown(dialog, wire) {
  return new Promise((resolve) => {
    const finish = (answer) => {
      setCloseFirst(null);
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    wire(finish);
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); finish(false); });
    dialog.addEventListener("click", (event) => event.target === dialog && finish(false));
    document.body.append(dialog);
    setCloseFirst(() => finish(false));
    dialog.showModal();
  });
}

function made(tag, text, className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  if (tag === "button") element.type = "button";
  return element;
}
