// Paying online: the shop names the provider's page, and only the shop knows how it ended.

import { post } from "./api.js";
import { openInvoice, openPage } from "./tg.js";

/** Send the person to pay for an order; `onBack` is called when there is something to look at. */
export async function pay(order, provider, onBack) {
  const way = await post(`orders/${order.id}/payments/`, provider ? { provider } : {});
  if (way.provider === "telegram") openInvoice(way.confirmation_url, onBack);
  else openPage(way.confirmation_url);
}

/** Ask the shop to ask the provider, and return the order as it is. */
export const checked = (order) => post(`orders/${order.id}/payments/check/`);
