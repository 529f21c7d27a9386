// A Mini App in a frame, with the part of Telegram's protocol that web pages use.
// https://core.telegram.org/api/bots/webapps

import { get, post } from "./api.js";
import { popupBox, payBox } from "./dialogs.js";
import { el, roundButton } from "./dom.js";
import { t } from "./i18n.js";
import { me, store } from "./store.js";

/** Open an address as a person's Mini App; `keyboardText` is set when a reply key opened it. */
export async function openMiniApp(url, { title = "", keyboardText = "" } = {}) {
  const dark = document.documentElement.dataset.theme === "dark";
  const person = me();
  const { url: launch } = await get(`web-app?user=${person.id}&theme=${dark ? "dark" : "light"}&url=${encodeURIComponent(url)}`);
  const frame = el("iframe", { src: launch, title: title || store.bot.first_name, allow: "clipboard-write" });
  const app = new MiniApp(frame, { person, origin: new URL(url).origin, keyboardText, title });
  app.open();
}

class MiniApp {
  constructor(frame, context) {
    Object.assign(this, context);
    this.frame = frame;
    this.buttons = { main: this.bottomButton("main_button_pressed"), secondary: this.bottomButton("secondary_button_pressed") };
    this.back = roundButton("back", t("back"), () => this.tell("back_button_pressed"), { hidden: true });
    this.dialog = el("dialog", { class: "miniapp", "aria-label": this.title || store.bot.first_name },
      el("header", {}, this.back, roundButton("close", t("close"), () => this.dialog.close()), el("h2", {}, this.title || store.bot.first_name), roundButton("more", t("more"), () => this.tell("settings_button_pressed"))),
      frame, el("div", { class: "bottom" }, this.buttons.secondary, this.buttons.main));
    this.listener = (event) => {
      if (event.source === frame.contentWindow && event.origin === this.origin) this.hear(event.data);
    };
  }

  open() {
    addEventListener("message", this.listener);
    this.dialog.addEventListener("close", () => { removeEventListener("message", this.listener); this.dialog.remove(); });
    document.body.append(this.dialog);
    this.dialog.showModal();
  }

  bottomButton(event) {
    return el("button", { type: "button", hidden: true, onclick: () => this.tell(event) });
  }

  tell(eventType, eventData = {}) {
    this.frame.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), this.origin);
  }

  hear(raw) {
    let message;
    try { message = typeof raw === "string" ? JSON.parse(raw) : raw; } catch { return; }
    const handler = this[message?.eventType];
    if (/^web_app_/.test(message?.eventType) && typeof handler === "function") handler.call(this, message.eventData ?? {});
  }

  web_app_close() { this.dialog.close(); }

  web_app_request_theme() {
    const dark = document.documentElement.dataset.theme === "dark";
    get(`web-app?user=${this.person.id}&theme=${dark ? "dark" : "light"}&url=x`).then(({ url }) => {
      const fragment = new URLSearchParams(url.split("#")[1]);
      this.tell("theme_changed", { theme_params: JSON.parse(fragment.get("tgWebAppThemeParams")) });
    });
  }

  web_app_request_viewport() {
    this.tell("viewport_changed", { height: this.frame.clientHeight, width: this.frame.clientWidth, is_expanded: true, is_state_stable: true });
  }

  web_app_expand() { this.web_app_request_viewport(); }

  web_app_request_safe_area() { this.tell("safe_area_changed", { top: 0, bottom: 0, left: 0, right: 0 }); }

  web_app_request_content_safe_area() { this.tell("content_safe_area_changed", { top: 0, bottom: 0, left: 0, right: 0 }); }

  web_app_setup_back_button({ is_visible: visible }) { this.back.hidden = !visible; }

  web_app_setup_main_button(data) { this.paint(this.buttons.main, data); }

  web_app_setup_secondary_button(data) { this.paint(this.buttons.secondary, data); }

  paint(button, { is_visible: visible, is_active: active, is_progress_visible: busy, text, color, text_color: ink }) {
    if (visible !== undefined) button.hidden = !visible;
    if (text) button.textContent = text;
    if (color) button.style.setProperty("--app-button", color);
    if (ink) button.style.setProperty("--app-button-text", ink);
    button.disabled = active === false || Boolean(busy);
    button.setAttribute("aria-busy", String(Boolean(busy)));
  }

  web_app_open_link({ url }) {
    if (/^https?:/i.test(url)) open(url, "_blank", "noopener");
  }

  web_app_open_tg_link({ path_full: path }) {
    this.dialog.close();
    const start = new URL(path, "https://t.me").searchParams.get("start");
    if (start) dispatchEvent(new CustomEvent("sim:deeplink", { detail: start }));
  }

  async web_app_open_popup(data) { this.tell("popup_closed", { button_id: (await popupBox(data)) ?? undefined }); }

  async web_app_open_invoice({ slug }) {
    let status = "cancelled";
    const invoice = await get(`invoice?slug=${encodeURIComponent(slug)}`).catch(() => null);
    if (invoice && (await payBox(invoice))) status = (await post("pay", { user_id: this.person.id, slug })).status;
    this.tell("invoice_closed", { slug, status });
  }

  web_app_request_phone() {
    post("contact", { user_id: this.person.id }).then(() => this.tell("phone_requested", { status: "sent" }));
  }

  web_app_request_write_access() { this.tell("write_access_requested", { status: "allowed" }); }

  web_app_data_send({ data }) {
    post("web-app-data", { user_id: this.person.id, data, button_text: this.keyboardText }).then(() => this.dialog.close());
  }
}
