"""Plain values of payments."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Provider(TextChoices):
    CASH = "cash", _("cash to the courier")


class PaymentState(TextChoices):
    PENDING = "pending", _("expected")
    AUTHORIZED = "authorized", _("authorized")
    CAPTURED = "captured", _("paid")
    CANCELLED = "cancelled", _("cancelled")


class EntryKind(TextChoices):
    CAPTURE = "capture", _("taken")
    REFUND = "refund", _("given back")
