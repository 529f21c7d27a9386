// Where an order stands, in a word and on its way.

import { html } from "../vendor/preact-htm.js";
import { t } from "../i18n.js";
import { Icon } from "./icons.js";

const OVER = { delivered: "good", cancelled: "bad", expired: "bad", returned: "bad", delivery_failed: "bad" };
const WAYS = {
  delivery: ["placed", "confirmed", "picking", "packed", "out_for_delivery", "delivered"],
  pickup: ["placed", "confirmed", "picking", "packed", "ready_for_pickup", "delivered"],
};

/** Whether the order may still change by itself. */
export const isOpen = (order) => !["delivered", "cancelled", "expired", "returned"].includes(order.status);

/** The status as a coloured word. */
export function Status({ order }) {
  return html`<span class="status ${OVER[order.status] ?? "going"}">${order.status_name}</span>`;
}

/** The way of an order as steps; an order that left the way shows none. */
export function Way({ order }) {
  const steps = WAYS[order.method];
  const reached = steps.indexOf(order.status);
  if (reached < 0) return null;
  return html`<ol class="way">
    ${steps.map((step, index) => html`<li key=${step} class=${index < reached ? "done" : index === reached ? "now" : ""} aria-current=${index === reached ? "step" : undefined}>
      <span class="way-dot">${index <= reached && html`<${Icon} name="check" size=${14} />`}</span>
      <span>${t(`step_${step}`)}</span>
    </li>`)}
  </ol>`;
}
