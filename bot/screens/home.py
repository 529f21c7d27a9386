"""The menu, the languages, and what the shop says about itself."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.cart.dto import CartView
from apps.core.money import format_money
from apps.notifications.dto import MessageContent
from bot import texts
from bot.keyboards import Action, key, menu_key
from bot.selectors import Usual

# Each language calls itself by its own name.
LANGUAGES = {"ru": "🇷🇺 Русский", "en": "🇬🇧 English"}


def menu(
    *,
    name: str,
    cart: CartView,
    usual: Usual | None = None,
    greet: bool = False,
    notice: str = "",
) -> MessageContent:
    """Return the main menu; `notice` says what just happened, `usual` is the last order."""
    hello = _("Hello, %(name)s!") % {"name": texts.safe(name, limit=60)} if name else _("Hello!")
    shop = texts.safe(settings.SHOP_NAME)
    if greet:
        about = _("Dumplings, vegetables, fish and ice cream, straight from our freezer.")
        this = _("This is %(shop)s.") % {"shop": shop}
        text = f"{texts.title(hello)}\n{this} {about}"
    else:
        text = f"<b>{shop}</b>"
    text = f"{notice}\n\n{text}" if notice else text
    text += "\n\n" + _("What would you like?")
    again = ((key(_usual_label(usual), Action.AGAIN, usual.order_id),),) if usual else ()
    rows = (
        *again,
        (key(_("🛍 Catalogue"), Action.CATEGORIES), key(_("🔎 Search"), Action.SEARCH)),
        (key(cart_label(cart), Action.CART),),
        (key(_("📦 My orders"), Action.ORDERS, 1), key(_("❤️ Favourites"), Action.FAVOURITES, 1)),
        (key(_("🎁 Invite a friend"), Action.INVITE), key(_("⚙️ Settings"), Action.SETTINGS)),
        (key(_("💬 Help"), Action.HELP), key("🌐 Русский · English", Action.LANGUAGE)),
    )
    return MessageContent(text, rows)


def _usual_label(usual: Usual) -> str:
    name = texts.plain(usual.name, limit=28)
    more = f" +{usual.more}" if usual.more else ""
    return _("🔁 The same again: %(goods)s") % {"goods": f"{name}{more}"}


def cart_label(cart: CartView) -> str:
    """Return what stands on the key to the cart: how much is in it, and for how much."""
    if not cart.lines:
        return _("🛒 Cart is empty")
    count = ngettext("%(count)s pack", "%(count)s packs", cart.count) % {"count": cart.count}
    return _("🛒 Cart: %(count)s, %(total)s") % {
        "count": count,
        "total": format_money(cart.total),
    }


def languages() -> MessageContent:
    """Return the choice of languages, asked in both."""
    rows = tuple((key(name, Action.SPEAK, code),) for code, name in LANGUAGES.items())
    return MessageContent("Выберите язык · Choose a language", (*rows, (menu_key(),)))


def help_page() -> MessageContent:
    """Return how to use the shop, and whom to call."""
    text = "\n\n".join(
        (
            texts.title(_("How it works")),
            _("🛍 Choose in the catalogue, or just type what you look for: “dumplings”, “berries”.")
            + "\n"
            + _("🛒 Check the cart and place the order: it takes a minute.")
            + "\n"
            + _("🚚 A courier brings it frozen, or you fetch it yourself. You pay on the spot.")
            + "\n"
            + _("📦 “My orders” shows where your order is, and orders the same again."),
            _("Questions? Call us: %(phone)s") % {"phone": texts.safe(settings.SHOP_PHONE)},
            "/menu /catalog /cart /orders /favourites /alerts /invite /settings /language /privacy",
        )
    )
    rows = (
        (key(_("💬 Write to us"), Action.SUPPORT),),
        (key(_("🛍 Catalogue"), Action.CATEGORIES),),
        (menu_key(),),
    )
    return MessageContent(text, rows)


def search_prompt() -> MessageContent:
    """Return the invitation to type what is looked for."""
    text = (
        texts.title(_("What are you looking for?"))
        + "\n"
        + _("Type it in your own words, typos are fine: “pelmeni”, “spinach”, “ice cream”.")
    )
    rows = ((key(_("🛍 Catalogue"), Action.CATEGORIES), menu_key()),)
    return MessageContent(text, rows)


def only_words() -> MessageContent:
    """Return what to do, to somebody who sent a thing that the bot can't read."""
    text = _("I can only read words yet 🙂 Type what you look for, or choose below.")
    rows = (
        (key(_("🛍 Catalogue"), Action.CATEGORIES), key(_("🛒 Cart"), Action.CART)),
        (menu_key(),),
    )
    return MessageContent(text, rows)
