// The shop's front: search, shelves, goods; on a wide window the cart stands beside them.

import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/preact-htm.js";
import { read } from "../api.js";
import { addressOf, askedOf, countOf, filtersOf, NO_FILTERS } from "../filtering.js";
import { takeGiven } from "../first.js";
import { money, spoken, t } from "../i18n.js";
import { useLoaded, useMainButton, useRested, useWide } from "../hooks.js";
import { remember } from "../known.js";
import { useLater } from "../later.js";
import { announce } from "../notices.js";
import { go } from "../router.js";
import { Tile } from "../parts/goods.js";
import { Icon } from "../parts/icons.js";
import { Nothing, Skeleton, Trouble } from "../parts/pieces.js";
import { Shelves } from "../parts/shelves.js";

const PAGE = 24;
const IN_SIGHT = 12;
const FRESH_MS = 5 * 60_000;
const NOTHING = { name: "", items: [], page: 0, total: null };
// Lists that were read in this visit, so that going back finds the page as it was left.
const kept = new Map();

const sideCart = () => import("../parts/side-cart.js").then((module) => module.SideCart);
const filterSheet = () => import("../parts/filters.js").then((module) => module.Filters);

/** What is fetched when the first screen stands. */
export const LATER = [filterSheet];

/** The catalogue at the shelf, the limits and the search that the address names. */
export function Catalogue({ route, shared }) {
  const filters = filtersOf(route.query);
  const [typed, setTyped] = useState(route.query.get("q") ?? "");
  const [open, setOpen] = useState(false);
  const search = useRested(typed, 200).trim();
  const isWide = useWide();
  const tree = useLoaded(() => read("catalog/categories/"), [shared.language], useMemo(() => takeGiven("categories", spoken()), []));
  const count = shared.cart?.count ?? 0;

  useEffect(() => {
    const address = addressOf(filters, search);
    if (location.search !== address) go(`/${address}`, { replace: true });
  }, [search]);
  useMainButton(count && !isWide ? { text: t("cart"), note: money(shared.cart.total), onPress: () => go("/cart") } : null);

  const show = (changes, words = search) => {
    if (!words) setTyped("");
    go(`/${addressOf({ ...filters, ...changes }, words)}`, { replace: true });
    scrollTo(0, 0);
  };
  const asked = askedOf(filters, search);
  const onReset = countOf(filters) ? () => show({ ...NO_FILTERS, category: filters.category }) : null;
  return html`<div class="shop">
    <div class="shop-head">
      <div class="search-row">
        <${Search} typed=${typed} setTyped=${setTyped} />
        <${FilterButton} count=${countOf(filters)} onPress=${() => setOpen(true)} />
      </div>
      <${Shelves} tree=${tree} category=${filters.category} sale=${filters.sale && !filters.category} choose=${(category, sale = false) => show({ category, sale }, "")} />
    </div>
    <main id="main" class="shop-goods">
      <${Goods} query=${asked} tree=${tree.data} onReset=${onReset} />
    </main>
    ${isWide && html`<${Beside} shared=${shared} />`}
    ${open && html`<${FilterSheet} filters=${filters} search=${search} onClose=${() => setOpen(false)} onDone=${(chosen) => { setOpen(false); show(chosen); }} />`}
  </div>`;
}

function Beside({ shared }) {
  const { part: SideCart } = useLater(sideCart);
  return SideCart ? html`<${SideCart} shared=${shared} />` : html`<aside class="side-cart card" aria-label=${t("cart")}><h2>${t("cart")}</h2><${Skeleton} count=${2} kind="line" /></aside>`;
}

function FilterSheet(props) {
  const { part: Filters } = useLater(filterSheet);
  return Filters ? html`<${Filters} ...${props} />` : null;
}

function FilterButton({ count, onPress }) {
  const label = count ? `${t("filters")}: ${count}` : t("filters");
  return html`<button type="button" class=${count ? "filter-button on" : "filter-button"} onClick=${onPress} aria-label=${label} aria-haspopup="dialog">
    <${Icon} name="filter" />${count > 0 && html`<span class="badge" aria-hidden="true">${count}</span>`}</button>`;
}

function Search({ typed, setTyped }) {
  return html`<form class="search" role="search" onSubmit=${(event) => { event.preventDefault(); document.activeElement.blur(); }}>
    <${Icon} name="search" size=${20} />
    <input type="search" value=${typed} maxlength="100" placeholder=${t("search")} aria-label=${t("search")} autocomplete="off" enterkeyhint="search"
      onInput=${(event) => setTyped(event.target.value)} />
    ${typed && html`<button type="button" class="round" onClick=${() => setTyped("")} aria-label=${t("clear")}><${Icon} name="clear" size=${18} /></button>`}
  </form>`;
}

// While another list is on its way the old one stays, pale; an answer that comes late is dropped.
function useList(query) {
  const name = JSON.stringify([spoken(), query]);
  const [list, setList] = useState(() => freshly(name) ?? brought(name, query) ?? NOTHING);
  const [error, setError] = useState(null);
  const wanted = useRef(name);
  const asking = useRef(null);
  wanted.current = name;

  const load = async (page, before) => {
    asking.current?.abort();
    const own = new AbortController();
    asking.current = own;
    setError(null);
    try {
      const found = await read("catalog/products/", { ...query, page, page_size: PAGE }, { signal: own.signal });
      if (wanted.current !== name) return;
      setList(put(name, before, found, page));
      if (page === 1 && query.search) announce(t("found", { count: found.count }));
    } catch (failure) {
      if (!own.signal.aborted && wanted.current === name) setError(failure);
    } finally {
      if (asking.current === own) asking.current = null;
    }
  };
  useEffect(() => {
    setError(null);
    const ready = freshly(name);
    if (ready) setList(ready);
    else load(1, []);
    return () => asking.current?.abort();
  }, [name]);
  const isStale = list.name !== name;
  return {
    list, error, isStale,
    retry: () => load(1, []),
    more: () => { if (!asking.current && !isStale) load(list.page + 1, list.items); },
  };
}

// Prices and stock move on: what was read some minutes ago is read again.
function freshly(name) {
  const list = kept.get(name);
  return list && Date.now() - list.readAt < FRESH_MS ? list : undefined;
}

function brought(name, query) {
  if (Object.values(query).some((value) => value.length)) return undefined;
  const found = takeGiven("products", spoken());
  return found && put(name, [], found, 1);
}

function put(name, before, found, page) {
  const next = { name, items: [...before, ...found.results], page, total: found.count, scroll: 0, readAt: Date.now() };
  kept.set(name, next);
  remember(found.results);
  return next;
}

function Goods({ query, tree, onReset }) {
  const { list, error, isStale, retry, more } = useList(query);
  const title = useMemo(() => titleOf(query, tree), [JSON.stringify(query), tree]);
  useRememberedScroll(list);
  const isWhole = useWhole(list.scroll > 0);

  if (error && (isStale || !list.items.length)) return html`<h1>${title}</h1><${Trouble} error=${error} retry=${retry} />`;
  if (list.total === null) return html`<h1>${title}</h1><${Skeleton} count=${8} kind="tile" />`;
  if (!list.total && !isStale) return html`<h1>${title}</h1><${Nothing} icon="search" title=${t("nothing_found")} text=${t("nothing_found_text")}>${onReset && html`<button type="button" class="button" onClick=${onReset}>${t("filters_reset")}</button>`}</${Nothing}>`;
  return html`<h1>${title}</h1>
    <ul class=${isStale ? "tiles stale" : "tiles"} aria-busy=${isStale ? "true" : undefined}>${(isWhole ? list.items : list.items.slice(0, IN_SIGHT)).map((product, index) => html`<${Tile} key=${product.slug} product=${product} eager=${index < 4} />`)}</ul>
    ${isWhole && !isStale && list.items.length < list.total && html`<${More} onNear=${more} error=${error} shown=${list.items.length} />`}`;
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

// What lies below the first window is drawn when that one stands.
function useWhole(atOnce) {
  const [isWhole, setWhole] = useState(atOnce);
  useEffect(() => { setTimeout(() => setWhole(true), 50); }, []);
  return isWhole;
}

function useRememberedScroll(list) {
  useLayoutEffect(() => {
    if (list.scroll) scrollTo(0, list.scroll);
  }, []);
  useEffect(() => {
    const note = () => { if (list !== NOTHING) list.scroll = scrollY; };
    addEventListener("scroll", note, { passive: true });
    return () => removeEventListener("scroll", note);
  }, [list]);
}

function titleOf({ category, on_sale: sale, search }, tree) {
  if (search) return t("found_title", { search });
  const all = (tree ?? []).flatMap((node) => [node, ...node.children]);
  const shelf = all.find((node) => node.slug === category)?.name;
  return shelf ?? (sale ? t("sale") : t("all_goods"));
}
