// Short words to the person: spoken to screen readers, or shown for some seconds.

const SHOWN_MS = 4000;
let timer = 0;

/** Let a screen reader say something, without showing it. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

/** Show a short notice above the page's foot. */
export function toast(text) {
  let box = document.querySelector(".toast");
  if (!box) {
    box = document.createElement("div");
    box.className = "toast";
    box.setAttribute("role", "alert");
    document.body.append(box);
  }
  box.textContent = text;
  box.dataset.shown = "";
  clearTimeout(timer);
  timer = setTimeout(() => { delete box.dataset.shown; box.textContent = ""; }, SHOWN_MS);
}
