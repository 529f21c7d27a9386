// Telegram's colours as CSS variables, made readable: WCAG AA wants a contrast of 4.5 for text.
// https://www.w3.org/TR/WCAG22/#contrast-minimum

import { onTheme, paintFrame } from "./tg.js";

const ENOUGH = 4.6;

/** Follow Telegram's theme, or the system's where there is none. */
export function followTheme() {
  onTheme((params) => paint(params ?? {}));
}

function paint(params) {
  const root = document.documentElement;
  const page = hex(params.secondary_bg_color) ?? hex(params.bg_color);
  if (!page || !hex(params.text_color)) {
    delete root.dataset.theme;
    return;
  }
  const card = hex(params.section_bg_color) ?? hex(params.bg_color) ?? page;
  const text = hex(params.text_color);
  const dark = luminance(card) < 0.2;
  const ink = hex(params.button_text_color) ?? (dark ? text : [255, 255, 255]);
  const accent = readable(hex(params.button_color) ?? text, ink);
  const tint = mix(card, accent, 0.1);
  // Text stands on all three: what can be read on the worst can be read on each.
  const worst = [page, card, tint].reduce(dark ? lighter : darker);
  root.dataset.theme = dark ? "dark" : "light";
  paintFrame(`#${page.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`);
  const colours = {
    page, card, text,
    hint: readable(hex(params.hint_color) ?? text, worst),
    link: readable(hex(params.link_color) ?? hex(params.button_color) ?? text, worst),
    accent, tint,
    "accent-ink": ink,
    line: hex(params.section_separator_color) ?? mix(card, text, 0.12),
    bad: readable(hex(params.destructive_text_color) ?? [210, 30, 40], worst),
  };
  for (const [name, value] of Object.entries(colours)) {
    root.style.setProperty(`--${name}`, `rgb(${value.map(Math.round).join(" ")})`);
  }
}

// Push a colour away from another until both can be told apart.
function readable(colour, other) {
  const towards = luminance(other) > 0.4 ? [0, 0, 0] : [255, 255, 255];
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(colour, towards, share);
    if (contrast(tried, other) >= ENOUGH) return tried;
  }
  return towards;
}

const lighter = (a, b) => (luminance(a) > luminance(b) ? a : b);
const darker = (a, b) => (luminance(a) > luminance(b) ? b : a);
const mix = (a, b, share) => a.map((value, index) => value + (b[index] - value) * share);

function hex(text) {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text ?? "");
  return found ? found.slice(1).map((pair) => parseInt(pair, 16)) : undefined;
}

function luminance(colour) {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}
