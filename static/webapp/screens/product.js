// A product's own page: pictures, packs, what is in it, how to keep it.

import { html, useRef, useState } from "../vendor/preact-htm.js";
import { read } from "../api.js";
import { quantityOf } from "../cart.js";
import { useLoaded, useMainButton, useWide } from "../hooks.js";
import { day, decimal, money, packWeight, t, weight } from "../i18n.js";
import { known } from "../known.js";
import { useLater } from "../later.js";
import { go, href } from "../router.js";
import { Bell } from "../parts/bell.js";
import { Marks } from "../parts/goods.js";
import { Heart } from "../parts/heart.js";
import { Icon } from "../parts/icons.js";
import { ByWeight, Picture, Price, Skeleton, Stepper, Trouble } from "../parts/pieces.js";

const sideCart = () => import("../parts/side-cart.js").then((module) => module.SideCart);
const HERO = "(min-width: 1100px) 480px, 100vw";

/** Load and show the product that the address names. */
export function Product({ route, shared }) {
  const wide = useWide();
  const { data, error, retry } = useLoaded(() => read(`catalog/products/${encodeURIComponent(route.id)}/`), [route.id]);
  const { part: SideCart } = useLater(wide ? sideCart : null);
  // What a list knew is shown at once, the rest when it comes.
  const product = data ?? known(route.id);
  const count = shared.cart?.count ?? 0;
  useMainButton(count && !wide ? { text: t("cart"), note: money(shared.cart.total), onPress: () => go("/cart") } : null);
  return html`<div class="with-side">
    <main id="main" class="product">
      ${error && html`<${Trouble} error=${error} retry=${retry} whole=${true} />`}
      ${!error && !product && html`<${Skeleton} kind="hero" /><${Skeleton} count=${3} kind="line" />`}
      ${!error && product && html`<${Page} product=${product} isWhole=${Boolean(data)} reload=${retry} />`}
    </main>
    ${wide && (SideCart ? html`<${SideCart} shared=${shared} />` : html`<aside class="side-cart card" aria-label=${t("cart")}><${Skeleton} count=${2} kind="line" /></aside>`)}
  </div>`;
}

function Page({ product, isWhole, reload }) {
  const firstAtHand = product.variants.findIndex((pack) => pack.availability !== "none");
  const [chosen, choose] = useState(Math.max(0, firstAtHand));
  const pack = product.variants[chosen];
  const name = pack && `${product.name}, ${weight(pack.pack_weight_g)}`;
  const soldOut = pack?.availability === "none";
  return html`
    <${Gallery} product=${product} pack=${pack} />
    <div class="product-words">
      <section class="card">
        <nav aria-label=${t("shelf")}><a class="hint" href=${href(`/?category=${product.category.slug}`)}>${product.category.name}</a></nav>
        <h1>${product.name}</h1>
        ${product.brand && html`<p class="hint">${product.brand}</p>`}
        ${product.tags.length > 0 && html`<ul class="tags">${product.tags.map((tag) => html`<li key=${tag.code}>${tag.name}</li>`)}</ul>`}
        ${pack && html`<${Packs} packs=${product.variants} chosen=${chosen} choose=${choose} />`}
        ${pack?.kilogram_price && html`<p><${ByWeight} pack=${pack} /></p>`}
        ${pack?.best_before && html`<p class="clearance">${t("clearance", { day: day(pack.best_before) })}</p>`}
        ${pack && html`<div class="buy"><${Price} pack=${pack} large=${true} />
          ${soldOut && !quantityOf(pack.sku)
            ? html`<p class="hint">${t("sold_out")}</p>`
            : html`<${Stepper} wide=${true} sku=${pack.sku} name=${name} limit=${pack.max_per_order} soldOut=${soldOut} />`}</div>`}
        ${soldOut && !quantityOf(pack.sku) && html`<${Bell} sku=${pack.sku} name=${name} onBack=${reload} />`}
        ${pack && quantityOf(pack.sku) > 0 && html`<p class="hint in-cart"><${Icon} name="check" size=${18} />${t("in_cart", { count: quantityOf(pack.sku) })}</p>`}
      </section>
      ${product.description && html`<p class="card">${product.description}</p>`}
      ${isWhole ? html`<${Facts} product=${product} />` : html`<${Skeleton} count=${3} kind="line" />`}
    </div>`;
}

function Gallery({ product, pack }) {
  const strip = useRef(null);
  const [shown, setShown] = useState(0);
  const pictures = product.images?.length ? product.images : [product.image];
  const onScroll = () => setShown(Math.round(strip.current.scrollLeft / strip.current.clientWidth));
  const show = (index) => strip.current.scrollTo({ left: index * strip.current.clientWidth, behavior: "smooth" });
  return html`<div class="gallery">
    <div class="gallery-strip" ref=${strip} onScroll=${onScroll} ...${pictures.length > 1 ? { tabindex: 0, role: "region", "aria-label": t("pictures") } : {}}>
      ${pictures.map((image, index) => html`<${Picture} key=${index} image=${image} sizes=${HERO} eager=${index === 0} name=${product.name} />`)}
    </div>
    <${Marks} product=${product} pack=${pack} />
    <${Heart} slug=${product.slug} name=${product.name} />
    ${pictures.length > 1 && html`<div class="dots">${pictures.map((_, index) => html`<button type="button" key=${index} aria-label=${t("picture_number", { number: index + 1 })} aria-current=${index === shown ? "true" : "false"} onClick=${() => show(index)}></button>`)}</div>`}
  </div>`;
}

function Packs({ packs, chosen, choose }) {
  if (packs.length < 2) return html`<p class="hint">${packWeight(packs[0])}</p>`;
  return html`<fieldset class="packs"><legend class="unseen">${t("pack")}</legend>
    ${packs.map((pack, index) => html`<label key=${pack.sku} class=${pack.availability === "none" ? "pack sold-out" : "pack"}>
      <input type="radio" name="pack" checked=${index === chosen} onChange=${() => choose(index)} />
      <span><strong>${packWeight(pack)}</strong><span class="hint">${pack.availability === "none" ? t("sold_out") : money(pack.price)}</span>
        ${pack.best_before && html`<span class="hint">${t("until", { day: day(pack.best_before, "short") })}</span>`}</span>
    </label>`)}
  </fieldset>`;
}

function Facts({ product }) {
  const { kcal, protein_g: protein, fat_g: fat, carbs_g: carbs } = product.nutrition_per_100g;
  const nutrition = [["kcal", kcal], ["protein", protein], ["fat", fat], ["carbs", carbs]].filter(([, value]) => value !== null);
  return html`
    ${nutrition.length > 0 && html`<section class="card"><h2>${t("nutrition")}</h2>
      <dl class="nutrition">${nutrition.map(([name, value]) => html`<div key=${name}><dt>${t(name)}</dt><dd>${decimal(value)}${name === "kcal" ? "" : ` ${t("grams")}`}</dd></div>`)}</dl></section>`}
    <section class="card"><h2>${t("composition")}</h2>
      <p>${product.composition || t("composition_unknown")}</p>
      ${product.allergens.length > 0 && html`<div class="allergens"><${Icon} name="alert" size=${20} /><p><strong>${t("allergens")}:</strong> ${product.allergens.map(({ name }) => name).join(", ")}</p></div>`}
    </section>
    <section class="card"><h2>${t("storage")}</h2>
      <p class="storage"><${Icon} name="snow" size=${20} />${t(`storage_${product.storage_class}`)}</p>
      <p class="hint">${t("shelf_life", { count: product.shelf_life_days })}</p>
    </section>`;
}
