"""What staff ask in their chats, each read in one go; whoever asks must be allowed to know."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from babel.dates import format_date
from django.conf import settings
from django.utils import translation

from apps.analytics import questions
from apps.analytics import selectors as analytics
from apps.analytics.dto import Question, SalesRow, Step
from apps.analytics.periods import last_days
from apps.catalog import selectors as catalog
from apps.catalog.dto import ProductFilter, VariantCard
from apps.core.errors import NotAllowed
from apps.core.money import ZERO
from apps.core.time import shop_zone
from apps.inventory import selectors as inventory
from apps.inventory.dto import StockCard, StockFacts
from apps.orders import selectors as orders
from apps.orders.lifecycle import Actor
from apps.users import selectors as users

_STOCK = "inventory.view_stocklevel"
# A shop's day, for a chart of hours: earlier and later hours only where something happened.
_OPENS, _PACKS, _LOW = 8, 12, 20


class Span(StrEnum):
    """Which days a report is about."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"


_DAYS = {Span.WEEK: 7, Span.MONTH: 30}


@dataclass(frozen=True)
class Bar:
    """One bar of a chart."""

    label: str
    amount: Decimal


@dataclass(frozen=True)
class SalesReport:
    """The sales of some days beside those before.

    The bars are the orders taken by the hour for today, otherwise what was earned day by day.
    """

    span: Span
    at: datetime
    total: SalesRow
    previous: SalesRow
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class StockRow:
    """A pack that was asked for; without facts there never was any of it."""

    name: str
    pack: VariantCard
    facts: StockFacts | None


@dataclass(frozen=True)
class StockAnswer:
    """The packs that a question for stock found; `more` products fit, too."""

    words: str
    rows: tuple[StockRow, ...]
    more: int


@dataclass(frozen=True)
class WorkChat:
    """An account in which somebody works, and what its menu of commands should hold."""

    chat_id: int
    drives: bool
    sees_sales: bool
    sees_stock: bool


def sales_report(*, staff_id: int, span: Span, now: datetime) -> SalesReport:
    """Return the sales of today, seven or thirty days.

    Raises:
        NotAllowed: Their roles don't include sales.
        QuestionTooHeavy: There is too much to count.
    """
    if not questions.may_person_ask(user_id=staff_id, question=Question.SALES):
        raise NotAllowed
    if span is Span.TODAY:
        total, previous = analytics.sales_so_far(now=now)
        return SalesReport(span, now, total, previous, _hours(now))
    found = analytics.sales(asked=last_days(_DAYS[span], now=now), step=Step.DAY)
    pattern = "E" if span is Span.WEEK else "d"
    bars = tuple(
        Bar(format_date(row.start, pattern, locale=_language()), row.revenue) for row in found.rows
    )
    return SalesReport(span, now, found.total, found.previous, bars)


def stock_answer(*, staff_id: int, words: str, now: datetime) -> StockAnswer:
    """Return what there is of the goods that words name, as customers would find them.

    Raises:
        NotAllowed: Their roles don't include the stock.
    """
    if not users.is_permitted(user_id=staff_id, permission=_STOCK):
        raise NotAllowed
    page = catalog.product_page(query=ProductFilter(search=words), page_size=5, now=now)
    packs = [(product.name, pack) for product in page.items for pack in product.variants][:_PACKS]
    facts = inventory.stock_facts(variant_ids=[pack.id for _name, pack in packs], now=now)
    rows = tuple(StockRow(name, pack, facts.get(pack.id)) for name, pack in packs)
    return StockAnswer(words, rows, max(0, page.total - len(page.items)))


def low_stock(*, staff_id: int) -> list[StockCard]:
    """Return the packs on sale that run low, the scarcest first.

    Raises:
        NotAllowed: Their roles don't include the stock.
    """
    if not users.is_permitted(user_id=staff_id, permission=_STOCK):
        raise NotAllowed
    return inventory.low_stock(limit=_LOW)


def work_chats() -> list[WorkChat]:
    """Return the accounts in which staff work now, with what each may see."""
    return [work_chat(chat_id=chat, staff_id=person) for chat, person in users.work_chats().items()]


def work_chat(*, chat_id: int, staff_id: int) -> WorkChat:
    """Return what the menu of a work account should hold."""
    return WorkChat(
        chat_id=chat_id,
        drives=Actor.COURIER in orders.staff_parts(user_id=staff_id),
        sees_sales=questions.may_person_ask(user_id=staff_id, question=Question.SALES),
        sees_stock=users.is_permitted(user_id=staff_id, permission=_STOCK),
    )


def _hours(now: datetime) -> tuple[Bar, ...]:
    taken = analytics.taken_by_hour(now=now)
    last = now.astimezone(shop_zone()).hour
    first = min([_OPENS, last, *taken])
    return tuple(Bar(str(hour), taken.get(hour, ZERO)) for hour in range(first, last + 1))


def _language() -> str:
    return (translation.get_language() or settings.LANGUAGE_CODE)[:2]
