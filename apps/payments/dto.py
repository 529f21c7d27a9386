"""Plain values of payments."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Provider(TextChoices):
    """Through whom money comes."""

    CASH = "cash", _("cash to the courier")


class PaymentState(TextChoices):
    """How far a payment has come."""

    PENDING = "pending", _("expected")
    AUTHORIZED = "authorized", _("authorized")
    CAPTURED = "captured", _("paid")
    CANCELLED = "cancelled", _("cancelled")


class EntryKind(TextChoices):
    """Which way money went."""

    CAPTURE = "capture", _("taken")
    REFUND = "refund", _("given back")
