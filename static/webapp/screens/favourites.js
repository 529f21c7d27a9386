// What the person likes, the newest first; what left the shop says so.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { money, t } from "../i18n.js";
import { readLiked, setLiked } from "../liked.js";
import { toast } from "../notices.js";
import { href } from "../router.js";
import { Own } from "../parts/gate.js";
import { Icon } from "../parts/icons.js";
import { Nothing, Skeleton, Trouble } from "../parts/pieces.js";

/** The list of favourites. */
export function Favourites({ shared }) {
  return html`<main id="main" class="narrow"><h1>${t("favourites")}</h1><${Own} shared=${shared}><${List} shared=${shared} /></${Own}></main>`;
}

function List({ shared }) {
  const [error, setError] = useState(null);
  const load = () => { setError(null); readLiked().catch(setError); };
  useEffect(load, []);
  if (error) return html`<${Trouble} error=${error} retry=${load} />`;
  if (!shared.liked) return html`<${Skeleton} count=${4} kind="line" />`;
  if (!shared.liked.length) {
    return html`<${Nothing} icon="heart" title=${t("no_favourites")} text=${t("no_favourites_text")}><a class="button" href=${href("/")}>${t("to_goods")}</a></${Nothing}>`;
  }
  return html`<ul class="liked">${shared.liked.map((one) => html`<li key=${one.slug} class="card"><${Row} liked=${one} /></li>`)}</ul>`;
}

function Row({ liked }) {
  const drop = () => setLiked(liked.slug, false).catch((error) => toast(error.message || t("offline")));
  const words = html`<span class="liked-words"><strong>${liked.name}</strong><span class="hint">${note(liked)}</span></span>`;
  const picture = liked.image
    ? html`<img src=${liked.image} alt="" width="56" height="56" loading="lazy" />`
    : html`<span class="no-picture" aria-hidden="true"><${Icon} name="snow" /></span>`;
  return html`${liked.is_gone ? html`<span class="liked-link gone">${picture}${words}</span>` : html`<a class="liked-link" href=${href(`/product/${liked.slug}`)}>${picture}${words}</a>`}
    <button type="button" class="round" onClick=${drop} aria-label="${t("liked_drop")}: ${liked.name}"><${Icon} name="clear" size=${20} /></button>`;
}

function note(liked) {
  if (liked.is_gone) return t("no_longer_sold");
  return liked.is_sold_out ? t("sold_out") : t("from_price", { price: money(liked.price) });
}
