// The question whether something else may come instead of what ran out, and what became of it.

import { html } from "../vendor/preact-htm.js";
import { clock, money, t, weight } from "../i18n.js";
import { announce } from "../notices.js";
import { answer, isWaiting, questionsOf } from "../questions.js";
import { haptic } from "../tg.js";
import { Icon } from "./icons.js";

/** Everything that is asked about an order; `onAnswer` is called when the shop has heard. */
export function Questions({ order, onAnswer }) {
  return questionsOf(order.id).map((question) => {
    const decided = question.wanted === undefined ? !isWaiting(question) : true;
    return decided
      ? html`<${Outcome} key=${question.id} question=${question} />`
      : html`<${Question} key=${question.id} question=${question} order=${order} onAnswer=${onAnswer} />`;
  });
}

function Question({ question, order, onAnswer }) {
  const say = async (taken) => {
    haptic("light");
    await answer(question, taken).then(onAnswer, () => haptic("error"));
  };
  return html`<section class="card instead" aria-label=${t("ran_out")}>
    <h2><${Icon} name="alert" size=${20} />${t("ran_out")}</h2>
    <p class="gone"><s>${question.instead_of}</s> <span class="hint">${pack(question.instead_of_pack_weight_g, question.units)}</span></p>
    <p><strong>${t("bring_instead")}</strong></p>
    <${Offered} question=${question} />
    <p class="hint">${t("answer_until", { time: clock(question.deadline) })}${left(question)}. ${t(`otherwise_${order.if_short}`)}</p>
    ${question.lost !== undefined && html`<p class="warning" role="alert"><${Icon} name="alert" size=${18} />${question.lost || t("answer_lost")}</p>`}
    <div class="deeds stacked">
      <button type="button" class="button" onClick=${() => say(true)}>${t("bring_it")}</button>
      <button type="button" class="button quiet" onClick=${() => say(false)}>${t("leave_it_out")}${Number(question.worth) > 0 && html`<span class="minus">${money(-Number(question.worth))}</span>`}</button>
    </div></section>`;
}

function Offered({ question }) {
  const cheaper = Number(question.worth) - Number(question.total);
  const reduced = Number(question.regular_total) > Number(question.total);
  return html`<div class="line offered">
    <span class="line-picture">${question.image ? html`<img src=${question.image} alt="" width="200" height="200" decoding="async" />` : html`<span class="no-picture" aria-hidden="true"><${Icon} name="snow" size=${30} /></span>`}</span>
    <div class="line-words">
      <strong>${question.name}</strong>
      <span class="hint">${pack(question.pack_weight_g, question.units)}</span>
      <span class="price"><strong>${money(question.total)}</strong>${reduced && html`<s><span class="unseen">${t("was")} </span>${money(question.regular_total)}</s>`}
        <span class="cheaper">${cheaper > 0 ? t("less_money", { sum: money(cheaper) }) : t("same_money")}</span></span>
    </div></div>`;
}

function Outcome({ question }) {
  const taken = question.wanted ?? question.state === "taken";
  const called = question.wanted === undefined && question.state === "open";
  const words = t(called ? "we_call_you" : taken ? "we_bring" : "left_out", { name: question.name, other: question.instead_of });
  return html`<section class="card instead outcome" role="status">
    <p><${Icon} name=${taken || called ? "check" : "clear"} size=${20} /><span>${question.tooLate && html`<strong>${t("too_late")}</strong><br />`}${words}${question.wanted !== undefined && html` <span class="hint">${t("sending")}</span>`}</span></p>
  </section>`;
}

/** Let a screen reader and the hand know that there is something to answer. */
export function alertOfQuestion() {
  haptic("error");
  announce(t("ran_out"));
}

const pack = (grams, units) => (units > 1 ? `${weight(grams)} × ${units}` : weight(grams));

function left(question) {
  const minutes = Math.ceil((new Date(question.deadline) - Date.now()) / 60000);
  return minutes > 0 && minutes < 60 ? ` (${t("minutes_left", { count: minutes })})` : "";
}
