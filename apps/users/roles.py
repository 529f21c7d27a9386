"""What each role may do, as one table; after every migration Django's groups follow it.

Whoever needs other powers gets a group of their own: these six are always what stands here.
Where an order may go next is decided by `orders/lifecycle.py`, whatever the permissions.
"""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission

NONE: frozenset[str] = frozenset()
VIEW = frozenset({"view"})
EDIT = frozenset({"view", "change"})
KEEP = frozenset({"view", "add", "change"})
FULL = frozenset({"view", "add", "change", "delete"})
# Who may suggest, or have something sent, and leaves the decision to others.
SUGGEST = frozenset({"view", "add"})

# Ledgers and machinery: services write them, people only read, the owner too.
_READ_ONLY = frozenset(
    {
        "analytics.boughttogether",
        "analytics.daycustomer",
        "analytics.dayfunnel",
        "analytics.dayoffer",
        "analytics.dayproduct",
        "analytics.daysales",
        "analytics.funnelevent",
        "analytics.popularproduct",
        "cart.cart",
        "cart.cartitem",
        "catalog.catalogversion",
        "catalog.pricebatchline",
        "catalog.pricechange",
        "fulfilment.lineshortage",
        "fulfilment.pick",
        "fulfilment.pickreturn",
        "fulfilment.recallorder",
        "fulfilment.shiftentry",
        "fulfilment.stop",
        "fulfilment.substitution",
        "integrations.delivery",
        "integrations.event",
        "inventory.reservation",
        "inventory.stockmovement",
        "marketing.backinstockalert",
        "marketing.campaignvisit",
        "marketing.favourite",
        "marketing.broadcastrecipient",
        "marketing.lowstockalert",
        "marketing.referral",
        "marketing.review",
        "notifications.livecard",
        "orders.linerefund",
        "orders.orderadjustment",
        "orders.orderchange",
        "orders.orderevent",
        "orders.orderline",
        "payments.daycomparison",
        "payments.moneyentry",
        "payments.payment",
        "payments.providercall",
        "payments.providerevent",
        "promotions.codeattempt",
        "promotions.redemption",
        "support.remark",
        "users.consent",
        "users.quiethours",
        "users.refreshtoken",
        "users.session",
        "users.signinattempt",
        "users.stafflink",
    }
)

# Who reads delivery notes knows what goods cost the shop, and from whom they come.
COSTS = "inventory.view_deliverynote"

# Previews of prices show what packs cost the shop.
_NO_PREVIEWS = {"catalog.pricebatch": NONE, "catalog.pricebatchline": NONE}
# What a pack costs today stands on it: who sets no prices has no use for the rest.
_NO_PRICES = {**_NO_PREVIEWS, "catalog.pricechange": NONE, "catalog.scheduledprice": NONE}

_DESK = {
    "cart.*": VIEW,
    "catalog.*": VIEW,
    "catalog.catalogexchange": NONE,
    "delivery.*": VIEW,
    "notifications.message": VIEW,
    "orders.*": EDIT,
    "payments.*": VIEW,
    "promotions.*": VIEW,
    "support.*": EDIT,
    "users.address": VIEW,
    "users.user": VIEW,
}

# A model's own line wins over its app's line.
ROLES: dict[str, dict[str, frozenset[str]]] = {
    "owner": {
        "analytics.*": VIEW,
        "auth.group": VIEW,
        "bot.*": VIEW,
        "cart.*": VIEW,
        "catalog.*": FULL,
        "catalog.catalogexchange": SUGGEST,
        "delivery.*": FULL,
        "fulfilment.*": FULL,
        "integrations.*": FULL,
        "inventory.*": FULL,
        "marketing.*": FULL,
        "notifications.*": FULL,
        "orders.*": EDIT,
        "payments.*": VIEW,
        "payments.oddity": EDIT,
        "payments.refund": frozenset({"view", "add"}),
        "promotions.*": KEEP,
        "support.*": EDIT,
        "users.*": FULL,
    },
    "manager": {
        **_DESK,
        "analytics.*": VIEW,
        "catalog.*": FULL,
        "catalog.catalogexchange": SUGGEST,
        "delivery.*": FULL,
        "fulfilment.*": VIEW,
        # To accept a courier's money is to change the shift.
        "fulfilment.cashshift": EDIT,
        "fulfilment.recall": KEEP,
        "fulfilment.recallrefund": EDIT,
        "fulfilment.run": KEEP,
        "integrations.*": FULL,
        "inventory.*": VIEW,
        "inventory.deliverynote": KEEP,
        "inventory.lot": KEEP,
        "inventory.stocktake": KEEP,
        "inventory.stocklevel": EDIT,
        "payments.oddity": EDIT,
        "payments.refund": frozenset({"view", "add"}),
        "promotions.*": KEEP,
        "marketing.*": VIEW,
        "marketing.broadcast": FULL,
        "marketing.buyersnotice": SUGGEST,
        "marketing.campaignlink": KEEP,
        "marketing.markdownproposal": KEEP,
        "marketing.markdownrule": FULL,
    },
    "warehouse": {
        "catalog.*": VIEW,
        **_NO_PRICES,
        "catalog.catalogexchange": NONE,
        "delivery.*": VIEW,
        "fulfilment.*": VIEW,
        "fulfilment.cashshift": NONE,
        "fulfilment.shiftentry": NONE,
        "inventory.*": VIEW,
        "inventory.deliverynote": KEEP,
        "inventory.lot": KEEP,
        "inventory.stocktake": KEEP,
        "inventory.stocklevel": EDIT,
        "marketing.backinstockalert": VIEW,
        "marketing.markdownproposal": VIEW,
        "orders.*": EDIT,
    },
    # Of runs and money they see their own.
    "courier": {
        "delivery.*": VIEW,
        "fulfilment.cashshift": VIEW,
        "fulfilment.run": VIEW,
        "fulfilment.stop": VIEW,
        "orders.*": VIEW,
    },
    "marketing": {
        "analytics.daycustomer": VIEW,
        "analytics.dayfunnel": VIEW,
        "analytics.dayoffer": VIEW,
        "analytics.dayproduct": VIEW,
        "catalog.*": VIEW,
        "catalog.catalogexchange": NONE,
        "catalog.product": EDIT,
        "catalog.productimage": FULL,
        "catalog.tag": FULL,
        "inventory.lot": VIEW,
        "inventory.stocklevel": VIEW,
        "promotions.*": KEEP,
        **_NO_PREVIEWS,
        "marketing.*": VIEW,
        "marketing.broadcast": FULL,
        "marketing.buyersnotice": SUGGEST,
        "marketing.campaignlink": KEEP,
        "marketing.markdownproposal": SUGGEST,
        "marketing.markdownrule": KEEP,
        # Complaints are for those who answer them.
        "marketing.review": NONE,
    },
    "support": {
        **_DESK,
        **_NO_PRICES,
        # The talk with providers is machinery: what came of it stands on payments and refunds.
        "payments.providercall": NONE,
        "payments.providerevent": NONE,
        "inventory.stocklevel": VIEW,
        "marketing.review": VIEW,
        "payments.daycomparison": NONE,
    },
}


def sees_costs(user: Any) -> bool:
    """Tell whether somebody may know what goods cost the shop, and from whom they come."""
    return bool(user.has_perm(COSTS))


def allowed_actions(*, role: str, app_label: str, model: str) -> frozenset[str]:
    """Return what a role may do with a model: some of view, add, change, delete."""
    table = ROLES[role]
    name = f"{app_label}.{model}"
    actions = table.get(name, table.get(f"{app_label}.*", frozenset()))
    # Who may read a thing may read its history.
    if model.startswith("historical"):
        plain = model.removeprefix("historical")
        return allowed_actions(role=role, app_label=app_label, model=plain) & VIEW
    return actions & VIEW if name in _READ_ONLY else actions


def keep_roles(sender: AppConfig, using: str = "default", **_: Any) -> None:
    """Give the six groups exactly their permissions on one app's models (after its migration)."""
    label = sender.label
    if not any(name.split(".")[0] == label for table in ROLES.values() for name in table):
        return
    permissions = list(
        Permission.objects.using(using)
        .filter(content_type__app_label=label)
        .select_related("content_type")
    )
    for role in ROLES:
        group, _made = Group.objects.using(using).get_or_create(name=role)
        wanted = {permission.pk for permission in permissions if _is_granted(role, permission)}
        held = set(
            group.permissions.filter(content_type__app_label=label).values_list("pk", flat=True)
        )
        group.permissions.add(*wanted - held)
        group.permissions.remove(*held - wanted)


def _is_granted(role: str, permission: Permission) -> bool:
    content = permission.content_type
    action = permission.codename.partition("_")[0]
    return action in allowed_actions(role=role, app_label=content.app_label, model=content.model)
