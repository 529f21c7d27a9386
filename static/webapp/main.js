// The Mini App begins here: language, theme, sign-in, and the screen that the address names.

import { html, render, useEffect } from "./vendor/preact-htm.js";
import { patch, signIn } from "./api.js";
import { glanceAtCart, openTheCart, refreshCart } from "./cart.js";
import { speak, supported } from "./i18n.js";
import { useBackButton } from "./hooks.js";
import { fetchLater, useLater } from "./later.js";
import { followStartParam } from "./links.js";
import { keepLooking } from "./live.js";
import { readQuestions } from "./questions.js";
import { back, follow, useRoute } from "./router.js";
import { state, update, useShared } from "./state.js";
import { ready, telegramLanguage } from "./tg.js";
import { followTheme } from "./theme.js";
import { Header, Invitation, MainButton, Offline } from "./parts/frame.js";
import { Skeleton, Trouble } from "./parts/pieces.js";
import { WaitingQuestion } from "./parts/waiting.js";
import { Catalogue, LATER } from "./screens/catalogue.js";

// The first screen comes with the page, the others when it stands.
const SCREENS = {
  product: () => import("./screens/product.js").then((module) => module.Product),
  cart: () => import("./screens/cart.js").then((module) => module.Cart),
  checkout: () => import("./screens/checkout.js").then((module) => module.Checkout),
  favourites: () => import("./screens/favourites.js").then((module) => module.Favourites),
  order: () => import("./screens/order.js").then((module) => module.Order),
  orders: () => import("./screens/orders.js").then((module) => module.Orders),
  profile: () => import("./screens/profile.js").then((module) => module.Profile),
};
const QUESTIONS_EVERY = 5;

function App() {
  const route = useRoute();
  const shared = useShared();
  const name = route.name === "orders" && route.id ? "order" : route.name;
  const home = !SCREENS[name];
  useBackButton(home ? null : back);
  useEffect(() => { if (!home) scrollTo(0, 0); }, [route.name, route.id]);
  useEffect(() => { refreshCart().catch(() => {}); }, [route.name]);
  return html`<div class="page" onClick=${follow}>
    <${Header} shared=${shared} home=${home} onLanguage=${chooseLanguage} />
    <${Offline} shared=${shared} />
    <${Invitation} shared=${shared} />
    <${WaitingQuestion} shared=${shared} route=${route} />
    ${home
      ? html`<${Catalogue} key=${shared.language} route=${route} shared=${shared} />`
      : html`<${Later} key="${name}/${route.id}/${shared.language}" name=${name} route=${route} shared=${shared} />`}
    <${MainButton} />
  </div>`;
}

function Later({ name, route, shared }) {
  const { part: Screen, error, retry } = useLater(SCREENS[name]);
  if (Screen) return html`<${Screen} route=${route} shared=${shared} onLanguage=${chooseLanguage} />`;
  return html`<main id="main" class="narrow">${error ? html`<${Trouble} error=${error} retry=${retry} whole=${true} />` : html`<${Skeleton} count=${4} kind="line" />`}</main>`;
}

// What was chosen here outweighs what the shop remembers, also while the sign-in is on its way.
let chosen = null;

async function chooseLanguage(language) {
  chosen = language;
  await speak(language);
  update({ language });
  if (!state.user) return;
  await rememberLanguage();
  await Promise.all([refreshCart(), readQuestions()]).catch(() => {});
}

// Texts of the shop's own (the cart's names, messages in the chat) follow the choice.
const rememberLanguage = () => patch("users/me/", { language: chosen }).catch(() => {});

async function enter() {
  try {
    const user = await signIn();
    if (user && chosen && chosen !== user.language) await rememberLanguage();
    else if (user && user.language !== state.language) {
      await speak(user.language);
      update({ language: user.language });
    }
    update({ user, signedIn: true });
    if (!user) return;
    readQuestions().catch(() => {});
    await Promise.all([refreshCart(), followStartParam()]);
  } catch (error) {
    if (state.user) update({ cartError: error });
    else update({ refusal: error, signedIn: true });
  } finally {
    openTheCart();
  }
}

// Whoever changes the cart in the chat, on another phone or on the desktop sees it here at once.
function followChat() {
  let turn = 0;
  keepLooking(async () => {
    turn += 1;
    if (turn % QUESTIONS_EVERY === 0) await readQuestions();
    await glanceAtCart();
  });
}

const whenIdle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 300));

// One after the other, so that what the person asks for meanwhile comes first.
async function fetchTheRest() {
  for (const load of [...Object.values(SCREENS), ...LATER]) await fetchLater(load).catch(() => {});
}

async function begin() {
  followTheme();
  ready();
  const language = supported(telegramLanguage() ?? navigator.language);
  await speak(language);
  update({ language });
  const entering = enter();
  const root = document.getElementById("app");
  root.textContent = "";
  render(html`<${App} />`, root);
  document.documentElement.dataset.ready = "";
  followChat();
  await entering;
  whenIdle(fetchTheRest);
}

begin();
