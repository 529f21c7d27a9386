"""The pages of the freezer: which orders wait, and the open box of one of them.

A scanner types into one field. Each deed of the box is a POST that calls one service; asked for by
the page's script it answers with the box drawn anew, otherwise with the page.
"""

from uuid import uuid4

from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.core.admin import actor_id, record_url
from apps.core.errors import ShopError
from apps.core.time import now
from apps.fulfilment import selectors, services
from apps.fulfilment.admin import words
from apps.fulfilment.admin.boxes import box_view, queue_view
from apps.fulfilment.admin.picking_deeds import Said, do_deed
from apps.fulfilment.dto import PickList
from apps.orders import selectors as orders
from apps.orders.dto import OrderStatus
from apps.orders.lifecycle import MOVES, Actor
from apps.orders.models import Order

# Django's ids: as many digits as always fit.
_ID_DIGITS = 18


class PickingPages(ModelAdmin):  # type: ignore[type-arg]
    """What the order's admin gets for the floor."""

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the floor."""
        guarded = self.admin_site.admin_view
        return [
            path("to-pick/", guarded(self.to_pick_view), name="orders_order_to_pick"),
            path(
                "<int:object_id>/picking/",
                guarded(self.picking_view),
                name="orders_order_picking",
            ),
            *super().get_urls(),
        ]

    def to_pick_view(self, request: HttpRequest) -> HttpResponse:
        """Show what waits for the freezer, and begin with the next or with a chosen order.

        Raises:
            PermissionDenied: The person picks nothing.
        """
        if not may_pick(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._begin(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("To pick"),
            "opts": self.opts,
            "queue": queue_view(selectors.to_pick(picker_id=actor_id(request)), now=now(),
                                picker_id=actor_id(request)),
        }  # fmt: skip
        return TemplateResponse(request, "admin/fulfilment/to_pick.html", context)

    def picking_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show the open box of an order, or do something with it.

        Raises:
            Http404: There is no such order.
            PermissionDenied: The person picks nothing.
        """
        if not may_pick(request):
            raise PermissionDenied
        order: Order | None = self.get_object(request, str(object_id))
        if order is None:
            raise Http404
        said = Said()
        if request.method == "POST":
            said = do_deed(request, order)
            if said.leave_for:
                messages.success(request, said.sentence)
                return HttpResponseRedirect(said.leave_for)
        listed = selectors.pick_list(order_id=order.pk, now=now())
        if listed.status != OrderStatus.PICKING:
            return self._elsewhere(request, order, listed)
        return self._draw(request, order, listed, said)

    def _begin(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get("order", "")
        try:
            if chosen.isascii() and chosen.isdigit() and len(chosen) <= _ID_DIGITS:
                begun = services.start_picking(
                    order_id=int(chosen), actor_id=actor_id(request), now=now()
                )
            else:
                begun = services.start_next(actor_id=actor_id(request), now=now())
        except ShopError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:orders_order_to_pick"))
        return HttpResponseRedirect(reverse("admin:orders_order_picking", args=(begun.pk,)))

    def _elsewhere(self, request: HttpRequest, order: Order, listed: PickList) -> HttpResponse:
        messages.warning(
            request,
            _("Order %(number)s is not being picked: it is “%(status)s”.")
            % {"number": listed.number, "status": OrderStatus(listed.status).label},
        )
        return HttpResponseRedirect(record_url("orders_order", order.pk))

    def _draw(
        self, request: HttpRequest, order: Order, listed: PickList, said: Said
    ) -> HttpResponse:
        moment = now()
        asked = selectors.asked_of(order_id=order.pk, now=moment)
        offers = {
            line.order_line_id: selectors.offers_for(
                order_id=order.pk, variant_id=line.variant_id, units=line.left, now=moment
            )
            for line in listed.lines
            if line.short and line.left and line.order_line_id not in asked
        }
        box = box_view(listed, asked=asked, offers=offers)
        context = {"box": box, "said": said, "order": order, "key": uuid4().hex}
        if request.headers.get("X-Box") == "draw":
            return TemplateResponse(request, "admin/fulfilment/box.html", context)
        context |= {
            **self.admin_site.each_context(request),
            "title": _("Order %s") % order.number,
            "opts": self.opts,
            "window": words.window_of(order),
        }
        return TemplateResponse(request, "admin/fulfilment/picking.html", context)


def may_pick(request: HttpRequest) -> bool:
    """Tell whether this person's roles take orders to the freezer."""
    return bool(_PICKERS & parts_of(request))


def parts_of(request: HttpRequest) -> frozenset[Actor]:
    """Return in which parts this person acts, read once a request."""
    parts: frozenset[Actor] | None = getattr(request, "_parts", None)
    if parts is None:
        parts = orders.staff_parts(user_id=actor_id(request))
        request._parts = parts  # type: ignore[attr-defined]
    return parts


_PICKERS: frozenset[Actor] = frozenset(
    actor for move in MOVES if move.target == OrderStatus.PICKING for actor in move.actors
)
