// The person's orders, the newest first.

import { html, useState } from "../vendor/preact-htm.js";
import { get } from "../api.js";
import { useLoaded } from "../hooks.js";
import { moment, money, span, t } from "../i18n.js";
import { href } from "../router.js";
import { Own } from "../parts/gate.js";
import { Status } from "../parts/status.js";
import { Nothing, Skeleton, Trouble } from "../parts/pieces.js";

/** The list of orders. */
export function Orders({ shared }) {
  return html`<main id="main" class="narrow"><h1>${t("my_orders")}</h1><${Own} shared=${shared}><p class="to-liked"><a href=${href("/favourites")}>${t("favourites")}</a></p><${List} /></${Own}></main>`;
}

function List() {
  const [pages, setPages] = useState(1);
  const load = async () => {
    const all = await Promise.all(Array.from({ length: pages }, (_, index) => get("orders/", { page: index + 1 })));
    return { orders: all.flatMap((page) => page.results), total: all[0].count };
  };
  const { data, error, retry } = useLoaded(load, [pages]);
  if (error) return html`<${Trouble} error=${error} retry=${retry} />`;
  if (!data) return html`<${Skeleton} count=${4} kind="line" />`;
  if (!data.orders.length) {
    return html`<${Nothing} icon="orders" title=${t("no_orders")} text=${t("no_orders_text")}><a class="button" href=${href("/")}>${t("to_goods")}</a></${Nothing}>`;
  }
  return html`<ul class="orders">${data.orders.map((order) => html`<li key=${order.id}><${Card} order=${order} /></li>`)}</ul>
    ${data.orders.length < data.total && html`<button type="button" class="button quiet wide" onClick=${() => setPages(pages + 1)}>${t("more")}</button>`}`;
}

function Card({ order }) {
  const count = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  const when = order.slot_starts_at ? span(order.slot_starts_at, order.slot_ends_at) : t("method_pickup");
  return html`<a class="card order-card" href=${href(`/orders/${order.id}`)}>
    <span class="order-head"><strong>${t("order_number", { number: order.number })}</strong><${Status} order=${order} /></span>
    <span class="hint">${moment(order.created_at)}</span>
    <span>${when}</span>
    <span class="order-foot"><span class="hint">${t("pieces", { count })}</span><strong>${money(order.total)}</strong></span>
  </a>`;
}
