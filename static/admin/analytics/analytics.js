// The charts of the page "Analytics", drawn with the Chart.js that the admin brings along.

(() => {
  const TONES = { primary: "--color-primary-500", green: "--color-green-500", orange: "--color-orange-500" };
  const drawn = new Map();

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const isDark = () => document.documentElement.classList.contains("dark");
  const language = () => document.documentElement.lang || "ru";

  const written = (value, currency, short) =>
    new Intl.NumberFormat(language(), {
      ...(currency ? { style: "currency", currency, maximumFractionDigits: 2, minimumFractionDigits: 0 } : {}),
      ...(short ? { notation: "compact", maximumFractionDigits: 1, minimumFractionDigits: 0 } : {}),
    }).format(value);

  const shortened = (name) => {
    const most = innerWidth < 640 ? 18 : 34;
    return name.length > most ? `${name.slice(0, most - 1)}…` : name;
  };

  function series(one, stacked, second) {
    const tone = colour(TONES[one.tone]);
    const isLine = one.shape === "line";
    return {
      label: one.label,
      type: isLine ? "line" : "bar",
      data: one.values.map(Number),
      currency: one.currency,
      backgroundColor: tone,
      borderColor: tone,
      borderWidth: isLine ? 2 : 0,
      borderRadius: isLine || stacked ? 0 : 4,
      maxBarThickness: 36,
      pointRadius: one.values.length > 45 ? 0 : 2,
      order: isLine ? 0 : 1,
      stack: stacked ? "all" : undefined,
      ...(second ? { yAxisID: "second" } : {}),
    };
  }

  function options(chart) {
    const ink = isDark() ? colour("--color-base-400") : colour("--color-base-500");
    const line = isDark() ? colour("--color-base-800") : colour("--color-base-200");
    const [first, second] = chart.series;
    const values = (currency, more = {}) => ({
      beginAtZero: true,
      stacked: Boolean(chart.stacked),
      border: { display: false },
      grid: { color: line },
      ticks: { color: ink, maxTicksLimit: innerWidth < 640 ? 4 : 6, maxRotation: 0, precision: 0, callback: (value) => written(value, currency, true) },
      ...more,
    });
    const names = {
      stacked: Boolean(chart.stacked),
      border: { display: false },
      grid: { display: false },
      ticks: { color: ink, autoSkip: !chart.horizontal, maxRotation: 0, callback(value) { return shortened(this.getLabelForValue(value)); } },
    };
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: chart.horizontal ? "y" : "x",
      interaction: { mode: "index", intersect: false, axis: chart.horizontal ? "y" : "x" },
      scales: {
        [chart.horizontal ? "y" : "x"]: names,
        [chart.horizontal ? "x" : "y"]: values(first.currency),
        ...(twoScales(chart) ? { second: values(second.currency, { position: "right", grid: { display: false } }) } : {}),
      },
      plugins: {
        legend: { display: chart.series.length > 1, align: "end", labels: { color: ink, boxWidth: 10, boxHeight: 10 } },
        tooltip: { callbacks: { label: (item) => ` ${item.dataset.label}: ${written(item.raw, item.dataset.currency)}` } },
      },
    };
  }

  // Money and numbers of things don't share a scale.
  const twoScales = ({ series: all }) => all.length > 1 && all[0].currency !== all[1].currency;

  function draw(canvas) {
    drawn.get(canvas)?.destroy();
    const chart = JSON.parse(canvas.dataset.chart);
    Chart.defaults.font.family = "Inter, sans-serif";
    const datasets = chart.series.map((one, place) => series(one, chart.stacked, place > 0 && twoScales(chart)));
    drawn.set(canvas, new Chart(canvas, { type: "bar", data: { labels: chart.labels, datasets }, options: options(chart) }));
  }

  function drawNew() {
    for (const canvas of drawn.keys()) if (!canvas.isConnected) drawn.delete(canvas);
    for (const canvas of document.querySelectorAll("canvas[data-chart]")) if (!drawn.has(canvas)) draw(canvas);
  }

  // A part that did not come says so, and offers to try again.
  function fail({ target }) {
    const section = target.closest?.("section[hx-get]");
    if (!section) return;
    section.querySelector(".an-waiting")?.remove();
    section.removeAttribute("aria-busy");
    if (section.querySelector("[data-again]")) return;
    section.append(document.getElementById("an-failed").content.cloneNode(true));
    section.querySelector("[data-again]").addEventListener("click", () => htmx.trigger(section, "again"));
  }

  document.addEventListener("htmx:afterSwap", ({ target }) => { target.removeAttribute?.("aria-busy"); drawNew(); });
  document.addEventListener("htmx:responseError", fail);
  document.addEventListener("htmx:sendError", fail);
  document.addEventListener("htmx:timeout", fail);
  new MutationObserver(() => { for (const canvas of drawn.keys()) draw(canvas); })
    .observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  drawNew();
})();
