// Small tools to build elements: no markup is ever made from strings.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element; attributes starting with "on" are listeners, `data` is a dataset. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Make one of the icons of the sprite. */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Make a round button that shows only an icon and says its purpose to a reader. */
export function roundButton(name, label, onclick, attributes = {}) {
  return el("button", { type: "button", class: "round", "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}

const tintOf = (id) => Math.abs(Number(id)) % 7;
export const nameClass = (id) => `name${tintOf(id)}`;

/** Make a circle with initials, or with the bot's logo. */
export function avatar(id, name, extra = "") {
  const node = el("span", { class: `avatar tint${tintOf(id)} ${extra}`, "aria-hidden": "true" });
  if (id === "bot") node.append(el("img", { src: "/static/logo.svg", alt: "" }));
  else node.append((name.match(/\p{L}|\p{N}/gu) || ["?"])[0] + ((name.match(/\s(\p{L})/u) || [])[1] || ""));
  return node;
}

/** Open a small menu beside an element; each item is {icon, label, act, danger}. */
export function openMenu(anchor, items, { above = false } = {}) {
  closeMenus();
  const box = anchor.getBoundingClientRect();
  const menu = el("div", { class: "popup", role: "menu" });
  for (const item of items.filter(Boolean)) {
    menu.append(el("button", {
      type: "button", role: "menuitem", class: item.danger ? "danger" : "",
      onclick: () => { closeMenus(); item.act(); },
    }, item.face || icon(item.icon), item.label));
  }
  menu.addEventListener("keydown", (event) => {
    const buttons = [...menu.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
    if (event.key === "Escape") { closeMenus(); anchor.focus(); }
    if (step || event.key === "Escape") event.preventDefault();
  });
  document.body.append(menu);
  const left = Math.min(Math.max(8, box.right - menu.offsetWidth), innerWidth - menu.offsetWidth - 8);
  menu.style.left = `${above ? Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8)) : left}px`;
  menu.style.top = above ? `${box.top - menu.offsetHeight - 8}px` : `${box.bottom + 6}px`;
  menu.firstElementChild?.focus({ focusVisible: false });
  setTimeout(() => document.addEventListener("click", closeMenus, { once: true }));
}

export function closeMenus() {
  document.querySelectorAll(".popup").forEach((menu) => menu.remove());
}

/** Show a short message that goes by itself. */
export function toast(text, seconds = 3.5) {
  const node = el("div", { class: "toast" }, text);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), seconds * 1000);
}
