// Texts in the person's language, and numbers, dates and money as that language writes them.

import { takeGiven } from "./first.js";

const { textsRu, textsEn, currency, timeZone } = document.documentElement.dataset;
const SOURCES = { ru: textsRu, en: textsEn };
const loaded = {};
let language = "ru";
let texts = {};

/** Return "ru" or "en" for a language code of Telegram's or the browser's. */
export function supported(code) {
  const first = (code ?? "").slice(0, 2).toLowerCase();
  return ["ru", "uk", "be", "kk", "ky", "uz", "tg", "hy", "az"].includes(first) ? "ru" : "en";
}

/** Load a language's texts and speak it from now on. */
export async function speak(code) {
  loaded[code] ??= takeGiven("texts", code);
  if (!loaded[code]) {
    const answer = await fetch(SOURCES[code]);
    if (!answer.ok) throw new Error(`No texts for ${code}`);
    loaded[code] = await answer.json();
  }
  language = code;
  texts = loaded[code];
  document.documentElement.lang = code;
}

/** Return the language that is spoken now. */
export const spoken = () => language;

// Making a formatter costs a slow phone a millisecond, using one nothing.
const formats = new Map();

function formatter(Kind, options, locale = language) {
  const key = `${Kind.name} ${locale} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Kind(locale, options));
  return formats.get(key);
}

/** Return a text with its {names} filled in; `count` chooses among plural forms. */
export function t(key, values = {}) {
  let text = texts[key] ?? key;
  if (typeof text === "object") {
    text = text[formatter(Intl.PluralRules, {}).select(values.count)] ?? text.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Return words as the beginning of a sentence, or as a button shows them. */
export const sentence = (words) => words.charAt(0).toLocaleUpperCase(language) + words.slice(1);

/** Return a sum as people read it: kopecks only where there are some. */
export function money(amount) {
  const value = Number(amount);
  const digits = Number.isInteger(value) ? 0 : 2;
  return formatter(Intl.NumberFormat, {
    style: "currency", currency, currencyDisplay: "narrowSymbol",
    minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(value).replace("-", "−");
}

/** Return a weight in grams or kilograms. */
export function weight(grams) {
  const [value, unit] = grams >= 1000 ? [grams / 1000, "kilogram"] : [grams, "gram"];
  return formatter(Intl.NumberFormat, { style: "unit", unit, maximumFractionDigits: 3 }).format(value);
}

/** Return what a pack weighs, or the most that a piece sold by weight can. */
export const packWeight = (pack) =>
  pack.kilogram_price ? t("up_to", { weight: weight(pack.pack_weight_g) }) : weight(pack.pack_weight_g);

/** Return a number with at most one decimal. */
export const decimal = (value) =>
  formatter(Intl.NumberFormat, { maximumFractionDigits: 1 }).format(Number(value));

const inShop = (options) => formatter(Intl.DateTimeFormat, { timeZone, ...options });

/** Return 18:00. */
export const clock = (moment) =>
  inShop({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));

/** Return the shop's date of a moment as a key: 2026-11-24. */
export const dayKey = (moment) =>
  formatter(Intl.DateTimeFormat, { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA").format(new Date(moment));

/** Return a date of the calendar (2026-12-05) as people write it, without its year. */
export const day = (date, month = "long") =>
  formatter(Intl.DateTimeFormat, { timeZone: "UTC", day: "numeric", month }).format(new Date(date));

/** Return "today", "tomorrow" or the weekday and date. */
export function dayName(moment) {
  const key = dayKey(moment);
  if (key === dayKey(Date.now())) return t("today");
  if (key === dayKey(Date.now() + 24 * 3600 * 1000)) return t("tomorrow");
  return inShop({ weekday: "short", day: "numeric", month: "short" }).format(new Date(moment));
}

/** Return the day and the hour of something that happened. */
export const moment = (value) => `${dayName(value)}, ${clock(value)}`;

/** The same in the middle of a sentence: "until tomorrow, 18:00"; today's hour says enough. */
export function until(value) {
  if (dayKey(value) === dayKey(Date.now())) return clock(value);
  return moment(value).replace(t("tomorrow"), t("tomorrow").toLowerCase());
}

/** Return a delivery window: tomorrow, 18:00–20:00. */
export const span = (from, to) => `${dayName(from)}, ${clock(from)}–${clock(to)}`;
