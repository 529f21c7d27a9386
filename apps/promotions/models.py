"""Promotions, promo codes, and what was redeemed."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.core.models import PubliclyNamed, Timestamped, in_language
from apps.promotions.dto import REWARDS_OF, OfferState, Reward, Scope

_CENT = MinValueValidator(Decimal("0.01"))
_ZERO = MinValueValidator(Decimal("0.00"))
_code = RegexValidator(r"^[A-ZА-ЯЁ0-9]{3,30}$", _("3 to 30 capital letters and digits."))

# Kept at hand, so that a change of a row and of its goods becomes one entry (`remember`).
_GOODS = ["products", "categories"]
_PROMOTION_RECORDS = HistoricalRecords(excluded_fields=["spent"], m2m_fields=_GOODS)
_CODE_RECORDS = HistoricalRecords(excluded_fields=["spent", "used"], m2m_fields=_GOODS)

_WITH_VALUE = (Reward.PERCENT, Reward.AMOUNT, Reward.FIXED_PRICE)


def _allowed_pairs() -> Q:
    """Return the condition that a scope can give a reward."""
    pairs = Q()
    for scope, rewards in REWARDS_OF.items():
        pairs |= Q(scope=str(scope), reward__in=sorted(str(reward) for reward in rewards))
    return pairs


Row = TypeVar("Row", bound="OfferRow")


class OfferQuerySet(models.QuerySet[Row]):
    """Questions about promotions and codes alike."""

    def unfinished(self, now: datetime) -> Self:
        """Keep what is switched on and not over: it holds now, or will."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), is_active=True)

    def running(self, now: datetime) -> Self:
        """Keep what holds at that instant."""
        return self.unfinished(now).filter(starts_at__lte=now)

    def funded(self) -> Self:
        """Keep what has some of its budget left, or needs none."""
        return self.filter(Q(budget__isnull=True) | Q(spent__lt=F("budget")))

    def with_state(self, now: datetime) -> Self:
        """Add `state`, where each stands at that instant: `OfferState`."""
        spent = Q(budget__isnull=False, spent__gte=F("budget"))
        if self.model is PromoCode:
            spent |= Q(uses_limit__isnull=False, used__gte=F("uses_limit"))
        return self.annotate(
            state=Case(
                When(is_active=False, then=Value(OfferState.STOPPED)),
                When(ends_at__lte=now, then=Value(OfferState.OVER)),
                When(spent, then=Value(OfferState.USED_UP)),
                When(starts_at__gt=now, then=Value(OfferState.PLANNED)),
                default=Value(OfferState.RUNNING),
                output_field=models.CharField(),
            )
        )


class OfferRow(PubliclyNamed, Timestamped):
    """What promotions and promo codes have in common: what is given, for what, when, to whom.

    It holds from `starts_at` until before `ends_at` (None: until somebody stops it). `spent` is
    what its live redemptions gave; it is counted while there is a budget.
    """

    scope = models.CharField(_("about what"), max_length=10, choices=Scope.choices)
    reward = models.CharField(_("reward"), max_length=12, choices=Reward.choices)
    value = models.DecimalField(
        _("how much"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[_CENT],
        help_text=_("Percent, a sum, or a price, as the reward says."),
    )
    buy = models.PositiveSmallIntegerField(
        _("units to take"), null=True, blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(100)],
        help_text=_("3 in “3 for the price of 2”."),
    )  # fmt: skip
    pay = models.PositiveSmallIntegerField(
        _("units to pay"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("2 in “3 for the price of 2”: the cheapest ones are free."),
    )  # fmt: skip
    gift_variant = models.ForeignKey(
        "catalog.Variant",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("gift"),
        help_text=_("Given as long as it is in stock."),
    )
    gift_quantity = models.PositiveSmallIntegerField(
        _("units of the gift"), default=1,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )  # fmt: skip
    starts_at = models.DateTimeField(_("valid from"))
    ends_at = models.DateTimeField(
        _("valid until"), null=True, blank=True,
        help_text=_("From this minute on it gives nothing more; empty: until it is stopped."),
    )  # fmt: skip
    first_order_only = models.BooleanField(_("first order only"), default=False)
    minimum_total = models.DecimalField(
        _("goods for at least"),
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[_ZERO],
        help_text=_("At the catalogue's prices, without the delivery."),
    )
    is_active = models.BooleanField(_("switched on"), default=True)
    budget = models.DecimalField(
        _("budget"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[_CENT],
        help_text=_("When this much was given away, it stops by itself; empty: no limit."),
    )  # fmt: skip
    spent = models.DecimalField(
        _("spent of the budget"), max_digits=12, decimal_places=2, default=Decimal("0.00"),
        editable=False,
    )  # fmt: skip

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_scope", condition=_allowed_pairs()
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_value",
                # A CHECK passes on NULL: what must be there is asked for by name.
                condition=Q(reward__in=_WITH_VALUE, value__isnull=False, value__gt=0)
                & (~Q(reward=Reward.PERCENT) | Q(value__lte=100))
                | (~Q(reward__in=_WITH_VALUE) & Q(value__isnull=True)),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_packs",
                condition=Q(
                    reward=Reward.N_FOR_M,
                    buy__isnull=False,
                    pay__isnull=False,
                    pay__gte=1,
                    buy__gt=F("pay"),
                )
                | (~Q(reward=Reward.N_FOR_M) & Q(buy__isnull=True, pay__isnull=True)),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_gift",
                condition=Q(reward=Reward.GIFT, gift_variant__isnull=False, gift_quantity__gte=1)
                | (~Q(reward=Reward.GIFT) & Q(gift_variant__isnull=True)),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_dates",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_sums",
                condition=Q(minimum_total__gte=0, spent__gte=0)
                & (Q(budget__isnull=True) | Q(budget__gt=0, spent__lte=F("budget"))),
            ),
        )

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Leave the table's checks to the table: services and forms have sentences for people."""


class PromotionQuerySet(OfferQuerySet["Promotion"]):
    """Questions about promotions."""


class Promotion(OfferRow):
    """An offer to everybody. Of those that don't combine, the best one for a product counts."""

    name_ru = models.CharField(_("name (ru)"), max_length=80)
    name_en = models.CharField(_("name (en)"), max_length=80)
    products = models.ManyToManyField(
        "catalog.Product", blank=True, related_name="+", verbose_name=_("products")
    )
    categories = models.ManyToManyField(
        "catalog.Category", blank=True, related_name="+", verbose_name=_("categories"),
        help_text=_("With everything that stands under them."),
    )  # fmt: skip
    priority = models.SmallIntegerField(
        _("priority"), default=0,
        help_text=_("The higher one wins, even where a lower one would give more."),
    )  # fmt: skip
    is_stackable = models.BooleanField(
        _("combines with others"), default=False,
        help_text=_("It is given besides others of its kind, not instead of them."),
    )  # fmt: skip
    history = _PROMOTION_RECORDS

    objects = PromotionQuerySet.as_manager()

    class Meta(OfferRow.Meta):
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        indexes = (
            models.Index(
                name="promotions_promotion_running",
                fields=("ends_at", "starts_at"),
                condition=Q(is_active=True),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")

    def remember(self, *, is_new: bool) -> None:
        """Enter the row as it is, goods included, into its history."""
        _PROMOTION_RECORDS.create_historical_record(self, "+" if is_new else "~")


class PromoCodeQuerySet(OfferQuerySet["PromoCode"]):
    """Questions about promo codes."""


class PromoCode(OfferRow):
    """An offer to whoever knows its code; written in capitals, and typed as one likes."""

    code = models.CharField(
        _("code"), max_length=30, validators=[_code],
        help_text=_("Letters and digits; customers may type it in small letters too."),
    )  # fmt: skip
    note = models.CharField(
        _("note for staff"),
        max_length=200,
        blank=True,
        help_text=_("What it is for; only staff see it."),
    )
    products = models.ManyToManyField(
        "catalog.Product", blank=True, related_name="+", verbose_name=_("products")
    )
    categories = models.ManyToManyField(
        "catalog.Category", blank=True, related_name="+", verbose_name=_("categories"),
        help_text=_("With everything that stands under them."),
    )  # fmt: skip
    uses_limit = models.PositiveIntegerField(
        _("uses in all"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Empty: as often as people like."),
    )  # fmt: skip
    per_customer = models.PositiveSmallIntegerField(
        _("uses per customer"), null=True, blank=True, default=1,
        validators=[MinValueValidator(1)], help_text=_("Empty: as often as people like."),
    )  # fmt: skip
    used = models.PositiveIntegerField(_("times used"), default=0, editable=False)
    history = _CODE_RECORDS

    objects = PromoCodeQuerySet.as_manager()

    class Meta(OfferRow.Meta):
        verbose_name = _("promo code")
        verbose_name_plural = _("promo codes")
        constraints = (  # type: ignore[assignment]
            *OfferRow.Meta.constraints,
            models.UniqueConstraint(
                Upper("code"), condition=Q(is_active=True), name="promotions_promocode_code"
            ),
            models.CheckConstraint(
                name="promotions_promocode_uses",
                condition=(Q(uses_limit__isnull=True) | Q(used__lte=F("uses_limit")))
                & (Q(per_customer__isnull=True) | Q(per_customer__gte=1)),
            ),
        )

    def __str__(self) -> str:
        return self.code

    def remember(self, *, is_new: bool) -> None:
        """Enter the row as it is, goods included, into its history."""
        _CODE_RECORDS.create_historical_record(self, "+" if is_new else "~")


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    """Questions about redemptions."""

    def live(self) -> Self:
        """Keep those that count: their orders were neither cancelled nor let go."""
        return self.filter(released_at__isnull=True)


class Redemption(models.Model):
    """An offer used by an order, for how much. Given back with the order, but never deleted."""

    promotion = models.ForeignKey(
        Promotion, null=True, blank=True, on_delete=models.PROTECT, related_name="redemptions",
        verbose_name=_("promotion"),
    )  # fmt: skip
    code = models.ForeignKey(
        PromoCode, null=True, blank=True, on_delete=models.PROTECT, related_name="redemptions",
        verbose_name=_("promo code"),
    )  # fmt: skip
    customer = models.ForeignKey(
        "users.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="redemptions",
        verbose_name=_("order"),
    )  # fmt: skip
    amount = models.DecimalField(_("given away"), max_digits=12, decimal_places=2)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    released_at = models.DateTimeField(_("given back"), null=True, blank=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        constraints = (
            models.UniqueConstraint(
                fields=("order", "promotion"), condition=Q(promotion__isnull=False),
                name="promotions_redemption_promotion",
            ),
            models.UniqueConstraint(
                fields=("order", "code"), condition=Q(code__isnull=False),
                name="promotions_redemption_code",
            ),
            models.CheckConstraint(
                name="promotions_redemption_one",
                condition=Q(promotion__isnull=False, code__isnull=True)
                | Q(promotion__isnull=True, code__isnull=False),
            ),
            models.CheckConstraint(name="promotions_redemption_sum", condition=Q(amount__gte=0)),
        )  # fmt: skip
        indexes = (
            models.Index(
                name="promotions_redemption_uses",
                fields=("code", "customer"),
                condition=Q(code__isnull=False, released_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.promotion or self.code}: {self.amount}"


class CodeAttempt(models.Model):
    """A code that somebody typed and that did not exist: so many in a while, and no more."""

    customer = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(name="promotions_attempt", fields=("customer", "created_at")),)

    def __str__(self) -> str:
        return f"{self.customer_id} {self.created_at}"
