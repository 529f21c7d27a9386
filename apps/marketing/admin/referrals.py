"""Who invited whom, to read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, LedgerAdmin, label, record_link
from apps.marketing.models import Referral


class OutcomeFilter(RadioFilter):
    """What came of an invitation."""

    title = gettext_lazy("state")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer all three."""
        return [
            ("waiting", _("no order yet")), ("rewarded", _("rewarded")), ("refused", _("refused")),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Referral]) -> QuerySet[Referral]:
        """Keep the chosen ones."""
        if self.value() == "waiting":
            return queryset.filter(decided_at__isnull=True)
        if self.value() == "rewarded":
            return queryset.filter(friend_code__isnull=False)
        if self.value() == "refused":
            return queryset.filter(decided_at__isnull=False, friend_code__isnull=True)
        return queryset


@admin.register(Referral)
class ReferralAdmin(LedgerAdmin):
    """Invitations; names only for those who may see customers, codes for who sees codes."""

    list_display = ("created_at", "outcome", "who", "whom", "decided_at")
    list_select_related = ("inviter", "friend")
    list_filter = (OutcomeFilter, ("created_at", DayRangeFilter))
    search_fields = ("order__number", "inviter_code__code", "friend_code__code")
    ordering = ("-id",)
    fields = ("outcome", ("who", "whom"), ("inviter_code", "friend_code"), "order",
              ("created_at", "decided_at"))  # fmt: skip
    readonly_fields = ("outcome", "who", "whom", "created_at")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Leave the names out for whoever has no part in customers."""
        return self._shown(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Referral | None = None) -> Any:
        """Leave the names out on the record's page too."""
        return self._shown(request, self.fields)

    def _shown(self, request: HttpRequest, names: tuple[Any, ...]) -> tuple[Any, ...]:
        if request.user.has_perm("users.view_user"):
            return names
        return tuple(name for name in names if name not in {"who", "whom", ("who", "whom")})

    @display(description=gettext_lazy("inviter"))
    def who(self, referral: Referral) -> str:
        """Who invited."""
        return record_link(referral.inviter)

    @display(description=gettext_lazy("friend"))
    def whom(self, referral: Referral) -> str:
        """Who came."""
        return record_link(referral.friend)

    @display(description=gettext_lazy("state"))
    def outcome(self, referral: Referral) -> str:
        """What came of it."""
        if referral.decided_at is None:
            return label(_("no order yet"), "warning")
        if referral.friend_code_id is None:
            return label(_("refused"), "danger")
        return label(_("rewarded"), "success")
