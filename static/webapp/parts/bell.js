// In the place of the cart's button while a pack is sold out: be told when it is back.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { isAwaited, readAwaited, setAwaited } from "../awaited.js";
import { t } from "../i18n.js";
import { announce, toast } from "../notices.js";
import { state } from "../state.js";
import { openChatInvitation } from "./dialog.js";
import { Icon } from "./icons.js";

/** Wait for a pack, or give it up; `onBack` is called when it turns out to be back already. */
export function Bell({ sku, name, onBack }) {
  const [busy, setBusy] = useState(false);
  useEffect(() => { readAwaited().catch(() => {}); }, [sku, state.user]);
  const waits = isAwaited(sku);
  const press = async () => {
    if (!state.user) return openChatInvitation();
    setBusy(true);
    try {
      await setAwaited(sku, !waits);
      announce(t(waits ? "waiting_no_more" : "waiting"));
    } catch (error) {
      toast(error.message || t("offline"));
      if (error.code === "still_in_stock") onBack();
    }
    return setBusy(false);
  };
  return html`<div class="bell">
    <button type="button" class=${waits ? "button quiet" : "button"} disabled=${busy || !state.signedIn} onClick=${press} aria-label="${t(waits ? "wait_no_more" : "tell_me")}: ${name}">
      <${Icon} name="bell" size=${20} />${t(waits ? "wait_no_more" : "tell_me")}</button>
    ${waits && html`<p class="hint">${t("waiting")}</p>`}
  </div>`;
}
