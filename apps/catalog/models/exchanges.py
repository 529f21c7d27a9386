"""Tables of the catalogue on their way in or out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.dto import ExchangeKind, ExchangeState, ExchangeTable
from apps.core.models import PubliclyNamed, Timestamped
from apps.core.storage import private


class CatalogExchange(PubliclyNamed, Timestamped):
    """A table of the catalogue on its way in or out: checked first, then applied as a whole.

    Whoever works on it holds a lease that ends by itself; only one is worked on at a time. `report`
    is bounded: counts, the first faults and the first changes, in the language of who asked.
    """

    kind = models.CharField(_("direction"), max_length=10, choices=ExchangeKind.choices)
    table = models.CharField(_("table"), max_length=12, choices=ExchangeTable.choices)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ExchangeState.choices,
        default=ExchangeState.QUEUED,
    )
    file = models.FileField(_("file"), upload_to="exchange/", storage=private, blank=True)
    file_name = models.CharField(_("file name"), max_length=120)
    pictures = models.FileField(_("pictures"), upload_to="exchange/", storage=private, blank=True)
    language = models.CharField(max_length=2)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    report = models.JSONField(default=dict)
    # Picture files written before the row that will name them: swept away if it never comes.
    staged = models.JSONField(default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
    )
    confirmed_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("import or export")
        verbose_name_plural = _("imports and exports")
        constraints = (
            models.UniqueConstraint(
                fields=("state",), condition=Q(state="running"), name="catalog_exchange_one_runs"
            ),
            models.CheckConstraint(
                name="catalog_exchange_leased",
                condition=~Q(state="running") | Q(lease__isnull=False, leased_until__isnull=False),
            ),
            models.CheckConstraint(
                name="catalog_exchange_confirmed",
                condition=Q(kind="import") | Q(confirmed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="catalog_exchange_progress", condition=Q(done__lte=models.F("total"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"
