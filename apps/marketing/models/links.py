"""Links into the chat that an advertisement carries, and who came by them."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.core.models import Timestamped

# What fits into a link beside its first word.
WORD = r"^[a-z0-9][a-z0-9_-]{1,39}$"


class CampaignLink(Timestamped):
    """A link of an advertisement: it opens the chat at a product, a shelf, or the menu."""

    word = models.CharField(
        _("word in the link"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(WORD, _("2 to 40 of a–z, 0–9, - and _."))],
        help_text=_("2 to 40 of a–z, 0–9, - and _."),
    )
    name = models.CharField(
        _("name for staff"),
        max_length=120,
        help_text=_("Where the link stands; only staff see it."),
    )
    product = models.ForeignKey(
        "catalog.Product",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("opens the product"),
    )
    category = models.ForeignKey(
        "catalog.Category",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("or the category"),
    )
    ends_at = models.DateTimeField(
        _("counts until"),
        null=True,
        blank=True,
        help_text=_("Afterwards the link opens the menu. Empty: for ever."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("link of a campaign")
        verbose_name_plural = _("links of campaigns")
        constraints = (
            models.CheckConstraint(name="marketing_link_word", condition=Q(word__regex=WORD)),
            models.CheckConstraint(
                name="marketing_link_one_target",
                condition=Q(product__isnull=True) | Q(category__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.name


class CampaignVisit(models.Model):
    """A person came by a link; only their first visit counts. Append-only: a trigger refuses more.

    `visitor` is the customer's id and no foreign key: of an erased person a random negative
    number is left, which leads to nobody (the one change that the trigger lets pass).
    """

    link = models.ForeignKey(
        CampaignLink,
        on_delete=models.PROTECT,
        related_name="visits",
        db_index=False,
        verbose_name=_("link"),
    )
    visitor = models.BigIntegerField(_("visitor"), db_index=True)
    is_new = models.BooleanField(_("never came before"))
    created_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("visit by a link")
        verbose_name_plural = _("visits by links")
        constraints = (
            models.UniqueConstraint(fields=("link", "visitor"), name="marketing_visit_once"),
            models.CheckConstraint(name="marketing_visit_sane", condition=~Q(visitor=0)),
        )

    def __str__(self) -> str:
        return f"{self.link_id} {self.visitor}"
