// The cart beside the goods, where the window has room for it.

import { html } from "../vendor/preact-htm.js";
import { t } from "../i18n.js";
import { go } from "../router.js";
import { CartLines, Changes } from "./cart-lines.js";
import { Offers, Saved } from "./offers.js";
import { Icon } from "./icons.js";
import { Skeleton, Sum, Trouble } from "./pieces.js";
import { chatAddress } from "./dialog.js";
import { refreshCart } from "../cart.js";

/** The cart as a column. */
export function SideCart({ shared }) {
  return html`<aside class="side-cart card" aria-label=${t("cart")}><h2>${t("cart")}</h2><${Inside} shared=${shared} /></aside>`;
}

function Inside({ shared }) {
  if (!shared.user) {
    if (!shared.signedIn) return html`<${Skeleton} count=${2} kind="line" />`;
    return html`<p class="hint">${shared.refusal?.message || t("guest_text")}</p>${chatAddress && html`<a class="button wide" href=${chatAddress}>${t("open_chat")}</a>`}`;
  }
  if (shared.cartError && !shared.cart) return html`<${Trouble} error=${shared.cartError} retry=${refreshCart} />`;
  if (!shared.cart) return html`<${Skeleton} count=${2} kind="line" />`;
  if (!shared.cart.count) return html`<div class="nothing small"><span class="nothing-icon"><${Icon} name="cart" size=${32} /></span><p>${t("cart_empty_text")}</p></div>`;
  return html`<${Changes} cart=${shared.cart} />
    <${CartLines} cart=${shared.cart} compact=${true} />
    <dl class="sums"><${Offers} offers=${shared.cart.offers} /><${Sum} name=${t("items_total")} amount=${shared.cart.total} strong=${true} /></dl>
    <${Saved} amount=${shared.cart.savings} />
    <button type="button" class="button wide" onClick=${() => go("/cart")}>${t("to_checkout")}</button>`;
}
