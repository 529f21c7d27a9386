// The open box without leaving the page: each deed is sent as its form says, and the box drawn anew.
// Scans are kept here until the shop has answered them; their keys let each count once.
(() => {
  "use strict";
  const box = document.getElementById("box");
  const scanner = document.getElementById("scanner");
  const waiting = document.getElementById("waiting");
  const keyboard = document.getElementById("keyboard");
  const field = scanner.elements.code;
  const RETRY_MS = 2000;
  const LOOK_MS = 10000;
  const STORE = `box:${location.pathname}`;
  const queue = restored();
  let isSending = false;

  class NoAnswer extends Error {}

  scanner.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = field.value.trim();
    field.value = "";
    if (!code) return;
    queue.push({ code, key: newKey() });
    keep();
    drain();
  });

  box.addEventListener("submit", async (event) => {
    const form = event.target;
    if ("leaves" in form.dataset) {
      if (queue.length) event.preventDefault();
      return;
    }
    event.preventDefault();
    const body = new FormData(form);
    const pressed = event.submitter;
    if (pressed && pressed.name) body.append(pressed.name, pressed.value);
    try {
      draw(await send(body));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      tell(true);
      setTimeout(() => tell(queue.length > 0), RETRY_MS);
    }
    drain();
  });

  box.addEventListener("change", (event) => {
    if (event.target.name === "quantity") event.target.form.requestSubmit();
  });

  // While the customer is asked, the box looks now and then for the answer.
  setInterval(async () => {
    const isBusy = isSending || queue.length || document.hidden || box.contains(document.activeElement);
    if (isBusy || !box.querySelector("[data-asked]")) return;
    try {
      const answer = await fetch(location.pathname, { headers: { "X-Box": "draw" } });
      if (answer.ok && !answer.redirected && !isSending) draw(await answer.text());
    } catch {
      // No network: the next look tells.
    }
  }, LOOK_MS);

  async function drain() {
    if (isSending) return;
    isSending = true;
    // A question in the box is answered before the next scan is sent.
    while (queue.length && !box.querySelector(".pick-ask")) {
      const body = new FormData(scanner);
      body.set("code", queue[0].code);
      body.set("key", queue[0].key);
      try {
        draw(await send(body));
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        tell(true);
        setTimeout(drain, RETRY_MS);
        break;
      }
      queue.shift();
      keep();
    }
    isSending = false;
  }

  async function send(body) {
    let answer;
    try {
      answer = await fetch(location.pathname, { method: "POST", body, headers: { "X-Box": "draw" } });
    } catch {
      throw new NoAnswer();
    }
    if (answer.status >= 500 || answer.status === 429) throw new NoAnswer();
    tell(false);
    if (answer.ok && !answer.redirected) return answer.text();
    // Signed out, packed by somebody else, or a page that is too old: the shop shows where to go.
    if (answer.redirected) location.assign(answer.url);
    else location.reload();
    return new Promise(() => {});
  }

  function draw(html) {
    box.innerHTML = html;
    const said = lift();
    if (said.dataset.tone) sound(said.dataset.tone === "success");
    if (box.querySelector(".pick-ask")) box.querySelector(".pick-ask").scrollIntoView({ block: "center" });
    else field.focus({ preventScroll: true });
  }

  // What was said stays in sight, beside the scanner, however far the page is scrolled.
  function lift() {
    const said = box.querySelector(".pick-said");
    document.getElementById("said").replaceChildren(said);
    return said;
  }

  function tell(isAway) {
    waiting.hidden = !isAway;
    waiting.textContent = `${waiting.dataset.text} ${queue.length}`;
  }

  function sound(isGood) {
    if (navigator.vibrate) navigator.vibrate(isGood ? 40 : [150, 80, 150]);
    try {
      sound.context ??= new AudioContext();
      const tone = sound.context.createOscillator();
      const end = sound.context.currentTime + (isGood ? 0.08 : 0.4);
      tone.frequency.value = isGood ? 1300 : 220;
      tone.connect(sound.context.destination);
      tone.start();
      tone.stop(end);
    } catch {
      // No sound, then: the sentence says it all.
    }
  }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function keep() {
    try {
      localStorage.setItem(STORE, JSON.stringify(queue));
    } catch {
      // A full or closed store: the scans live as long as the page.
    }
  }

  function restored() {
    try {
      return JSON.parse(localStorage.getItem(STORE)) || [];
    } catch {
      return [];
    }
  }

  if (matchMedia("(pointer: coarse)").matches) {
    // A scanner needs no keys on the screen; whoever types asks for them.
    field.inputMode = "none";
    keyboard.hidden = false;
    keyboard.addEventListener("click", () => {
      const isWanted = field.inputMode === "none";
      field.inputMode = isWanted ? "text" : "none";
      keyboard.setAttribute("aria-pressed", String(isWanted));
      field.blur();
      field.focus();
    });
  }
  lift();
  field.focus({ preventScroll: true });
  drain();
})();
