"""Papers to print: from the lists of orders and lots, and from an order's or a lot's own page."""

from collections.abc import Callable, Sequence

from django.contrib import admin, messages
from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy

from apps.core.admin import record_url
from apps.core.errors import ShopError
from apps.core.time import now
from apps.fulfilment import papers
from apps.fulfilment.errors import NothingToPrint, TooManyPapers
from apps.fulfilment.selectors import papers as selectors
from apps.orders.models import Order

MOST = 100
_ID_DIGITS = 18
_NEEDS = "fulfilment.view_pick"


class PaperPages(ModelAdmin):  # type: ignore[type-arg]
    """What the order's admin gets for the printer."""

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of an order's papers."""
        view = self.admin_site.admin_view(self.paper_view)
        name = "orders_order_paper"
        return [path("<int:object_id>/papers/<slug:kind>/", view, name=name), *super().get_urls()]

    def paper_view(self, request: HttpRequest, object_id: int, kind: str) -> HttpResponse:
        """Return a paper of one order.

        Raises:
            Http404: There is no such order or paper.
            PermissionDenied: The person prints nothing.
        """
        if not self.has_print_permission(request):
            raise PermissionDenied
        order = self.get_object(request, str(object_id))
        draw = _PAPERS.get(kind)
        if order is None or draw is None:
            raise Http404
        boxes = _number(request.GET.get("boxes", ""))
        try:
            return as_pdf(draw([order.pk], boxes), f"{order.number}-{kind}")
        except ShopError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(record_url("orders_order", order.pk))

    def has_print_permission(self, request: HttpRequest) -> bool:
        """Whether this person works with boxes."""
        return request.user.has_perm(_NEEDS)

    @admin.action(description=gettext_lazy("Print pick lists"), permissions=["print"])
    def print_picks(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        """Print the pick lists of the chosen orders."""
        return _print(request, queryset, "picks")

    @admin.action(description=gettext_lazy("Print packing slips, A5"), permissions=["print"])
    def print_slips(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        """Print the packing slips of the chosen orders."""
        return _print(request, queryset, "slips")

    @admin.action(description=gettext_lazy("Print packing slips, A4"), permissions=["print"])
    def print_slips_a4(
        self, request: HttpRequest, queryset: QuerySet[Order]
    ) -> HttpResponse | None:
        """Print the packing slips of the chosen orders on large sheets."""
        return _print(request, queryset, "slips-a4")

    @admin.action(description=gettext_lazy("Print box labels, 100×70"), permissions=["print"])
    def print_boxes(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        """Print the box labels of the chosen orders."""
        return _print(request, queryset, "boxes")

    @admin.action(description=gettext_lazy("Print box labels, 58×40"), permissions=["print"])
    def print_boxes_small(
        self, request: HttpRequest, queryset: QuerySet[Order]
    ) -> HttpResponse | None:
        """Print small box labels of the chosen orders."""
        return _print(request, queryset, "boxes-small")


def lot_labels_view(request: HttpRequest) -> HttpResponse:
    """Return the labels of the lots that the query names, in as many copies as it says.

    Raises:
        PermissionDenied: The person does not work with lots.
    """
    if not request.user.has_perm("inventory.change_lot"):
        raise PermissionDenied
    asked = [_number(text) for text in request.GET.get("lots", "").split(",")]
    copies = _number(request.GET.get("copies", "")) or 1
    size = request.GET.get("size", "")
    try:
        ids = _bounded([pk for pk in asked if pk], copies)
        labels = selectors.lot_labels(lot_ids=ids)
        if not labels:
            raise NothingToPrint
        copied = [label for label in labels for _copy in range(copies)]
        drawn = papers.draw_lot_labels(copied, size=size if size in papers.SIZES else "58x40")
    except ShopError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:inventory_lot_changelist"))
    return as_pdf(drawn, "lot-labels")


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """Return a file that the browser shows, from where it is printed."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _picks(ids: Sequence[int], boxes: int | None) -> bytes:
    return papers.draw_pick_sheets(selectors.pick_sheets(order_ids=ids, now=now()))


def _slips(ids: Sequence[int], boxes: int | None) -> bytes:
    return papers.draw_slips(selectors.slips(order_ids=ids))


def _slips_a4(ids: Sequence[int], boxes: int | None) -> bytes:
    return papers.draw_slips(selectors.slips(order_ids=ids), page="A4")


def _boxes(ids: Sequence[int], boxes: int | None) -> bytes:
    return _box_labels(ids, boxes, "100x70")


def _boxes_small(ids: Sequence[int], boxes: int | None) -> bytes:
    return _box_labels(ids, boxes, "58x40")


def _box_labels(ids: Sequence[int], boxes: int | None, size: str) -> bytes:
    if boxes is not None and boxes > MOST:
        raise TooManyPapers(most=MOST)
    labels = selectors.box_labels(order_ids=ids, boxes=boxes)
    if not labels:
        raise NothingToPrint
    return papers.draw_box_labels(labels, size=size)


_PAPERS: dict[str, Callable[[Sequence[int], int | None], bytes]] = {
    "picks": _picks,
    "slips": _slips,
    "slips-a4": _slips_a4,
    "boxes": _boxes,
    "boxes-small": _boxes_small,
}


def _print(request: HttpRequest, queryset: QuerySet[Order], kind: str) -> HttpResponse | None:
    try:
        ids = _bounded(list(queryset.values_list("pk", flat=True)[: MOST + 1]))
        return as_pdf(_PAPERS[kind](ids, None), kind)
    except ShopError as error:
        messages.error(request, str(error))
        return None


def _bounded(ids: list[int], copies: int = 1) -> list[int]:
    """Return ids of which one file can hold the papers.

    Raises:
        TooManyPapers: They are more.
    """
    if len(ids) * copies > MOST:
        raise TooManyPapers(most=MOST)
    return ids


def _number(text: str) -> int | None:
    """Return a positive number that a query holds, None for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS
    return (int(text) or None) if is_number else None
