"""What the public reads of the catalogue answer: to the API, and to the Mini App's first screen."""

from datetime import datetime

from apps.catalog import selectors
from apps.catalog.api import rendering
from apps.catalog.api.answers import Answer, Kept, kept_answer
from apps.catalog.api.queries import ListRequest
from apps.catalog.selectors.shelves import Shelves

PRODUCTS_PATH = "/api/v1/catalog/products/"


def categories(*, now: datetime) -> Kept:
    """Return the tree of categories that customers see."""

    def build(shelves: Shelves) -> Answer:
        return Answer([rendering.category(node) for node in shelves.nodes()])

    return kept_answer(name="categories", parts=(), now=now, build=build)


def products(*, asked: ListRequest, now: datetime) -> Kept:
    """Return one page of the products that match.

    Raises:
        CategoryNotFound: The list is of a category that customers don't see.
    """

    def build(shelves: Shelves) -> Answer:
        page = selectors.product_page(
            query=asked.filter, page=asked.page, page_size=asked.page_size, now=now,
            categories=shelves,
        )  # fmt: skip
        body = rendering.product_page(page, path=PRODUCTS_PATH, query=asked.query)
        return Answer(body, page.prices_until)

    parts = (asked.filter, asked.page, asked.page_size)
    return kept_answer(name="products", parts=parts, now=now, build=build)


def filter_choices(*, now: datetime) -> Kept:
    """Return what the product list can be asked for."""

    def build(_shelves: Shelves) -> Answer:
        return Answer(rendering.filter_choices(selectors.filter_choices()))

    return kept_answer(name="filters", parts=(), now=now, build=build)


def product(*, slug: str, now: datetime) -> Kept:
    """Return one product.

    Raises:
        ProductNotFound: It does not exist, or customers don't see it.
    """

    def build(shelves: Shelves) -> Answer:
        detail = selectors.product_detail(slug=slug, now=now, categories=shelves)
        return Answer(rendering.product_detail(detail), detail.prices_until)

    return kept_answer(name="product", parts=(slug,), now=now, build=build)
