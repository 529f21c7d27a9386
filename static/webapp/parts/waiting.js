// What the other screens say of an order that waits for an answer.

import { html } from "../vendor/preact-htm.js";
import { clock, t } from "../i18n.js";
import { mostUrgent } from "../questions.js";
import { href } from "../router.js";
import { Icon } from "./icons.js";

/** A line on the other screens: an order waits for an answer, and where to give it. */
export function WaitingQuestion({ shared, route }) {
  const question = shared.user && mostUrgent();
  if (!question || route.id === question.order) return null;
  return html`<a class="asked" href=${href(`/orders/${question.order}`)}>
    <${Icon} name="alert" size=${22} /><span><strong>${t("ran_out_in", { number: question.order_number.replace("-", "\u2011") })}</strong><br />${t("answer_until", { time: clock(question.deadline) })}</span>
  </a>`;
}
