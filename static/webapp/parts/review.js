// How an order was: stars and, for those who like, words. One review an order; it may change.

import { html, useState } from "../vendor/preact-htm.js";
import { get, put } from "../api.js";
import { useLoaded, useTypingGuard } from "../hooks.js";
import { t } from "../i18n.js";
import { announce, toast } from "../notices.js";
import { haptic } from "../tg.js";
import { Icon } from "./icons.js";
import { Skeleton } from "./pieces.js";

const STARS = [1, 2, 3, 4, 5];

/** Ask how a delivered order was, or show what was said. */
export function Review({ order }) {
  const { data, error, replace } = useLoaded(() => get(`orders/${order.id}/review/`), [order.id]);
  const [changes, setChanges] = useState(false);
  if (error) return null;
  // Nobody has to have said anything yet: then there is null.
  if (data === undefined) return html`<section class="card" aria-label=${t("review")}><${Skeleton} count=${2} kind="text" /></section>`;
  const onSaved = (review) => { replace(review); setChanges(false); };
  return data && !changes
    ? html`<${Said} review=${data} onChange=${() => setChanges(true)} />`
    : html`<${Entry} order=${order} before=${data} onSaved=${onSaved} />`;
}

function Entry({ order, before, onSaved }) {
  const [stars, setStars] = useState(before?.stars ?? 0);
  const [words, setWords] = useState(before?.words ?? "");
  const [busy, setBusy] = useState(false);
  useTypingGuard(words !== (before?.words ?? ""));
  const save = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      onSaved(await put(`orders/${order.id}/review/`, { stars, words: words.trim() }));
      haptic("success");
      announce(t("review_thanks"));
    } catch (error) {
      haptic("error");
      toast(error.message || t("offline"));
      setBusy(false);
    }
  };
  return html`<form class="card review" onSubmit=${save} aria-label=${t("review")}>
    <h2>${t("review_ask")}</h2>
    <fieldset class="stars"><legend class="unseen">${t("review_stars")}</legend>
      ${STARS.map((count) => html`<label key=${count} class=${count <= stars ? "lit" : ""}>
        <input type="radio" name="stars" value=${count} checked=${count === stars} onChange=${() => { haptic("light"); setStars(count); }} />
        <span class="unseen">${t("stars", { count })}</span><${Icon} name="star" size=${34} /></label>`)}
    </fieldset>
    ${stars > 0 && html`<div class="field"><label for="field-review">${t(stars > 3 ? "review_words" : "review_words_bad")}</label>
      <textarea id="field-review" rows="3" maxlength="2000" value=${words} onInput=${(event) => setWords(event.target.value)}></textarea></div>
    <button type="submit" class="button wide" disabled=${busy}>${t("review_send")}</button>`}
  </form>`;
}

function Said({ review, onChange }) {
  return html`<section class="card review said" aria-label=${t("review")}>
    <div class="review-head"><h2>${t("review_yours")}</h2><button type="button" class="button small quiet" onClick=${onChange}>${t("change")}</button></div>
    <p class="stars-said" role="img" aria-label=${t("stars", { count: review.stars })}>${STARS.map((count) => html`<span key=${count} class=${count <= review.stars ? "lit" : ""}><${Icon} name="star" size=${22} /></span>`)}</p>
    ${review.words && html`<p class="review-words">${review.words}</p>`}
  </section>`;
}
