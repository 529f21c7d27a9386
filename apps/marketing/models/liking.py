"""What people like."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class FavouriteQuerySet(models.QuerySet["Favourite"]):
    """Questions about favourites."""

    def newest_first(self) -> Self:
        """Order as a list shows them."""
        return self.order_by("-pk")


class Favourite(models.Model):
    """A product that a person gave their heart to; it stays on their list when it is sold out."""

    customer = models.ForeignKey(
        "users.User",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("customer"),
    )
    product = models.ForeignKey(
        "catalog.Product", on_delete=models.CASCADE, related_name="+", verbose_name=_("product")
    )
    added_at = models.DateTimeField(_("added"))

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        constraints = (
            models.UniqueConstraint(
                fields=("customer", "product"), name="marketing_favourite_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.product_id} · {self.customer_id}"
