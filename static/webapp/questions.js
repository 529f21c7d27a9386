// What the shop asks while it picks: something ran out, may something else come? One press answers.

import { get, post } from "./api.js";
import { state, update } from "./state.js";

// Answers on their way are shown as given; those that came too late, or were lost, are told so.
const onTheirWay = new Map();
const tooLate = new Set();
const lost = new Map();
// What was read before an answer was sent says nothing about it.
let turn = 0;

/** Return what is asked about an order, with `wanted` (an answer on its way), `tooLate` and `lost` (why). */
export function questionsOf(orderId) {
  const asked = state.questions.filter((question) => question.order === orderId);
  return asked.map((question) => ({
    ...question, wanted: onTheirWay.get(question.id), tooLate: tooLate.has(question.id), lost: lost.get(question.id),
  }));
}

/** Return the question that waits for the person, the most urgent one, if there is any. */
export function mostUrgent() {
  const waiting = state.questions.filter((question) => isWaiting(question) && !onTheirWay.has(question.id));
  return waiting.sort((one, other) => one.deadline.localeCompare(other.deadline))[0];
}

/** Whether the person may still answer. */
export const isWaiting = (question) => question.state === "open" && !question.is_late;

/** Read what is asked now; the answer is true when there is something new to answer. */
export async function readQuestions() {
  if (!state.user) return false;
  const read = turn;
  const questions = await get("orders/substitutions/");
  if (read !== turn) return false;
  const known = new Set(state.questions.map(({ id }) => id));
  update({ questions });
  return questions.some((question) => isWaiting(question) && !known.has(question.id));
}

/** Take what is offered or leave it out: shown now; what the shop answers is the truth. */
export async function answer(question, taken) {
  turn += 1;
  onTheirWay.set(question.id, taken);
  lost.delete(question.id);
  update({});
  try {
    const told = await post(`orders/substitutions/${question.id}/`, { taken });
    if (told.state !== (taken ? "taken" : "left")) tooLate.add(question.id);
    update({ questions: state.questions.map((one) => (one.id === question.id ? { ...one, ...told } : one)) });
  } catch (error) {
    lost.set(question.id, error.message);
    throw error;
  } finally {
    turn += 1;
    onTheirWay.delete(question.id);
    update({});
  }
}
