"""The steps by which lots are proposed to be marked down."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.core.admin import HistoryAdmin, actor_id
from apps.marketing import services
from apps.marketing.admin.words import up_to_days
from apps.marketing.models import MarkdownRule


@admin.register(MarkdownRule)
class MarkdownRuleAdmin(HistoryAdmin):
    """A short table: the fewer days are left, the cheaper."""

    list_display = ("from_days", "off")
    ordering = ("-days",)
    fields = (("days", "percent"),)

    def save_model(self, request: HttpRequest, obj: MarkdownRule, form: Any, change: bool) -> None:
        """Add or change the step."""
        saved = services.save_rule(
            rule_id=obj.pk, days=obj.days, percent=obj.percent, actor_id=actor_id(request)
        )
        obj.__dict__.update(saved.__dict__)

    def remove_record(self, request: HttpRequest, obj: Any) -> None:
        """Take the step away."""
        services.remove_rule(rule_id=obj.pk, actor_id=actor_id(request))

    @display(description=gettext_lazy("days left to sell"), ordering="days")
    def from_days(self, rule: MarkdownRule) -> str:
        """How many days are left at most."""
        return up_to_days(rule.days)

    @display(description=gettext_lazy("markdown"), ordering="percent")
    def off(self, rule: MarkdownRule) -> str:
        """How much is taken off."""
        return _("−%(percent)s %%") % {"percent": rule.percent}
