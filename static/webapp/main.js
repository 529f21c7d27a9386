// The Mini App begins here: language, theme, sign-in, and the screen that the address names.

import { html, render, useEffect } from "./vendor/preact-htm.js";
import { patch, signIn } from "./api.js";
import { openTheCart, refreshCart } from "./cart.js";
import { speak, supported } from "./i18n.js";
import { useBackButton } from "./hooks.js";
import { readQuestions } from "./questions.js";
import { back, follow, useRoute } from "./router.js";
import { state, update, useShared } from "./state.js";
import { ready, telegramLanguage } from "./tg.js";
import { followTheme } from "./theme.js";
import { Header, Invitation, MainButton } from "./parts/frame.js";
import { WaitingQuestion } from "./parts/instead.js";
import { Catalogue } from "./screens/catalogue.js";
import { Product } from "./screens/product.js";
import { Cart } from "./screens/cart.js";
import { Checkout } from "./screens/checkout.js";
import { Favourites } from "./screens/favourites.js";
import { Order } from "./screens/order.js";
import { Orders } from "./screens/orders.js";

const SCREENS = { "": Catalogue, product: Product, cart: Cart, checkout: Checkout, favourites: Favourites, orders: Orders };

function App() {
  const route = useRoute();
  const shared = useShared();
  const home = route.name === "";
  useBackButton(home ? null : back);
  useEffect(() => { if (!home) scrollTo(0, 0); }, [route.name, route.id]);
  useEffect(() => { refreshCart().catch(() => {}); }, [route.name]);
  const Screen = route.name === "orders" && route.id ? Order : SCREENS[route.name] ?? Catalogue;
  return html`<div class="page" onClick=${follow}>
    <${Header} shared=${shared} home=${home} onLanguage=${chooseLanguage} />
    <${Invitation} shared=${shared} />
    <${WaitingQuestion} shared=${shared} route=${route} />
    <${Screen} key="${route.name}/${route.id}/${shared.language}" route=${route} shared=${shared} />
    <${MainButton} />
  </div>`;
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
    readQuestions().catch(() => {});
    if (user) await refreshCart();
  } catch (error) {
    if (state.user) update({ cartError: error });
    else update({ refusal: error, signedIn: true });
  } finally {
    openTheCart();
  }
}

// The cart is one with the bot's: whoever comes back from the chat sees what was changed there.
function followChat() {
  const look = () => { 
    if (document.visibilityState !== "visible") return;
    refreshCart().catch(() => {});
    readQuestions().catch(() => {});
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
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
}

begin();
