// A dialog that rises from the foot of a phone and stands in the middle of a wide window.

import { html, useEffect, useRef } from "../vendor/preact-htm.js";
import { t } from "../i18n.js";
import { setCloseFirst } from "../tg.js";
import { Icon } from "./icons.js";

/** Show the children above the page until `onClose` takes the sheet away. */
export function Sheet({ title, onClose, foot, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
    setCloseFirst(onClose);
    return () => setCloseFirst(null);
  }, []);
  const outside = (event) => event.target === dialog.current && onClose();
  return html`<dialog class="sheet" ref=${dialog} aria-labelledby="sheet-title" onCancel=${(event) => { event.preventDefault(); onClose(); }} onClick=${outside}>
    <div class="sheet-body">
      <header class="sheet-head"><h2 id="sheet-title">${title}</h2>
        <button type="button" class="round" onClick=${onClose} aria-label=${t("close")}><${Icon} name="clear" /></button></header>
      <div class="sheet-inside">${children}</div>
      <footer class="sheet-foot">${foot}</footer>
    </div>
  </dialog>`;
}
