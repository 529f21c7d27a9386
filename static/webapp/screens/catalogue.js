// The shop's front: search, shelves, goods; on a wide window the cart stands beside them.

import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/preact-htm.js";
import { read } from "../api.js";
import { money, spoken, t } from "../i18n.js";
import { useLoaded, useMainButton, useRested, useWide } from "../hooks.js";
import { announce } from "../notices.js";
import { go } from "../router.js";
import { Tile } from "../parts/goods.js";
import { Icon } from "../parts/icons.js";
import { Nothing, Skeleton, Trouble } from "../parts/pieces.js";
import { SideCart } from "../parts/side-cart.js";
import { Shelves } from "../parts/shelves.js";

const PAGE = 24;
// Lists that were read in this visit, so that going back finds the page as it was left.
const kept = new Map();

/** The catalogue at the shelf and the search that the address names. */
export function Catalogue({ route, shared }) {
  const category = route.query.get("category") ?? "";
  const sale = route.query.get("sale") ? "true" : "";
  const [typed, setTyped] = useState(route.query.get("q") ?? "");
  const search = useRested(typed, 250).trim();
  const isWide = useWide();
  const tree = useLoaded(() => read("catalog/categories/"), [shared.language]);

  useEffect(() => {
    const query = new URLSearchParams(Object.entries({ category, sale: sale && "1", q: search }).filter(([, value]) => value));
    const next = `/${query.size ? `?${query}` : ""}`;
    if (location.search !== (query.size ? `?${query}` : "")) go(next, { replace: true });
  }, [search]);

  const choose = (slug, onSale = false) => {
    setTyped("");
    const query = new URLSearchParams(slug ? { category: slug } : onSale ? { sale: "1" } : {});
    go(`/${query.size ? `?${query}` : ""}`, { replace: true });
    scrollTo(0, 0);
  };
  const count = shared.cart?.count ?? 0;
  useMainButton(count && !isWide ? { text: t("cart"), note: money(shared.cart.total), onPress: () => go("/cart") } : null);

  return html`<div class="shop">
    <div class="shop-head">
      <${Search} typed=${typed} setTyped=${setTyped} />
      <${Shelves} tree=${tree} category=${category} sale=${Boolean(sale)} choose=${choose} />
    </div>
    <main id="main" class="shop-goods">
      <${Goods} key="${spoken()}|${category}|${sale}|${search}" query=${{ category, on_sale: sale, search }} tree=${tree.data} />
    </main>
    ${isWide && html`<${SideCart} shared=${shared} />`}
  </div>`;
}

function Search({ typed, setTyped }) {
  return html`<form class="search" role="search" onSubmit=${(event) => { event.preventDefault(); document.activeElement.blur(); }}>
    <${Icon} name="search" size=${20} />
    <input type="search" value=${typed} maxlength="100" placeholder=${t("search")} aria-label=${t("search")} autocomplete="off" enterkeyhint="search"
      onInput=${(event) => setTyped(event.target.value)} />
    ${typed && html`<button type="button" class="round" onClick=${() => setTyped("")} aria-label=${t("clear")}><${Icon} name="clear" size=${18} /></button>`}
  </form>`;
}

function Goods({ query, tree }) {
  const name = JSON.stringify([spoken(), query]);
  const [list, setList] = useState(() => kept.get(name) ?? { items: [], page: 0, total: null });
  const [error, setError] = useState(null);
  const title = useMemo(() => titleOf(query, tree), [query, tree]);
  const more = async () => {
    setError(null);
    try {
      const page = list.page + 1;
      const found = await read("catalog/products/", { ...query, page, page_size: PAGE });
      const next = { items: [...list.items, ...found.results], page, total: found.count, scroll: 0 };
      kept.set(name, next);
      setList(next);
      if (page === 1 && query.search) announce(t("found", { count: found.count }));
    } catch (failure) {
      setError(failure);
    }
  };
  useEffect(() => { if (!list.page) more(); }, []);
  useRememberedScroll(kept.get(name));

  if (error && !list.items.length) return html`<${Trouble} error=${error} retry=${more} />`;
  if (list.total === null) return html`<h1>${title}</h1><${Skeleton} count=${8} kind="tile" />`;
  if (!list.total) return html`<h1>${title}</h1><${Nothing} icon="search" title=${t("nothing_found")} text=${t("nothing_found_text")} />`;
  return html`<h1>${title}</h1>
    <ul class="tiles">${list.items.map((product, index) => html`<${Tile} key=${product.slug} product=${product} eager=${index < 4} />`)}</ul>
    ${list.items.length < list.total && html`<${More} onNear=${more} error=${error} shown=${list.items.length} />`}`;
}

// The next page comes by itself when the end is near; the button is for those who don't scroll.
function More({ onNear, error, shown }) {
  const mark = useRef(null);
  useEffect(() => {
    if (error) return undefined;
    const watcher = new IntersectionObserver(([entry]) => entry.isIntersecting && onNear(), { rootMargin: "600px" });
    watcher.observe(mark.current);
    return () => watcher.disconnect();
  }, [shown, error]);
  return html`<div class="more" ref=${mark}>
    ${error && html`<p role="alert">${error.message || t("offline")}</p>`}
    <button type="button" class="button quiet" onClick=${onNear}>${t("more")}</button>
  </div>`;
}

function useRememberedScroll(list) {
  useLayoutEffect(() => {
    if (list?.scroll) scrollTo(0, list.scroll);
  }, []);
  useEffect(() => {
    const note = () => { if (list) list.scroll = scrollY; };
    addEventListener("scroll", note, { passive: true });
    return () => removeEventListener("scroll", note);
  }, [list]);
}

function titleOf({ category, on_sale: sale, search }, tree) {
  if (search) return t("found_title", { search });
  if (sale) return t("sale");
  const all = (tree ?? []).flatMap((node) => [node, ...node.children]);
  return all.find((node) => node.slug === category)?.name ?? t("all_goods");
}
