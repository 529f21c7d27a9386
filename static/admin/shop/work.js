// Pages for the freezer: what a scanner types goes into the one field wherever the cursor is, and
// every form saves itself behind the page. Without this script the same forms are plain POSTs.

const work = document.getElementById("work");
const SAVE_AFTER = 500;
const TRY_AGAIN_AFTER = 4000;
// A scanner types faster than any person, and ends with Enter.
const SCANNER_GAP = 60;
const SHORTEST_SCAN = 8;
// Nothing on the page moves while a scanner may still be typing.
const CALM = 150;
// Scanners that can't type the separator of a GS1 label press Ctrl+].
const SEPARATOR = "|";

const saves = new WeakMap();
const quiet = () => ({ text: "", at: -Infinity, fields: new Map() });
let burst = quiet();
// Scans and other deeds are done one after the other, in the order they came.
let line = Promise.resolve();

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

async function calm() {
  while (performance.now() - burst.at < CALM) await pause(CALM);
}

function say(sentence, isBad) {
  if (isBad) navigator.vibrate?.(200);
  const place = work.querySelector("[data-said]");
  if (!place) return;
  place.textContent = sentence;
  place.toggleAttribute("data-bad", isBad);
}

function note(form, sentence, isBad = false) {
  const place = form.querySelector("[data-state]");
  if (!place) return;
  place.textContent = sentence;
  place.toggleAttribute("data-bad", isBad);
}

// Send a form's values; null when nobody answers.
async function send(values) {
  try {
    const answer = await fetch(work.dataset.url, {
      method: "POST",
      body: values,
      headers: { "X-Work": "1" },
      credentials: "same-origin",
    });
    if (answer.redirected) {
      // Signed out meanwhile: the page itself says what to do.
      location.assign(answer.url);
      return null;
    }
    const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
    return isOurs ? await answer.json() : { refused: work.dataset.failed };
  } catch {
    return null;
  }
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

// Exchange the page's parts; the scanner's field stays, with what is typed into it meanwhile.
function swapAll(html) {
  const fresh = parsed(html);
  let last = null;
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const mine = work.querySelector(`[data-part="${part.dataset.part}"]`);
    if (mine && part.dataset.part === "scan") {
      last = mine;
      continue;
    }
    if (mine) mine.replaceWith(part);
    else if (last) last.after(part);
    else work.prepend(part);
    last = part;
  }
  for (const mine of work.querySelectorAll("[data-part]")) {
    if (!html.includes(`data-part="${mine.dataset.part}"`)) mine.remove();
  }
}

// After a save the forms stay as they are, under the person's fingers: only what the server has to
// say of them is renewed, and the fields that nobody has touched since.
function swapSaid(html, form, sent) {
  const fresh = parsed(html);
  const head = fresh.querySelector('[data-part="head"]');
  if (head) work.querySelector('[data-part="head"]')?.replaceWith(head);
  for (const place of work.querySelectorAll("[data-live]")) {
    const other = fresh
      .getElementById(place.closest("[id]").id)
      ?.querySelector(`[data-live="${place.dataset.live}"]`);
    if (other) place.replaceChildren(...other.childNodes);
  }
  const row = fresh.getElementById(form.closest("[id]").id);
  for (const field of row?.querySelectorAll("form[data-autosave] [name]") ?? []) {
    const mine = form.elements[field.name];
    if (!mine || mine.value !== sent.get(field.name)) continue;
    if (field.type === "hidden" || mine !== document.activeElement) mine.value = field.value;
  }
}

function turnOf(form) {
  if (!saves.has(form)) saves.set(form, {});
  return saves.get(form);
}

// Save a form in its turn: never two at a time, and again if it has changed meanwhile.
async function save(form) {
  const turn = turnOf(form);
  clearTimeout(turn.timer);
  turn.isDirty = false;
  if (turn.isRunning) {
    turn.isDue = true;
    return;
  }
  turn.isRunning = true;
  turn.isDue = false;
  note(form, work.dataset.saving);
  const sent = new FormData(form);
  const answer = await send(sent);
  turn.isRunning = false;
  if (answer === null) {
    note(form, work.dataset.away, true);
    turn.timer = setTimeout(() => save(form), TRY_AGAIN_AFTER);
    return;
  }
  turn.isUnsaved = Boolean(answer.refused) || turn.isDirty || turn.isDue;
  if (answer.html && form.isConnected) swapSaid(answer.html, form, sent);
  note(form, answer.refused ?? work.dataset.saved, Boolean(answer.refused));
  if (answer.refused) navigator.vibrate?.(200);
  if (turn.isDue) await save(form);
}

function schedule(form) {
  const turn = turnOf(form);
  turn.isDirty = turn.isUnsaved = true;
  clearTimeout(turn.timer);
  turn.timer = setTimeout(() => save(form), SAVE_AFTER);
}

// Let what is still being typed be saved before the page's parts are exchanged.
async function settle() {
  const forms = [...work.querySelectorAll("form[data-autosave]")];
  await Promise.all(forms.filter((form) => turnOf(form).isDirty).map(save));
}

function focusOn(id) {
  const row = id ? document.getElementById(id) : null;
  if (!row) {
    work.querySelector("#scan")?.focus();
    return;
  }
  if ("open" in row) row.open = true;
  row.scrollIntoView({ block: "start" });
  const main = row.querySelector("[data-main]");
  main?.focus();
  main?.select();
}

async function act(values) {
  await settle();
  say(work.dataset.saving, false);
  let answer = await send(values);
  while (answer === null) {
    say(work.dataset.away, true);
    await pause(TRY_AGAIN_AFTER);
    answer = await send(values);
  }
  await calm();
  if (answer.html) swapAll(answer.html);
  // What was refused is said where it happened, and choices speak for themselves.
  const isSaid = work.querySelector(".work-refused, .work-choice");
  say(isSaid ? "" : (answer.refused ?? answer.said ?? ""), Boolean(answer.refused));
  focusOn(answer.focus);
  return answer;
}

function inLine(deed) {
  line = line.then(deed, deed);
}

function scanned(text) {
  const field = work.querySelector("#scan");
  const values = new FormData(field.form);
  values.set("typed", text);
  field.value = "";
  inLine(async () => {
    const answer = await act(values);
    if (answer.focus || field.value) return;
    field.value = text;
    field.select();
  });
}

work.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-work]");
  if (!form) return;
  event.preventDefault();
  if (form.hasAttribute("data-autosave")) save(form);
  else if (form.dataset.work === "scan") scanned(form.elements.typed.value);
  else inLine(() => act(new FormData(form)));
});

for (const kind of ["input", "change"]) {
  work.addEventListener(kind, (event) => {
    const form = event.target.closest("form[data-autosave]");
    if (form) schedule(form);
  });
}

work.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (!step) return;
  const field = step.form.querySelector("[data-main]");
  const by = Number(step.dataset.step);
  const wanted = by ? Number(field.value || 0) + by : 0;
  field.value = Math.min(Number(field.max), Math.max(0, wanted));
  schedule(step.form);
});

function typed(event) {
  if (event.timeStamp - burst.at > SCANNER_GAP) burst = quiet();
  const field = event.target instanceof HTMLInputElement ? event.target : null;
  if (field && !burst.fields.has(field)) burst.fields.set(field, field.value);
  burst.at = event.timeStamp;
}

document.addEventListener(
  "keydown",
  (event) => {
    if (!work.querySelector("#scan")) return;
    if (event.ctrlKey && event.code === "BracketRight") {
      event.preventDefault();
      typed(event);
      burst.text += SEPARATOR;
      if (event.target.id === "scan") event.target.setRangeText(SEPARATOR, event.target.selectionStart, event.target.selectionEnd, "end");
    } else if (event.key === "Enter") {
      const isQuick = event.timeStamp - burst.at <= SCANNER_GAP;
      // What was typed into the scanner's own field, all of it, is sent by its form: the first
      // digits may have come before the field was focused.
      const isAtHome = event.target.id === "scan" && event.target.value.endsWith(burst.text);
      if (isQuick && burst.text.length >= SHORTEST_SCAN && !isAtHome) {
        event.preventDefault();
        event.stopPropagation();
        for (const [field, before] of burst.fields) field.value = before;
        scanned(burst.text);
      }
      burst = quiet();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      typed(event);
      burst.text += event.key;
    }
  },
  true,
);

window.addEventListener("beforeunload", (event) => {
  const forms = [...work.querySelectorAll("form[data-autosave]")];
  if (forms.some((form) => saves.get(form)?.isUnsaved)) event.preventDefault();
});

work.classList.add("work-scripted");
