"""The admin's first page: panels that each app puts there, seen by those whom they concern."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
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
_makers: list[tuple[int, Maker]] = []


def panel(place: int) -> Callable[[Maker], Maker]:
    """Put what a function makes on the first page, at a place; None leaves it out."""

    def register(maker: Maker) -> Maker:
        _makers.append((place, maker))
        return maker

    return register


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the panels that concern this person to the first page."""
    now = present()
    made = [maker(request, now) for _place, maker in sorted(_makers, key=lambda entry: entry[0])]
    panels = [box for box in made if box is not None]
    context["tiles"] = [box for box in panels if box.tiles]
    context["figures"] = [box for box in panels if box.figure]
    context["panels"] = [box for box in panels if not box.figure and not box.tiles]
    context["title"] = _("Today")
    return context
