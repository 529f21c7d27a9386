// The cart: lines, what changed, what it comes to.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { post } from "../api.js";
import { refreshCart } from "../cart.js";
import { useMainButton } from "../hooks.js";
import { money, t } from "../i18n.js";
import { go, href } from "../router.js";
import { CartLines, Changes, Progress } from "../parts/cart-lines.js";
import { Own } from "../parts/gate.js";
import { Chance, Fee, Offers, PromoCode, Saved } from "../parts/offers.js";
import { Nothing, Skeleton, Sum, Trouble } from "../parts/pieces.js";

/** The person's cart. */
export function Cart({ shared }) {
  return html`<main id="main" class="narrow"><h1>${t("cart")}</h1><${Own} shared=${shared}><${Inside} shared=${shared} /></${Own}></main>`;
}

function Inside({ shared }) {
  const { cart } = shared;
  const quote = useQuote(cart);
  const ready = Boolean(cart?.count && cart.can_check_out && !(quote && Number(quote.missing_for_minimum)));
  const total = quote ? quote.total : cart?.total;
  useMainButton(cart?.count ? { text: t("to_checkout"), note: money(total), disabled: !ready, onPress: () => go("/checkout") } : null);

  if (!cart && shared.cartError) return html`<${Trouble} error=${shared.cartError} retry=${refreshCart} />`;
  if (!cart) return html`<${Skeleton} count=${4} kind="line" />`;
  if (!cart.lines.length) {
    return html`<${Nothing} icon="cart" title=${t("cart_empty")} text=${t("cart_empty_text")}><a class="button" href=${href("/")}>${t("to_goods")}</a></${Nothing}>`;
  }
  return html`
    <${Changes} cart=${cart} />
    ${quote && html`<${Progress} quote=${quote} />`}
    <${Chance} text=${cart.chance} />
    <section class="card" aria-label=${t("goods")}><${CartLines} cart=${cart} /></section>
    <${PromoCode} cart=${cart} />
    <section class="card" aria-label=${t("total")}><dl class="sums">
      <${Sum} name=${t("items_total")} amount=${cart.items_total} />
      <${Offers} offers=${cart.offers} />
      ${quote && html`<${Fee} quote=${quote} />`}
      <${Sum} name=${t("total")} amount=${total} strong=${true} />
    </dl>${cart.lines.some((line) => line.kilogram_price) && html`<p class="hint at-most">${t("at_most")}</p>`}<${Saved} amount=${(quote ?? cart).savings} /></section>`;
}

/** What the cart costs brought to where most people live; the checkout asks for the real place. */
function useQuote(cart) {
  const [quote, setQuote] = useState(null);
  useEffect(() => {
    if (!cart?.count) return undefined;
    let wanted = true;
    post("delivery/quote/", { method: "delivery" }).then((answer) => wanted && setQuote(answer), () => wanted && setQuote(null));
    return () => { wanted = false; };
  }, [cart?.version, cart?.total]);
  return cart?.count ? quote : null;
}
