"""What customers say of their orders, to read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, LedgerAdmin, record_link
from apps.core.storage import private
from apps.marketing import selectors
from apps.marketing.errors import ReviewNotFound
from apps.marketing.models import Review


class StarsFilter(RadioFilter):
    """How an order was liked."""

    title = gettext_lazy("stars")
    parameter_name = "marks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer each mark, and those that need somebody."""
        return [("low", _("1 to 3")), *((str(n), "⭐" * n) for n in range(5, 0, -1))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        """Keep one mark, or the low ones."""
        value = self.value()
        if value == "low":
            return queryset.filter(stars__lte=3)
        return queryset.filter(stars=int(value)) if value in set("12345") else queryset


@admin.register(Review)
class ReviewAdmin(LedgerAdmin):
    """Reviews that were given, the newest first; whose they are stands on the order."""

    list_display = ("mark", "beginning", "which_order", "given_at", "pictured")
    list_display_links = ("mark", "beginning")
    list_select_related = ("order",)
    list_filter = (StarsFilter, ("given_at", DayRangeFilter))
    search_fields = ("order__number", "words")
    ordering = ("-given_at", "-id")
    fields = ("mark", "words", "picture", "which_order", ("given_at", "asked_at", "told_at"))
    readonly_fields = ("mark", "picture", "which_order")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """Leave out those that were only asked for."""
        rows: QuerySet[Review] = super().get_queryset(request)
        return rows.filter(stars__isnull=False)

    def get_urls(self) -> list[URLPattern]:
        """Add the picture, which no other address leads to."""
        guarded = self.admin_site.admin_view(self.photo_view)
        own = path("<int:object_id>/photo/", guarded, name="marketing_review_photo")
        return [own, *super().get_urls()]

    def photo_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """Return the picture of a review.

        Raises:
            Http404: There is no such review or picture, or it is not this person's business.
        """
        if not self.has_view_permission(request):
            raise Http404
        try:
            picture = private().open(selectors.review_photo(review_id=object_id))
        except (ReviewNotFound, OSError) as error:
            raise Http404 from error
        return FileResponse(picture, content_type="image/webp")

    @display(description=gettext_lazy("stars"), ordering="stars")
    def mark(self, review: Review) -> str:
        """The stars."""
        return "⭐" * (review.stars or 0)

    @display(description=gettext_lazy("in words"))
    def beginning(self, review: Review) -> str:
        """The first words."""
        return Truncator(review.words).chars(80) or "—"

    @display(description=gettext_lazy("order"), ordering="order")
    def which_order(self, review: Review) -> str:
        """The order, with a link to its page."""
        return record_link(review.order)

    @display(description=gettext_lazy("photo"), boolean=True)
    def pictured(self, review: Review) -> bool:
        """Whether there is a picture."""
        return bool(review.photo)

    @display(description=gettext_lazy("photo"))
    def picture(self, review: Review) -> str:
        """The picture."""
        if not review.photo:
            return "—"
        url = reverse("admin:marketing_review_photo", args=[review.pk])
        return format_html(
            '<a href="{}"><img src="{}" alt="{}" style="max-width:100%;max-height:24rem"></a>',
            url, url, _("photo"),
        )  # fmt: skip
