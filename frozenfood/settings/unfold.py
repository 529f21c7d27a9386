"""How the admin looks, and what its menu holds."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


def shop_name(request: HttpRequest) -> str:
    """Return the shop's name, as the environment gives it."""
    return str(settings.SHOP_NAME)


def time_zone(request: HttpRequest) -> str:
    """Return in which time zone the admin's hours are meant."""
    return str(settings.SHOP_TIME_ZONE)


def _may_view(app: str, model: str) -> Callable[[HttpRequest], bool]:
    def is_allowed(request: HttpRequest) -> bool:
        return request.user.has_perm(f"{app}.view_{model}")

    return is_allowed


def _may_analyse(request: HttpRequest) -> bool:
    return bool(import_string("apps.analytics.questions.questions_of")(request.user))


def _item(title: Promise, icon: str, name: str) -> dict[str, Any]:
    """Return an entry of the menu that opens a model's list; `name` is app.model."""
    app, model = name.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": _may_view(app, model),
    }


def _page(title: Promise, icon: str, name: str, permission: str) -> dict[str, Any]:
    """Return an entry of the menu that opens a page of its own."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{name}"),
        "permission": lambda request: request.user.has_perm(permission),
    }


def _group(title: Promise, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": True, "items": list(items)}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the menu; orders that nobody has confirmed yet are counted beside their entry."""
    waiting = 0
    if request.user.has_perm("orders.view_order"):
        waiting = import_string("apps.fulfilment.admin.new_orders")(request)
    badge = {"badge": str(waiting), "badge_variant": "danger"} if waiting else {}
    groups = [{**group, "items": [dict(item) for item in group["items"]]} for group in _GROUPS]
    groups[1]["items"][0].update(badge)
    return groups


_GROUPS: list[dict[str, Any]] = [
    {
        "items": [
            {"title": _("Today"), "icon": "dashboard", "link": reverse_lazy("admin:index")},
            {
                "title": _("Analytics"),
                "icon": "monitoring",
                "link": reverse_lazy("analytics:page"),
                "permission": _may_analyse,
            },
        ],
    },
    _group(
        _("Sales"),
        _item(_("Orders"), "receipt_long", "orders.order"),
        _item(_("Payments"), "payments", "payments.payment"),
        _item(_("Questions about money"), "contact_support", "payments.oddity"),
        _item(_("Refunds"), "undo", "payments.refund"),
        _item(_("Comparison with providers"), "balance", "payments.daycomparison"),
        _item(_("Money entries"), "account_balance_wallet", "payments.moneyentry"),
        _item(_("Carts"), "shopping_cart", "cart.cart"),
    ),
    _group(
        _("Catalogue"),
        _item(_("Products"), "set_meal", "catalog.product"),
        _item(_("Packs and prices"), "sell", "catalog.variant"),
        _page(
            _("Change prices"), "price_change", "catalog_pricebatch_new", "catalog.add_pricebatch"
        ),
        _item(_("Scheduled prices"), "schedule", "catalog.scheduledprice"),
        _item(_("Price history"), "history", "catalog.pricechange"),
        _item(_("Categories"), "account_tree", "catalog.category"),
        _item(_("Tags"), "label", "catalog.tag"),
        _item(_("Import and export"), "import_export", "catalog.catalogexchange"),
    ),
    _group(
        _("Marketing"),
        _item(_("Broadcasts"), "campaign", "marketing.broadcast"),
        _item(_("Promotions"), "percent", "promotions.promotion"),
        _item(_("Promo codes"), "confirmation_number", "promotions.promocode"),
        _item(_("Redemptions"), "redeem", "promotions.redemption"),
        _item(_("Markdowns"), "sell", "marketing.markdownproposal"),
        _item(_("Markdown rules"), "rule", "marketing.markdownrule"),
        _item(_("Waiting for goods"), "notifications_active", "marketing.backinstockalert"),
        _item(_("Invitations"), "group_add", "marketing.referral"),
        _item(_("Links of campaigns"), "link", "marketing.campaignlink"),
    ),
    _group(
        _("Warehouse"),
        {
            "title": _("To pick"),
            "icon": "shopping_basket",
            "link": reverse_lazy("admin:orders_order_to_pick"),
            "permission": _may_view("fulfilment", "pick"),
        },
        _item(_("Deliveries"), "local_shipping", "inventory.deliverynote"),
        _item(_("Stocktakes"), "fact_check", "inventory.stocktake"),
        _item(_("Stock"), "inventory_2", "inventory.stocklevel"),
        _item(_("Lots"), "pallet", "inventory.lot"),
        _item(_("Movements"), "swap_vert", "inventory.stockmovement"),
        _item(_("Reservations"), "lock_clock", "inventory.reservation"),
        _item(_("Picks"), "checklist", "fulfilment.pick"),
        _item(_("Recalls"), "release_alert", "fulfilment.recall"),
    ),
    _group(
        _("Delivery"),
        _item(_("Runs"), "route", "fulfilment.run"),
        _item(_("Couriers' cash"), "account_balance_wallet", "fulfilment.cashshift"),
        _item(_("Slots"), "event_available", "delivery.deliveryslot"),
        _item(_("Weekly windows"), "calendar_view_week", "delivery.slottemplate"),
        _item(_("Holidays"), "celebration", "delivery.holiday"),
        _item(_("Zones"), "map", "delivery.zone"),
        _item(_("Pickup points"), "storefront", "delivery.pickuppoint"),
    ),
    _group(
        _("People"),
        _item(_("Customers and staff"), "group", "users.user"),
        _item(_("Conversations"), "forum", "support.conversation"),
        _item(_("Reviews"), "reviews", "marketing.review"),
        _item(_("Roles"), "badge", "auth.group"),
    ),
    _group(
        _("Integrations"),
        _item(_("API keys"), "key", "integrations.apikey"),
        _item(_("Webhook endpoints"), "webhook", "integrations.endpoint"),
        _item(_("Webhook deliveries"), "send", "integrations.delivery"),
    ),
    _group(
        _("Machinery"),
        _item(_("Messages"), "outgoing_mail", "notifications.message"),
        _item(_("Requests to providers"), "outbox", "payments.providercall"),
        _item(_("Events of providers"), "move_to_inbox", "payments.providerevent"),
        _item(_("Updates from Telegram"), "move_to_inbox", "bot.inboxupdate"),
        _item(_("Dialogues"), "forum", "bot.dialogue"),
    ),
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": shop_name,
    "SITE_HEADER": shop_name,
    "SITE_SUBHEADER": time_zone,
    "SITE_URL": None,
    "SITE_SYMBOL": "ac_unit",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("admin/shop/icon.svg"),
        },
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": reverse_lazy("admin:choose_language")},
    "DASHBOARD_CALLBACK": "apps.core.admin.panels.dashboard",
    "STYLES": [lambda request: static("admin/shop/shop.css")],
    "BORDER_RADIUS": "8px",
    "COLORS": {
        # The blue of ice, dark enough under white text (WCAG AA from 600 on).
        "primary": {
            "50": "oklch(97% .013 236.62)",
            "100": "oklch(95.1% .026 236.824)",
            "200": "oklch(90.1% .058 230.902)",
            "300": "oklch(82.8% .111 230.318)",
            "400": "oklch(74.6% .16 232.661)",
            "500": "oklch(62% .16 240)",
            "600": "oklch(52% .14 242.749)",
            "700": "oklch(46% .125 242.749)",
            "800": "oklch(41% .1 240.79)",
            "900": "oklch(36% .085 240.876)",
            "950": "oklch(29.3% .066 243.157)",
        },
    },
    "SIDEBAR": {"show_search": True, "navigation": navigation},
}
