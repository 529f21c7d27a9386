// The chat page: several people's Telegrams side by side, all talking with one bot.

import { listen, post } from "./api.js";
import { renderFoot } from "./composer.js";
import { deeds } from "./deeds.js";
import { personBox } from "./dialogs.js";
import { el, icon, toast } from "./dom.js";
import { handler, startOver } from "./events.js";
import { renderHeader } from "./header.js";
import { t } from "./i18n.js";
import { buildList, renderList } from "./list.js";
import { renderStream, toEnd, updateDown } from "./stream.js";
import { loadChat, loadState, recall, remember, store } from "./store.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const app = document.getElementById("app");
let pending = false;

function applyTheme() {
  document.documentElement.dataset.theme = recall("sim-theme") ?? (dark.matches ? "dark" : "light");
}

function switchTheme() {
  remember("sim-theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  applyTheme();
  buildList({ open: openChat, create: createPerson, theme: switchTheme });
  document.getElementById("theme").focus();
}

/** Show everything that may have changed, once per frame. */
function render() {
  if (pending) return;
  pending = true;
  setTimeout(() => {
    pending = false;
    renderList();
    if (!store.messages.has(store.chatId)) return;
    renderHeader(actions);
    renderFoot(actions);
    renderStream(actions);
  });
}

async function openChat(chatId, { list = false } = {}) {
  store.chatId = chatId;
  store.replyTo = null;
  remember("sim-chat", chatId);
  app.classList.toggle("listing", list);
  await loadChat();
  buildList({ open: openChat, create: createPerson, theme: switchTheme });
  renderHeader(actions);
  renderFoot(actions, { force: true });
  renderStream(actions);
  toEnd();
}

async function createPerson() {
  const wanted = await personBox();
  if (!wanted?.first_name) return;
  const person = await post("people", wanted);
  await loadState();
  await openChat(person.id);
}

const actions = deeds(render, {
  back() {
    app.classList.add("listing");
    document.querySelector(".row[aria-current]")?.focus();
  },
  async actAs(personId) {
    store.actingAs.set(store.chatId, personId);
    await openChat(store.chatId);
  },
});

function prepareDown() {
  const button = document.getElementById("down");
  button.append(icon("down"), el("span", { class: "badge", hidden: true }));
  button.setAttribute("aria-label", t("down"));
  button.addEventListener("click", () => toEnd(true));
  document.getElementById("scroller").addEventListener("scroll", updateDown, { passive: true });
}

async function main() {
  applyTheme();
  dark.addEventListener("change", applyTheme);
  await loadState();
  const asked = Number(new URLSearchParams(location.search).get("as") ?? recall("sim-chat"));
  prepareDown();
  const direct = Boolean(store.payload) || location.search.includes("as=");
  await openChat(store.chats.has(asked) ? asked : [...store.chats.keys()][0], { list: !direct });
  const reload = () => startOver().then(render);
  let online = true;
  listen(store.seq, handler(render, reload, actions.link), (now) => {
    if (!now && online) toast(t("offline"));
    online = now;
  });
  addEventListener("sim:deeplink", (event) => { store.payload = event.detail; render(); });
  document.documentElement.dataset.ready = "yes";
}

main();
