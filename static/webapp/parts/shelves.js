// The categories: chips on a phone, a column on a wide window.

import { html } from "../vendor/preact-htm.js";
import { t } from "../i18n.js";
import { Trouble } from "./pieces.js";

/** Let the person choose a shelf; those under the chosen one stand in a second row. */
export function Shelves({ tree, category, sale, choose }) {
  if (tree.error) return html`<${Trouble} error=${tree.error} retry=${tree.retry} />`;
  if (!tree.data) return html`<div class="chips" aria-busy="true">${[0, 1, 2, 3].map((n) => html`<span key=${n} class="skeleton chip"></span>`)}</div>`;
  const top = tree.data.find((node) => node.slug === category || node.children.some((child) => child.slug === category));
  return html`<nav class="shelves" aria-label=${t("shelves")}>
    <ul class="chips">
      <${Chip} name=${t("all")} emoji="❄️" chosen=${!category && !sale} onClick=${() => choose("")} />
      <${Chip} name=${t("sale")} emoji="🏷️" chosen=${sale} onClick=${() => choose("", true)} />
      ${tree.data.map((node) => html`<${Chip} key=${node.slug} name=${node.name} emoji=${node.emoji} chosen=${node === top} exact=${node.slug === category} onClick=${() => choose(node.slug)}>
        ${node === top && html`<${Children} node=${node} category=${category} choose=${choose} className="inner" />`}
      </${Chip}>`)}
    </ul>
    ${top && html`<${Children} node=${top} category=${category} choose=${choose} className="outer" />`}
  </nav>`;
}

function Children({ node, category, choose, className }) {
  if (!node.children.length) return null;
  return html`<ul class="chips minor ${className}">
    ${node.children.map((child) => html`<${Chip} key=${child.slug} name=${child.name} chosen=${child.slug === category} onClick=${() => choose(child.slug)} />`)}
  </ul>`;
}

function Chip({ name, emoji, chosen, onClick, children }) {
  return html`<li>
    <button type="button" class="chip" aria-pressed=${chosen ? "true" : "false"} onClick=${onClick}>
      ${emoji && html`<span aria-hidden="true">${emoji}</span>`}${name}
    </button>
    ${children}
  </li>`;
}
