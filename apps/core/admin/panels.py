"""The admin's first page: panels that each app puts there, seen by those whom they concern."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.time import now as present


@dataclass(frozen=True)
class Row:
    """One thing that may need a decision; `tone` is info, success, warning or danger."""

    title: str
    url: str = ""
    note: str = ""
    label: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Panel:
    """A box on the first page: a headline number or rows, and where to read on.

    `empty` is what it says when there is nothing to do. Tiles and figures stand in the line above
    the boxes.
    """

    title: str
    icon: str
    rows: tuple[Row, ...] = ()
    figure: str = ""
    note: str = ""
    url: str = ""
    empty: str = ""
    tone: str = ""
    tiles: tuple[Row, ...] = field(default=())


Maker = Callable[[HttpRequest, datetime], Panel | None]
KeptMaker = Callable[[datetime], Panel]
_makers: list[tuple[int, Maker]] = []


@dataclass(frozen=True)
class _Kept:
    """A box that is the same for all who may see it: made once in a while for everybody."""

    place: int
    needs: str
    make: KeptMaker

    @property
    def key(self) -> str:
        return f"panel:{self.make.__module__}.{self.make.__qualname__}:{get_language()}"


_kept: list[_Kept] = []


def panel(place: int) -> Callable[[Maker], Maker]:
    """Put what a function makes on the first page, at a place; None leaves it out."""

    def register(maker: Maker) -> Maker:
        _makers.append((place, maker))
        return maker

    return register


def kept_panel(place: int, *, needs: str) -> Callable[[KeptMaker], KeptMaker]:
    """Put a box there for those with a permission; it may be some seconds old, and knows nobody.

    It is for what does not wait for a decision, and names no customer.
    """

    def register(maker: KeptMaker) -> KeptMaker:
        _kept.append(_Kept(place, needs, maker))
        return maker

    return register


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the panels that concern this person to the first page."""
    now = present()
    made = [(place, maker(request, now)) for place, maker in _makers]
    made += _kept_boxes(request, now)
    panels = [box for _place, box in sorted(made, key=lambda entry: entry[0]) if box is not None]
    context["tiles"] = [box for box in panels if box.tiles]
    context["figures"] = [box for box in panels if box.figure]
    context["panels"] = [box for box in panels if not box.figure and not box.tiles]
    context["title"] = _("Today")
    return context


def _kept_boxes(request: HttpRequest, now: datetime) -> list[tuple[int, Panel | None]]:
    """Return the kept boxes, those that are too old made anew; without Redis they all are."""
    seen = [box for box in _kept if request.user.has_perm(box.needs)]
    seconds = settings.FIRST_PAGE_SECONDS
    kept = cache.get_many([box.key for box in seen]) if seconds else {}
    fresh = {box.key: box.make(now) for box in seen if box.key not in kept}
    if seconds and fresh:
        cache.set_many(fresh, seconds)
    boxes: dict[str, Panel] = {**kept, **fresh}
    return [(box.place, boxes[box.key]) for box in seen]
