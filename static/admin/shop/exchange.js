// Imports and exports: the bar moves by itself, and files that are too large are refused before
// they travel. Without this script the page refreshes itself, and the server refuses.

const bar = document.querySelector("[data-progress]");

async function watch() {
  try {
    const answer = await fetch(bar.dataset.progress, { headers: { Accept: "application/json" } });
    if (answer.ok && !answer.redirected) {
      const progress = await answer.json();
      if (progress.key !== bar.dataset.key) {
        location.reload();
        if (!progress.is_moving) return;
      }
      const meter = bar.querySelector("progress");
      if (progress.total) {
        meter.max = progress.total;
        meter.value = progress.done;
      }
      bar.querySelector("[data-progress-text]").textContent = progress.text;
    }
  } catch {
    // The network comes back, or the person goes away.
  }
  setTimeout(watch, 1000);
}

if (bar) setTimeout(watch, 700);

const form = document.querySelector("[data-upload]");

form?.addEventListener("submit", (event) => {
  let bytes = 0;
  for (const field of form.querySelectorAll("input[type=file]")) {
    for (const file of field.files) bytes += file.size;
  }
  const refusal = form.querySelector("[data-refusal]");
  refusal.hidden = bytes <= Number(form.dataset.most);
  if (!refusal.hidden) {
    event.preventDefault();
    refusal.textContent = form.dataset.tooLarge;
  }
});
