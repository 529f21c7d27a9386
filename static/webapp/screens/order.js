// One order, followed while it is on its way.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { get, post } from "../api.js";
import { keep } from "../cart.js";
import { useLoaded, useMainButton } from "../hooks.js";
import { moment, money, sentence, span, t, until, weight } from "../i18n.js";
import { announce, toast } from "../notices.js";
import { checked, pay } from "../paying.js";
import { go } from "../router.js";
import { readQuestions } from "../questions.js";
import { haptic } from "../tg.js";
import { ask } from "../parts/dialog.js";
import { Own } from "../parts/gate.js";
import { Icon } from "../parts/icons.js";
import { alertOfQuestion, Questions } from "../parts/instead.js";
import { Review } from "../parts/review.js";
import { Offers } from "../parts/offers.js";
import { Skeleton, Sum, Trouble } from "../parts/pieces.js";
import { isOpen, Status, Way } from "../parts/status.js";

const POLL_MS = 5000;
const { phone } = document.documentElement.dataset;

/** The order that the address names. */
export function Order({ route, shared }) {
  return html`<main id="main" class="narrow"><${Own} shared=${shared}><${Live} id=${route.id} /></${Own}></main>`;
}

function Live({ id }) {
  const { data: order, error, retry, replace } = useLoaded(() => get(`orders/${encodeURIComponent(id)}/`), [id]);
  usePolling(order, replace);
  useQuestions(order);
  const look = async () => { replace(await get(`orders/${order.id}/`).catch(() => order)); };
  useMainButton(order && !isOpen(order) ? { text: t(order.status === "expired" ? "restore" : "repeat"), onPress: () => repeat(order) } : null);
  if (error) return html`<${Trouble} error=${error} retry=${retry} whole=${true} />`;
  if (!order) return html`<${Skeleton} count=${5} kind="line" />`;
  return html`
    <div class="order-title"><h1>${t("order_number", { number: order.number })}</h1><${Status} order=${order} /></div>
    <${Way} order=${order} />
    <${Next} order=${order} />
    <div class="news">
      ${isPicked(order) && html`<${Questions} order=${order} onAnswer=${look} />`}
      ${order.status === "awaiting_payment" && html`<${Pay} order=${order} replace=${replace} />`}
      <${Ended} order=${order} />
    </div>
    ${order.pickup_code && isOpen(order) && html`<section class="card pickup-code"><h2>${t("pickup_code")}</h2><strong>${order.pickup_code}</strong></section>`}
    ${order.status === "delivered" && html`<${Review} order=${order} />`}
    <${Where} order=${order} />
    <${Bought} order=${order} />
    <${Story} order=${order} />
    <${Deeds} order=${order} replace=${replace} />`;
}

function usePolling(order, replace) {
  useEffect(() => {
    // A payment that comes late brings an expired order back.
    if (!order || !(isOpen(order) || order.status === "expired")) return undefined;
    const timer = setInterval(async () => {
      if (document.visibilityState !== "visible") return;
      // A lost answer is no news: the next one comes in five seconds.
      const fresh = await get(`orders/${order.id}/`).catch(() => order);
      if (fresh.status !== order.status) {
        announce(`${t("order_number", { number: fresh.number })}: ${fresh.status_name}`);
        haptic("success");
      }
      if (JSON.stringify(fresh) !== JSON.stringify(order)) replace(fresh);
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [order]);
}

// Something may run out while an order is picked, and only then.
const isPicked = (order) => order?.status === "picking";

function useQuestions(order) {
  useEffect(() => {
    if (!isPicked(order)) return undefined;
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      if (await readQuestions().catch(() => false)) alertOfQuestion();
    };
    look();
    const timer = setInterval(look, POLL_MS);
    return () => clearInterval(timer);
  }, [order?.id, isPicked(order)]);
}

function Pay({ order, replace }) {
  const [busy, setBusy] = useState(false);
  const look = async () => {
    const fresh = await checked(order).catch(() => null);
    if (fresh) replace(fresh);
    return fresh;
  };
  // Somebody who comes back from the provider's page wants the truth at once.
  useEffect(() => {
    const seen = () => { if (document.visibilityState === "visible") look(); };
    look();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [order.id]);
  const attempt = async (deed) => {
    setBusy(true);
    try {
      await deed();
    } catch (error) {
      toast(error.message || t("offline"));
    }
    setBusy(false);
  };
  const others = useOtherWays(order);
  const check = async () => {
    const fresh = await look();
    if (fresh?.status === "awaiting_payment") toast(t("payment_not_seen"));
  };
  return html`<section class="card" aria-label=${t("payment")}>
    <h2>${t("awaiting_payment")}</h2>
    ${order.is_declined && html`<p class="warning declined" role="alert"><${Icon} name="alert" size=${18} />${t("payment_declined")}</p>`}
    <p>${t("held_until", { time: until(order.hold_expires_at) })}</p>
    <div class="deeds stacked">
      <button type="button" class="button" disabled=${busy} onClick=${() => attempt(() => pay(order, "", look))}>${t("pay_sum", { sum: money(order.total) })}</button>
      <button type="button" class="button quiet" disabled=${busy} onClick=${() => attempt(check)}>${t("check_payment")}</button>
    </div>
    ${others.length > 0 && html`<details class="ways"><summary>${t("other_ways")}</summary><div class="deeds stacked">
      ${others.map((way) => html`<button type="button" class="button quiet" key=${way.code} disabled=${busy} onClick=${() => attempt(() => pay(order, way.code, look))}>${sentence(way.name)}</button>`)}
    </div></details>`}</section>`;
}

/** What else one can pay with before the order comes. */
function useOtherWays(order) {
  const { data } = useLoaded(() => get("orders/payment-methods/"), []);
  return (data ?? []).filter((way) => way.is_online && way.code !== order.payment);
}

/** What becomes of the money of an order that ended without its goods. */
function Ended({ order }) {
  const key = order.status === "expired" ? "ended_expired" : order.coming_back === null ? "" : Number(order.coming_back) ? "ended_back" : "ended_let_go";
  if (!key) return null;
  return html`<section class="card" role="status"><p>${t(key, { sum: money(order.coming_back ?? 0) })}</p></section>`;
}

const NEXT = new Set(["placed", "confirmed", "picking", "packed", "out_for_delivery", "ready_for_pickup"]);

/** What happens next, in a sentence; on the road, who brings it. */
function Next({ order }) {
  if (!NEXT.has(order.status)) return null;
  const isOnRoad = order.status === "out_for_delivery" && order.slot_starts_at;
  const window = isOnRoad ? span(order.slot_starts_at, order.slot_ends_at) : "";
  const words = t(`next_${order.status}`);
  return html`<section class="card next" aria-label=${t("next_title")}>
    <span class="next-icon"><${Icon} name=${order.method === "pickup" ? "pin" : "truck"} size=${26} /></span>
    <p><strong>${order.courier_name ? t("courier_brings", { name: order.courier_name }) : words}</strong>${window && html`<br /><span class="hint">${window}</span>`}</p>
  </section>`;
}

function Where({ order }) {
  return html`<section class="card where" aria-label=${t(`method_${order.method}`)}>
    <h2>${t(`method_${order.method}`)}</h2>
    <p><${Icon} name="pin" size=${20} /><span>${order.address}${order.address_details && html`<br /><span class="hint">${order.address_details}</span>`}</span></p>
    ${order.slot_starts_at && html`<p><${Icon} name="truck" size=${20} />${span(order.slot_starts_at, order.slot_ends_at)}</p>`}
    <p class="hint">${[order.contact_name, order.contact_phone, order.comment].filter(Boolean).join(" · ")}</p>
  </section>`;
}

function Bought({ order }) {
  return html`<section class="card"><h2>${t("goods")}</h2>
    <ul class="bought">${order.lines.map((line) => html`<li key=${line.sku}>
      <span>${line.name}<br /><span class="hint">${line.is_weighed ? t("up_to", { weight: weight(line.pack_weight_g) }) : weight(line.pack_weight_g)} · ${line.quantity} × ${money(line.unit_price)}${line.picked_quantity !== null && line.picked_quantity < line.quantity ? ` · ${t("picked", { count: line.picked_quantity })}` : ""}${line.refunded_quantity ? ` · ${t("units_back", { count: line.refunded_quantity })}` : ""}</span>
        ${line.weight_g && line.picked_quantity !== null && html`<br /><span class="hint">${t("weighed", { weight: weight(line.weight_g), sum: money(line.charged) })}${Number(line.weighed_off) !== 0 ? `, ${t("weighed_less", { sum: money(line.weighed_off) })}` : ""}</span>`}</span>
      <strong>${line.quantity === line.gift_quantity ? t("as_gift") : money(line.total)}</strong></li>`)}</ul>
    <dl class="sums">
      <${Sum} name=${t("items_total")} amount=${order.items_total} />
      <${Offers} offers=${order.savings} />
      ${Number(order.shortage) !== 0 && html`<${Sum} name=${t("shortage")} amount=${-Math.abs(Number(order.shortage))} />`}
      ${Number(order.weighed_off) !== 0 && html`<${Sum} name=${t("weighed_off")} amount=${-Number(order.weighed_off)} />`}
      ${order.method === "delivery" && html`<${Sum} name=${t("delivery")} amount=${order.delivery_fee} free=${true} />`}
      <${Sum} name=${totalName(order)} amount=${order.total} strong=${true} />
      ${Number(order.given_back) !== 0 && html`<${Sum} name=${t("given_back")} amount=${order.given_back} />`}
    </dl>${order.is_estimate && html`<p class="hint at-most">${t("at_most")}</p>`}</section>`;
}

const isOver = (order) => ["cancelled", "expired", "returned"].includes(order.status);

// What the total is to its reader: paid, still to be paid and how, or only what it came to.
function totalName(order) {
  if (isOver(order)) return t("total");
  if (order.is_paid) return t("paid");
  if (!isOpen(order)) return t("total");
  const atDoor = ["cash", "card"].includes(order.payment);
  return html`${t("to_pay")}${atDoor && html`<br /><span class="hint">${t(`at_door_${order.payment}_${order.method}`)}</span>`}`;
}

function Story({ order }) {
  return html`<details class="card story"><summary>${t("story")}</summary>
    <ol>${order.events.map((event, index) => html`<li key=${index}><span>${event.status_name}${event.reason && html` <span class="hint">${event.reason}</span>`}</span><time class="hint" datetime=${event.created_at}>${moment(event.created_at)}</time></li>`)}</ol>
  </details>`;
}

function Deeds({ order, replace }) {
  const [busy, setBusy] = useState(false);
  const cancel = async () => {
    const sure = await ask({ title: t("cancel_sure"), text: t("cancel_sure_text"), yes: t("cancel_order"), no: t("keep_order"), danger: true });
    if (!sure) return;
    setBusy(true);
    try {
      replace(await post(`orders/${order.id}/cancel/`));
      haptic("success");
    } catch (error) {
      toast(error.message || t("offline"));
    }
    setBusy(false);
  };
  return html`<div class="deeds">
    ${order.can_cancel && html`<button type="button" class="button quiet bad" disabled=${busy} onClick=${cancel}>${t("cancel_order")}</button>`}
    ${isOpen(order) && html`<button type="button" class="button quiet" onClick=${() => repeat(order)}>${t("repeat")}</button>`}
    ${phone && html`<a class="button quiet" href="tel:${phone.replace(/[^+\d]/g, "")}">${t("call_us")}</a>`}
  </div>`;
}

async function repeat(order) {
  try {
    const { cart, changes } = await post(`orders/${order.id}/repeat/`);
    keep(cart);
    if (changes.length) toast(changes.map((change) => change.text).join(" "));
    go("/cart");
  } catch (error) {
    toast(error.message || t("offline"));
  }
}
