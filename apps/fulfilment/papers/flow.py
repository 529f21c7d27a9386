"""Papers of more than one page: a story of paragraphs and tables, page numbers at the foot."""

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from apps.fulfilment.papers.drawing import BOLD, PLAIN, printable, width_of

PAGES: dict[str, tuple[float, float]] = {"A4": A4, "A5": A5}
MARGIN = 12 * mm


class Marked(Paragraph):
    """A paragraph that tells the foot of its page whose paper it is."""

    def __init__(self, text: str, style: ParagraphStyle, *, foot: str) -> None:
        super().__init__(text, style)
        self.foot = foot

    def draw(self) -> None:
        """Draw it, and change the foot from this page on."""
        self.canv._foot = self.foot
        super().draw()


def styles(base: float) -> dict[str, ParagraphStyle]:
    """Return the styles of a paper whose plain text is of this size."""
    width_of("", PLAIN, base)  # the fonts are registered by their first use
    plain = ParagraphStyle("plain", fontName=PLAIN, fontSize=base, leading=base * 1.25)
    return {
        "plain": plain,
        "small": ParagraphStyle(
            "small", plain, fontSize=base * 0.82, leading=base * 1.05, textColor="#444444"
        ),
        "bold": ParagraphStyle("bold", plain, fontName=BOLD),
        "title": ParagraphStyle(
            "title", plain, fontName=BOLD, fontSize=base * 1.9, leading=base * 2.3
        ),
        "head": ParagraphStyle(
            "head", plain, fontSize=base * 0.82, textColor="#444444", alignment=TA_RIGHT
        ),
        "right": ParagraphStyle("right", plain, alignment=TA_RIGHT),
        "total": ParagraphStyle(
            "total", plain, fontName=BOLD, fontSize=base * 1.2, alignment=TA_RIGHT,
            leading=base * 1.6,
        ),
    }  # fmt: skip


def escaped(text: str) -> str:
    """Return text from a person as the paragraphs' markup takes it, and as the fonts have it."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def build(story: Sequence[Any], *, page: str, title: str) -> bytes:
    """Return the story as a PDF."""
    width, height = PAGES[page]
    file = io.BytesIO()
    document = BaseDocTemplate(file, pagesize=(width, height), title=title, pageCompression=1)
    frame = Frame(
        MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    document.addPageTemplates(PageTemplate(frames=[frame], onPageEnd=_foot))
    document.build(list(story))
    return file.getvalue()


def _foot(canvas: Any, document: Any) -> None:
    canvas.setFont(PLAIN, 7)
    width = document.pagesize[0]
    canvas.drawString(MARGIN, MARGIN / 2, getattr(canvas, "_foot", ""))
    canvas.drawRightString(width - MARGIN, MARGIN / 2, str(canvas.getPageNumber()))
