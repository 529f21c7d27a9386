"""What customers say of their orders."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped

LEAST_STARS, MOST_STARS = 1, 5
WORDS_LENGTH = 2000


class ReviewQuerySet(models.QuerySet["Review"]):
    """Questions about reviews."""

    def given(self) -> Self:
        """Keep those that were answered."""
        return self.filter(stars__isnull=False)


class Review(Timestamped):
    """One order's review: asked for once, given once, and the customer may think again.

    Without stars it was asked for and not given yet. The picture lies in the private storage;
    Telegram's own name for it shows it to the staff group.
    """

    order = models.OneToOneField(
        "orders.Order", on_delete=models.PROTECT, related_name="+", verbose_name=_("order")
    )
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    stars = models.PositiveSmallIntegerField(_("stars"), null=True, blank=True)
    words = models.TextField(_("in words"), max_length=WORDS_LENGTH, blank=True)
    photo = models.CharField(_("photo"), max_length=100, blank=True, editable=False)
    telegram_photo = models.CharField(max_length=200, blank=True, editable=False)
    given_at = models.DateTimeField(_("given"), null=True, blank=True)
    # A low mark was brought to the staff group, whose card then follows the review.
    told_at = models.DateTimeField(_("told to staff"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = (
            models.CheckConstraint(
                name="marketing_review_given",
                condition=Q(
                    stars__isnull=True, given_at__isnull=True, told_at__isnull=True,
                    words="", photo="", telegram_photo="",
                )
                | Q(stars__isnull=False, stars__range=(1, 5), given_at__isnull=False),
            ),
        )  # fmt: skip
        indexes = (
            models.Index(
                name="marketing_review_given",
                fields=("given_at",),
                condition=Q(given_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.order}: {self.stars or '—'}"
