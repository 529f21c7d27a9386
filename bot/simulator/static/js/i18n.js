// The page's own words, in the language of the person whose phone it shows.

const RU = {
  search: "Поиск", all: "Все", customers: "Покупатели", staff: "Сотрудники", newCustomer: "Новый покупатель",
  theme: "Сменить тему", back: "Назад к списку", bot: "бот", typing: "печатает", uploading: "отправляет фото",
  members: (n) => `${n} ${n % 10 === 1 && n !== 11 ? "участник" : n % 10 > 1 && n % 10 < 5 && (n < 10 || n > 20) ? "участника" : "участников"}`,
  youAre: (name) => `Вы: ${name}`, actAs: "Писать от имени", more: "Ещё", block: "Заблокировать бота", unblock: "Разблокировать бота",
  blockedNow: "Бот заблокирован", deepLink: "Открыть ссылку на бота…", payload: "Параметр start", open: "Открыть", cancel: "Отмена", ok: "OK", close: "Закрыть",
  start: "Начать", restart: "Перезапустить", whatCan: "Что умеет этот бот?", message: "Сообщение", send: "Отправить", attach: "Прикрепить",
  commands: "Команды", menu: "Меню", keyboard: "Клавиатура бота", today: "Сегодня", yesterday: "Вчера", edited: "изменено",
  photo: "Фото", album: "Альбом", document: "Файл", location: "Геопозиция", contact: "Контакт", sticker: "Стикер", voice: "Голосовое сообщение", invoice: "Счёт", you: "Вы",
  sharePhoto: "Фото", shareLocation: "Геопозиция", shareContact: "Мой номер", shareSticker: "Стикер", shareVoice: "Голосовое сообщение",
  contactTitle: "Поделиться номером телефона?", contactText: (name) => `Бот ${name} узнает ваш номер и имя.`, share: "Поделиться",
  locationTitle: "Отправить геопозицию", latitude: "Широта", longitude: "Долгота", sendLocation: "Отправить",
  badLocation: "Широта от −90 до 90, долгота от −180 до 180.",
  openLink: (url) => `Открыть ссылку\n${url}?`, linkTitle: "Переход по ссылке", newTitle: "Новый покупатель", firstName: "Имя", lastName: "Фамилия", language: "Язык", create: "Создать",
  pay: (sum) => `Заплатить ${sum}`, payTitle: "Оплата", paid: (sum) => `Вы успешно оплатили ${sum}`, payFailed: "Платёж не прошёл", payTimeout: "Бот не ответил вовремя.", testCard: "Тестовая карта •••• 4242. Деньги не списываются.", total: "Итого",
  pinned: "Закреплённое сообщение", reply: "Ответить", edit: "Изменить", down: "К последним сообщениям", unread: (n) => `непрочитанных: ${n}`, copied: "Скопировано", offline: "Нет связи с симулятором…", failed: "Не получилось", empty: "Сообщений пока нет",
  launch: "Открыть приложение", openPhoto: "Открыть фото", forwarded: "Переслано от", photoAlt: "Фотография", queryOld: "Бот не ответил на нажатие", sentData: "Данные переданы боту", emptyList: "Никого не нашлось", nothingInline: "Ничего не нашлось", inlineTry: (name) => `Найти через @${name}`, shareTitle: "Поделиться ссылкой", copy: "Скопировать", delivered: "прочитано", sent: "отправлено",
};
const EN = {
  search: "Search", all: "All", customers: "Customers", staff: "Staff", newCustomer: "New customer",
  theme: "Switch theme", back: "Back to the list", bot: "bot", typing: "typing", uploading: "sending a photo",
  members: (n) => `${n} member${n === 1 ? "" : "s"}`,
  youAre: (name) => `You: ${name}`, actAs: "Write as", more: "More", block: "Block bot", unblock: "Unblock bot",
  blockedNow: "The bot is blocked", deepLink: "Open a link to the bot…", payload: "Start parameter", open: "Open", cancel: "Cancel", ok: "OK", close: "Close",
  start: "Start", restart: "Restart", whatCan: "What can this bot do?", message: "Message", send: "Send", attach: "Attach",
  commands: "Commands", menu: "Menu", keyboard: "Bot keyboard", today: "Today", yesterday: "Yesterday", edited: "edited",
  photo: "Photo", album: "Album", document: "File", location: "Location", contact: "Contact", sticker: "Sticker", voice: "Voice message", invoice: "Invoice", you: "You",
  sharePhoto: "Photo", shareLocation: "Location", shareContact: "My phone number", shareSticker: "Sticker", shareVoice: "Voice message",
  contactTitle: "Share your phone number?", contactText: (name) => `The bot ${name} will know your phone number and name.`, share: "Share",
  locationTitle: "Send location", latitude: "Latitude", longitude: "Longitude", sendLocation: "Send",
  badLocation: "Latitude from −90 to 90, longitude from −180 to 180.",
  openLink: (url) => `Do you want to open\n${url}?`, linkTitle: "Open link", newTitle: "New customer", firstName: "First name", lastName: "Last name", language: "Language", create: "Create",
  pay: (sum) => `Pay ${sum}`, payTitle: "Checkout", paid: (sum) => `You have successfully paid ${sum}`, payFailed: "Payment failed", payTimeout: "The bot did not answer in time.", testCard: "Test card •••• 4242. Nobody is charged.", total: "Total",
  pinned: "Pinned message", reply: "Reply", edit: "Edit", down: "To the latest messages", unread: (n) => `${n} unread`, copied: "Copied", offline: "No connection to the simulator…", failed: "That did not work", empty: "No messages here yet",
  launch: "Open app", openPhoto: "Open photo", forwarded: "Forwarded from", photoAlt: "Photo", queryOld: "The bot did not answer the button", sentData: "Data transferred to the bot", emptyList: "Nobody found", nothingInline: "Nothing found", inlineTry: (name) => `Search with @${name}`, shareTitle: "Share the link", copy: "Copy", delivered: "read", sent: "sent",
};

let words = RU;
let locale = "ru";

/** Choose the language by Telegram's language_code. */
export function useLanguage(code) {
  locale = ["ru", "uk", "be", "kk"].includes(code) ? "ru" : "en";
  words = locale === "ru" ? RU : EN;
  document.documentElement.lang = locale;
}

/** Return a phrase, filled in where it takes something. */
export function t(key, ...values) {
  const phrase = words[key];
  return typeof phrase === "function" ? phrase(...values) : phrase;
}

export const clock = (unix) => new Date(unix * 1000).toLocaleTimeString(locale === "ru" ? "ru" : "en-GB", { hour: "2-digit", minute: "2-digit" });

/** Return how a day is called above its messages. */
export function dayName(unix) {
  const day = new Date(unix * 1000);
  const ago = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(day).setHours(0, 0, 0, 0)) / 86400000);
  if (ago < 2) return t(ago === 1 ? "yesterday" : "today");
  return day.toLocaleDateString(locale, { day: "numeric", month: "long" });
}

/** Return a sum of minor units as people write it. */
export function money(amount, currency) {
  if (currency === "XTR") return `${amount} ⭐`;
  return (amount / 100).toLocaleString(locale === "ru" ? "ru-RU" : "en-GB", { style: "currency", currency });
}
