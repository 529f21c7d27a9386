// The checkout: where, when, who; the shop's own total, agreed to once more when it changed.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { get, post, read } from "../api.js";
import { refreshCart } from "../cart.js";
import { useLoaded, useMainButton, useTypingGuard } from "../hooks.js";
import { money, t } from "../i18n.js";
import { announce } from "../notices.js";
import { pay } from "../paying.js";
import { dropDraft, keepDraft, keptDraft, placeOrder } from "../placing.js";
import { go } from "../router.js";
import { haptic } from "../tg.js";
import { ask } from "../parts/dialog.js";
import { Addresses, Contact, Field, IfShort, Method, Payments, PickupPoints } from "../parts/checkout-fields.js";
import { Progress } from "../parts/cart-lines.js";
import { Own } from "../parts/gate.js";
import { Fee, Idle, Offers, Saved } from "../parts/offers.js";
import { Icon } from "../parts/icons.js";
import { Skeleton, Sum, Trouble } from "../parts/pieces.js";
import { Slots } from "../parts/slots.js";

const NEW = "new";
const ADDRESS_FIELDS = ["street", "flat", "entrance", "floor", "address_comment"];
// Which part of the form a refusal is about.
const PART_OF = {
  address_missing: "street", invalid_address: "street", outside_zones: "street",
  slot_missing: "slot", slot_full: "slot", slot_closed: "slot", slot_not_found: "slot", slot_not_for_address: "slot",
  contact_phone_missing: "contact_phone", invalid_phone: "contact_phone",
  payment_not_available: "payment", too_many_cash_orders: "payment",
  pickup_point_missing: "pickup_point", pickup_point_not_found: "pickup_point",
};

/** The checkout of a person who is signed in. */
export function Checkout({ shared }) {
  return html`<main id="main" class="narrow"><h1>${t("checkout")}</h1><${Own} shared=${shared}><${Loading} user=${shared.user} /></${Own}></main>`;
}

function Loading({ user }) {
  const { data, error, retry } = useLoaded(async () => {
    const [addresses, places, payments] = await Promise.all([
      get("users/me/addresses/", { page_size: 20 }), read("delivery/zones/"), get("orders/payment-methods/"),
    ]);
    return { addresses: addresses.results, points: places.pickup_points, payments };
  }, []);
  if (error) return html`<${Trouble} error=${error} retry=${retry} />`;
  if (!data) return html`<${Skeleton} count=${5} kind="line" />`;
  return html`<${Form} user=${user} addresses=${data.addresses} points=${data.points} payments=${data.payments} />`;
}

function Form({ user, addresses, points, payments }) {
  const [form, setForm] = useState(() => resumed({
    method: "delivery", address: addresses[0]?.public_id ?? NEW, slot: "", pickup_point: points[0]?.id ?? "",
    street: "", flat: "", entrance: "", floor: "", address_comment: "",
    contact_name: [user.first_name, user.last_name].filter(Boolean).join(" "), contact_phone: user.phone, comment: "", if_short: "leave", payment: payments[0].code,
  }, { addresses, points, payments }));
  const [wrong, setWrong] = useState({});
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const [done, setDone] = useState(false);
  const set = (changes) => {
    setForm((before) => ({ ...before, ...changes }));
    setWrong((before) => Object.fromEntries(Object.entries(before).filter(([name]) => name !== "" && !(name in changes))));
  };
  const place = form.method === "delivery" && form.address !== NEW ? { address: form.address } : {};
  const quote = useLoaded(() => post("delivery/quote/", { method: form.method, ...place }), [form.method, place.address]);
  useTypingGuard(Boolean(form.street || form.comment) && !done);
  useEffect(() => { if (!done) keepDraft(form); }, [form]);

  const submit = async () => {
    const missing = missingOf(form);
    if (Object.keys(missing).length) return show(missing);
    setBusy(true);
    await send(quote.data.total);
    return setBusy(false);
  };
  const show = (problems) => {
    setWrong(problems);
    // A window that was taken meanwhile must be seen as taken.
    if (problems.slot && form.slot) {
      setForm((before) => ({ ...before, slot: "" }));
      setTurn(turn + 1);
    }
    haptic("error");
    announce(Object.values(problems).join(" "));
    setTimeout(() => document.querySelector("[data-wrong]")?.scrollIntoView({ block: "center", behavior: "smooth" }));
  };
  const send = async (total) => {
    try {
      const order = await placeOrder(orderOf(form, total));
      haptic("success");
      dropDraft();
      setDone(true);
      await refreshCart().catch(() => {});
      go(`/orders/${order.id}`, { replace: true });
      if (order.status === "awaiting_payment") await pay(order, "", () => {}).catch(() => {});
    } catch (error) {
      if (error.code === "price_changed" && await agreed(error)) await send(await newTotal(form.method, place));
      else if (error.code === "price_changed") quote.retry();
      else show(problemsOf(error));
    }
  };
  const minimum = Number(quote.data?.missing_for_minimum ?? 0) > 0;
  useMainButton({ text: busy ? t("placing") : minimum ? t("to_minimum", { sum: money(quote.data.missing_for_minimum) }) : t("place_order"), note: quote.data && !minimum ? money(quote.data.total) : "", busy, disabled: !quote.data || minimum, onPress: submit });

  return html`<form onSubmit=${(event) => { event.preventDefault(); if (quote.data && !busy) submit(); }} novalidate>
    <${Method} form=${form} set=${set} points=${points} />
    ${form.method === "delivery"
      ? html`<${Addresses} form=${form} set=${set} wrong=${wrong} addresses=${addresses} /><${Slots} form=${form} set=${set} wrong=${wrong.slot} place=${place} turn=${turn} />`
      : html`<${PickupPoints} form=${form} set=${set} wrong=${wrong.pickup_point} points=${points} />`}
    <${Contact} form=${form} set=${set} wrong=${wrong} />
    <${Payments} form=${form} set=${set} wrong=${wrong.payment} payments=${payments} />
    <${IfShort} form=${form} set=${set} />
    <section class="card"><${Field} name="comment" label=${t("order_comment")} form=${form} set=${set} maxlength=${500} rows=${2} /></section>
    <${Total} quote=${quote} wrong=${wrong[""]} />
  </form>`;
}

function Total({ quote, wrong }) {
  return html`<section class="card" aria-label=${t("total")} data-wrong=${wrong ? "" : undefined}>
    ${quote.error && html`<${Trouble} error=${quote.error} retry=${quote.retry} />`}
    ${!quote.error && !quote.data && html`<${Skeleton} count=${2} kind="text" />`}
    ${quote.data && html`<${Progress} quote=${quote.data} /><dl class="sums">
      <${Sum} name=${t("items_total")} amount=${quote.data.items_total} />
      <${Offers} offers=${quote.data.offers} />
      <${Fee} quote=${quote.data} />
      <${Sum} name=${t("total")} amount=${quote.data.total} strong=${true} /></dl>
      ${quote.data.is_estimate && html`<p class="hint at-most">${t("at_most")}</p>`}
      <${Idle} code=${quote.data.code} /><${Saved} amount=${quote.data.savings} />`}
    ${wrong && html`<p class="warning" role="alert"><${Icon} name="alert" size=${18} />${wrong}</p>`}
  </section>`;
}

// What was typed before is there again, as far as it can still be chosen.
function resumed(fresh, { addresses, points, payments }) {
  const draft = keptDraft();
  const form = { ...fresh, ...Object.fromEntries(Object.entries(draft).filter(([name]) => name in fresh)) };
  if (form.address !== NEW && !addresses.some((one) => one.public_id === form.address)) form.address = fresh.address;
  if (!points.some((one) => one.id === form.pickup_point)) form.pickup_point = fresh.pickup_point;
  if (form.method === "pickup" && !points.length) form.method = fresh.method;
  if (!payments.some((one) => one.code === form.payment)) form.payment = fresh.payment;
  return form;
}

function missingOf(form) {
  const missing = {};
  if (form.method === "delivery") {
    if (form.address === NEW && !form.street.trim()) missing.street = t("need_street");
    if (!form.slot) missing.slot = t("need_slot");
  } else if (!form.pickup_point) missing.pickup_point = t("need_point");
  if (!form.contact_phone.trim()) missing.contact_phone = t("need_phone");
  return missing;
}

function orderOf(form, total) {
  const shared = { method: form.method, payment: form.payment, source: "webapp", expected_total: total,
    contact_name: form.contact_name.trim(), contact_phone: form.contact_phone.trim(), comment: form.comment.trim(), if_short: form.if_short };
  if (form.method === "pickup") return { ...shared, pickup_point: form.pickup_point };
  if (form.address !== NEW) return { ...shared, slot: form.slot, address: form.address };
  const typed = ADDRESS_FIELDS.map((name) => [name, form[name].trim()]).filter(([, value]) => value);
  return { ...shared, slot: form.slot, ...Object.fromEntries(typed) };
}

function problemsOf(error) {
  const text = error.message || t(error.status === 0 ? "offline_order" : "failed");
  if (Object.keys(error.fields ?? {}).length) return error.fields;
  return { [PART_OF[error.code] ?? ""]: text };
}

function agreed(error) {
  haptic("error");
  return ask({ title: t("price_changed"), text: error.message, yes: t("agree"), no: t("not_now") });
}

async function newTotal(method, place) {
  return (await post("delivery/quote/", { method, ...place })).total;
}
