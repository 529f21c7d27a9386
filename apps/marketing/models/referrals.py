"""Who invited whom."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Questions about invitations."""

    def waiting(self) -> Self:
        """Keep those whose friend has not got a first order yet."""
        return self.filter(decided_at__isnull=True)

    def rewarded(self) -> Self:
        """Keep those that brought the inviter a code."""
        return self.filter(inviter_code__isnull=False)


class Referral(Timestamped):
    """One person came by another's link. The friend's first delivered order rewards both, once.

    Nobody is invited twice, by themselves, or by somebody whom they invited. A decision without
    codes is a refusal: the same phone, or an inviter who has had enough rewards lately.
    """

    inviter = models.ForeignKey(
        "users.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("inviter")
    )
    friend = models.OneToOneField(
        "users.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("friend")
    )
    order = models.OneToOneField(
        "orders.Order", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("first order"),
    )  # fmt: skip
    inviter_code = models.OneToOneField(
        "promotions.PromoCode", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", verbose_name=_("inviter's code"),
    )  # fmt: skip
    friend_code = models.OneToOneField(
        "promotions.PromoCode", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", verbose_name=_("friend's code"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = (
            models.CheckConstraint(
                name="marketing_referral_two_people", condition=~Q(inviter=F("friend"))
            ),
            models.UniqueConstraint(
                Least("inviter", "friend"), Greatest("inviter", "friend"),
                name="marketing_referral_one_way",
            ),
            models.CheckConstraint(
                name="marketing_referral_decided",
                condition=Q(
                    decided_at__isnull=True, order__isnull=True,
                    inviter_code__isnull=True, friend_code__isnull=True,
                )
                | Q(decided_at__isnull=False, order__isnull=False),
            ),
            models.CheckConstraint(
                name="marketing_referral_two_codes",
                condition=Q(inviter_code__isnull=True)
                | Q(friend_code__isnull=False) & ~Q(inviter_code=F("friend_code")),
            ),
        )  # fmt: skip
        indexes = (
            models.Index(
                name="marketing_referral_waiting",
                fields=("id",),
                condition=Q(decided_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.inviter_id} → {self.friend_id}"
