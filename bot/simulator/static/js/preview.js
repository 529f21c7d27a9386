// One line that stands for a whole message: in the list, in quotes, in the pinned bar.

import { money, t } from "./i18n.js";

/** Describe a message in a few words. */
export function preview(message) {
  if (!message) return "";
  if (message.text) return message.text;
  const caption = message.caption ? ` ${message.caption}` : "";
  if (message.photo) return `🖼 ${caption.trim() || t(message.media_group_id ? "album" : "photo")}`;
  if (message.document) return `📄 ${message.document.file_name || t("document")}${caption}`;
  if (message.venue) return `📍 ${message.venue.title}`;
  if (message.location) return `📍 ${t("location")}`;
  if (message.contact) return `👤 ${t("contact")}: ${message.contact.first_name}`;
  if (message.sticker) return `${message.sticker.emoji} ${t("sticker")}`;
  if (message.voice) return `🎤 ${t("voice")}`;
  if (message.invoice) return `🧾 ${message.invoice.title}`;
  if (message.successful_payment) return t("paid", money(message.successful_payment.total_amount, message.successful_payment.currency));
  if (message.web_app_data) return t("sentData");
  return "";
}
