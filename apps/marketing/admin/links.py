"""Links of campaigns, and how many people came by them."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.core.admin import HistoryAdmin, actor_id
from apps.marketing import services
from apps.marketing.models import CampaignLink
from apps.notifications.deep_links import Link, Target, payload_of


@admin.register(CampaignLink)
class CampaignLinkAdmin(HistoryAdmin):
    """What an advertisement carries: made once, never removed, so that its visits stay."""

    list_display = ("name", "address", "came", "came_new", "ends_at")
    search_fields = ("name", "word")
    autocomplete_fields = ("product", "category")
    ordering = ("-id",)
    fields = ("name", "word", ("product", "category"), "ends_at", "address", ("came", "came_new"))
    readonly_fields = ("address", "came", "came_new")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the visits along with the links."""
        links: Any = super().get_queryset(request)
        counted: QuerySet[Any] = links.annotate(
            people=Count("visits"), new_people=Count("visits", filter=Q(visits__is_new=True))
        )
        return counted

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody removes a link that people may still have: it ends."""
        return False

    def save_model(self, request: HttpRequest, obj: CampaignLink, form: Any, change: bool) -> None:
        """Make or change the link."""
        saved = services.save_link(
            link_id=obj.pk, word=obj.word, name=obj.name, product_id=obj.product_id,
            category_id=obj.category_id, ends_at=obj.ends_at, actor_id=actor_id(request),
        )  # fmt: skip
        obj.__dict__.update(saved.__dict__)

    @display(description=gettext_lazy("link"))
    def address(self, link: CampaignLink) -> str:
        """What goes into the advertisement: to be copied."""
        if not link.pk:
            return ""
        payload = payload_of(Link(Target.CAMPAIGN, word=link.word))
        return format_html("<code>{}?start={}</code>", settings.TELEGRAM_CHAT_URL, payload)

    @display(description=gettext_lazy("people who came"), ordering="people")
    def came(self, link: Any) -> int:
        """How many people came by the link, each counted once."""
        return int(getattr(link, "people", 0))

    @display(description=gettext_lazy("of them for the first time"), ordering="new_people")
    def came_new(self, link: Any) -> int:
        """How many of them had never come before."""
        return int(getattr(link, "new_people", 0))
