// A screen of the person's own: guests are told where to buy.

import { html } from "../vendor/preact-htm.js";
import { t } from "../i18n.js";
import { chatAddress } from "./dialog.js";
import { Nothing, Skeleton } from "./pieces.js";

/** Show the children to a person who is signed in. */
export function Own({ shared, children }) {
  if (shared.user) return children;
  if (!shared.signedIn) return html`<${Skeleton} count=${4} kind="line" />`;
  return html`<${Nothing} icon="cart" title=${t("guest_title")} text=${shared.refusal?.message || t("guest_text")}>
    ${chatAddress && html`<a class="button" href=${chatAddress}>${t("open_chat")}</a>`}
  </${Nothing}>`;
}
