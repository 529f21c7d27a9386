// Pages for the freezer: what a scanner types goes into the one field wherever the cursor is, and
// every form saves itself behind the page. Without this script the same forms are plain POSTs.

const work = document.getElementById("work");
const SAVE_AFTER = 500;
const TRY_AGAIN_AFTER = 4000;
// A scanner types faster than any person, and ends with Enter.
const SCANNER_GAP = 60;
const SHORTEST_SCAN = 8;
// Scanners that can't type the separator of a GS1 label press Ctrl+].
const SEPARATOR = "|";

const saves = new WeakMap();
let burst = { text: "", at: 0, field: null, before: "" };

function parts(html) {
  return new DOMParser().parseFromString(html, "text/html");
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

// Send a form; null when nobody answers.
async function send(form) {
  try {
    const answer = await fetch(work.dataset.url, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Work": "1" },
      credentials: "same-origin",
    });
    if (answer.redirected) {
      // Signed out meanwhile: the page itself says what to do.
      location.assign(answer.url);
      return null;
    }
    const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
    return isOurs ? { ok: answer.ok, ...(await answer.json()) } : { refused: work.dataset.failed };
  } catch {
    return null;
  }
}

function swapAll(html) {
  const fresh = parts(html);
  for (const part of work.querySelectorAll("[data-part]")) {
    const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (other) part.replaceWith(other);
    else part.remove();
  }
  for (const other of fresh.querySelectorAll("[data-part]")) {
    if (!work.querySelector(`[data-part="${other.dataset.part}"]`)) work.append(other);
  }
}

// After a save the forms stay as they are, under the person's fingers: only what the server has to
// say of them is renewed, and the fields that nobody has touched since.
function swapSaid(html, form, sent) {
  const fresh = parts(html);
  const head = work.querySelector('[data-part="head"]');
  const newHead = fresh.querySelector('[data-part="head"]');
  if (head && newHead) head.replaceWith(newHead);
  for (const place of work.querySelectorAll("[data-live]")) {
    const row = place.closest("[id]");
    const other = fresh
      .getElementById(row.id)
      ?.querySelector(`[data-live="${place.dataset.live}"]`);
    if (other) place.replaceChildren(...other.childNodes);
  }
  const row = form.closest("[id]");
  for (const field of fresh.getElementById(row.id)?.querySelectorAll("form[data-autosave] [name]") ?? []) {
    const mine = form.elements[field.name];
    if (!mine || mine.value !== sent.get(field.name)) continue;
    if (field.type === "hidden" || mine !== document.activeElement) mine.value = field.value;
  }
}

// Save a form in its turn: never two at a time, and again if it has changed meanwhile.
async function save(form) {
  const turn = saves.get(form) ?? {};
  saves.set(form, turn);
  clearTimeout(turn.timer);
  if (turn.isRunning) {
    turn.isDue = true;
    return;
  }
  turn.isRunning = true;
  turn.isDue = false;
  note(form, work.dataset.saving);
  const sent = new FormData(form);
  const answer = await send(form);
  turn.isRunning = false;
  if (answer === null) {
    note(form, work.dataset.away, true);
    turn.isUnsaved = true;
    turn.timer = setTimeout(() => save(form), TRY_AGAIN_AFTER);
    return;
  }
  turn.isUnsaved = Boolean(answer.refused);
  if (answer.html && form.isConnected) swapSaid(answer.html, form, sent);
  note(form, answer.refused ?? work.dataset.saved, Boolean(answer.refused));
  if (answer.refused) navigator.vibrate?.(200);
  if (turn.isDue) save(form);
}

// Let what is still being typed be saved before the page's parts are exchanged.
async function settle() {
  const waiting = [...work.querySelectorAll("form[data-autosave]")].filter((form) => {
    const turn = saves.get(form);
    return turn?.isDirty && !turn.isRunning;
  });
  await Promise.all(waiting.map((form) => ((saves.get(form).isDirty = false), save(form))));
}

async function act(form) {
  await settle();
  say(work.dataset.saving, false);
  const answer = await send(form);
  if (answer === null) {
    say(work.dataset.away, true);
    setTimeout(() => form.isConnected && act(form), TRY_AGAIN_AFTER);
    return;
  }
  if (answer.html) swapAll(answer.html);
  // What was refused is said where it happened, and choices speak for themselves.
  const isSaid = work.querySelector(".work-refused, .work-choice");
  say(isSaid ? "" : (answer.refused ?? answer.said ?? ""), Boolean(answer.refused));
  const row = answer.focus ? document.getElementById(answer.focus) : null;
  if (row) {
    if ("open" in row) row.open = true;
    row.scrollIntoView({ block: "start" });
    const main = row.querySelector("[data-main]");
    main?.focus();
    main?.select?.();
  } else {
    const field = work.querySelector("#scan");
    field?.focus();
    if (answer.refused) field?.select();
  }
}

function schedule(form) {
  const turn = saves.get(form) ?? {};
  saves.set(form, turn);
  turn.isDirty = true;
  turn.isUnsaved = true;
  clearTimeout(turn.timer);
  turn.timer = setTimeout(() => {
    turn.isDirty = false;
    save(form);
  }, SAVE_AFTER);
}

work.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-work]");
  if (!form) return;
  event.preventDefault();
  if (form.hasAttribute("data-autosave")) save(form);
  else act(form);
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
  const field = step.parentElement.querySelector("input");
  const most = Number(field.max || Infinity);
  const wanted = step.dataset.step === "0" ? 0 : Number(field.value || 0) + Number(step.dataset.step);
  field.value = Math.min(most, Math.max(0, wanted));
  schedule(field.form);
});

document.addEventListener(
  "keydown",
  (event) => {
    const scan = work.querySelector("#scan");
    if (!scan) return;
    if (event.ctrlKey && event.code === "BracketRight") {
      event.preventDefault();
      burst.text += SEPARATOR;
      if (event.target === scan) scan.setRangeText(SEPARATOR, scan.selectionStart, scan.selectionEnd, "end");
      return;
    }
    const isFresh = event.timeStamp - burst.at > SCANNER_GAP;
    if (event.key === "Enter") {
      const isScan = !isFresh && burst.text.length >= SHORTEST_SCAN && event.target !== scan;
      if (isScan) {
        event.preventDefault();
        event.stopPropagation();
        if (burst.field) burst.field.value = burst.before;
        scan.value = burst.text;
        act(scan.form);
      }
      burst = { text: "", at: 0, field: null, before: "" };
      return;
    }
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isFresh) {
      const field = event.target instanceof HTMLInputElement ? event.target : null;
      burst = { text: "", at: 0, field, before: field?.value ?? "" };
    }
    burst.text += event.key;
    burst.at = event.timeStamp;
  },
  true,
);

window.addEventListener("beforeunload", (event) => {
  const isUnsaved = [...work.querySelectorAll("form[data-autosave]")].some(
    (form) => saves.get(form)?.isUnsaved,
  );
  if (isUnsaved) event.preventDefault();
});

work.classList.add("work-scripted");
