// The heart on a product's picture.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { t } from "../i18n.js";
import { isLiked, readLiked, setLiked } from "../liked.js";
import { announce, toast } from "../notices.js";
import { state } from "../state.js";
import { openChatInvitation } from "./dialog.js";
import { Icon } from "./icons.js";

/** Give a product one's heart, or take it back. */
export function Heart({ slug, name }) {
  const [busy, setBusy] = useState(false);
  useEffect(() => { readLiked().catch(() => {}); }, [slug, state.user]);
  const liked = isLiked(slug);
  const press = async () => {
    if (!state.user) return openChatInvitation();
    setBusy(true);
    try {
      await setLiked(slug, !liked);
      announce(t(liked ? "liked_no_more" : "liked"));
    } catch (error) {
      toast(error.message || t("offline"));
    }
    return setBusy(false);
  };
  return html`<button type="button" class="heart" disabled=${busy || !state.signedIn} aria-pressed=${liked ? "true" : "false"} onClick=${press} aria-label="${t("favourite")}: ${name}"><${Icon} name="heart" size=${24} /></button>`;
}
