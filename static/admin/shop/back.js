// Goods that come back: a scanned unit counts as one that stayed frozen.
(() => {
  "use strict";
  const field = document.getElementById("back-scan");
  const said = document.getElementById("back-said");
  const rows = [...document.querySelectorAll(".back-row")];
  field.closest(".pick-scanner").hidden = false;

  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const code = field.value.trim().toUpperCase();
    field.value = "";
    if (code) count(code);
  });

  function count(code) {
    const meant = rows.filter((row) => row.dataset.codes.toUpperCase().split("\n").includes(code));
    const open = meant.find((row) => counted(row) < Number(row.dataset.units));
    if (!meant.length) say(`${said.dataset.unknown} ${code}`, "danger");
    else if (!open) say(`${said.dataset.full} ${code}`, "danger");
    else {
      const back = open.querySelector("[name^=back-]");
      back.value = Number(back.value) + 1;
      const name = open.querySelector(".pick-code").firstElementChild.textContent;
      say(`${name}: ${back.value} / ${open.dataset.units}`, "success");
    }
  }

  function counted(row) {
    return [...row.querySelectorAll("[type=number]")].reduce((sum, one) => sum + Number(one.value), 0);
  }

  function say(text, tone) {
    said.textContent = text;
    said.className = `pick-said pick-${tone}`;
    if (navigator.vibrate) navigator.vibrate(tone === "success" ? 40 : [150, 80, 150]);
  }
})();
