// A product in a list.

import { html, useMemo } from "../vendor/preact-htm.js";
import { quantityOf } from "../cart.js";
import { day, money, packWeight, t, weight } from "../i18n.js";
import { href } from "../router.js";
import { state } from "../state.js";
import { Picture, Price, saving, Stepper } from "./pieces.js";

const TILE = "(min-width: 1100px) 240px, (min-width: 700px) 30vw, 46vw";

/** A tile: picture, price, name, weight, and the way into the cart. */
export function Tile({ product, eager }) {
  const pack = product.variants.find((variant) => variant.availability !== "none") ?? product.variants[0];
  const quantity = pack ? quantityOf(pack.sku) : 0;
  // Each change of the cart draws the page anew; a tile whose own pack has not changed stays as it is.
  return useMemo(() => drawn(product, pack, eager), [product, quantity, state.signedIn, state.user]);
}

function drawn(product, pack, eager) {
  const soldOut = !pack || pack.availability === "none";
  const sizes = product.variants.length;
  return html`<li class=${soldOut ? "tile sold-out" : "tile"}>
    <a class="tile-link" href=${href(`/product/${product.slug}`)}>
      <span class="tile-picture">
        <${Picture} image=${product.image} sizes=${TILE} eager=${eager} name=${product.name} />
        <${Marks} product=${product} pack=${pack} />
      </span>
      ${pack && html`<${Price} pack=${pack} />`}
      <span class="tile-name">${product.name}</span>
      ${pack && html`<span class="tile-weight">${packWeight(pack)}${pack.kilogram_price ? ` · ${t("per_kilogram", { price: money(pack.kilogram_price) })}` : ""}${sizes > 1 ? ` · ${t("pack_sizes", { count: sizes })}` : ""}${pack.best_before ? ` · ${t("best_before", { day: day(pack.best_before) })}` : ""}</span>`}
    </a>
    ${pack && html`<${Stepper} sku=${pack.sku} name="${product.name}, ${weight(pack.pack_weight_g)}" limit=${pack.max_per_order} soldOut=${soldOut} />`}
  </li>`;
}

/** What catches the eye: a saving, the last ones, a tag. */
export function Marks({ product, pack }) {
  const percent = pack ? saving(pack) : 0;
  const hit = product.tags.find((tag) => ["hit", "new"].includes(tag.code));
  return html`<span class="marks">
    ${percent > 0 && html`<span class="mark sale">−${percent} %</span>`}
    ${hit && html`<span class="mark">${hit.name}</span>`}
    ${pack?.availability === "few" && html`<span class="mark few">${t("few_left")}</span>`}
  </span>`;
}
