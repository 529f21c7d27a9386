"""What a person wants the lists to hold: kept in their chat as JSON, which may be of any age."""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from apps.catalog.dto import Allergen, ProductFilter

_MOST = 20
_DEAREST = Decimal(10**9)


@dataclass(frozen=True)
class Filters:
    """The limits of one person's lists; empty means none."""

    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    up_to: Decimal | None = None
    on_sale: bool = False
    in_stock: bool = False

    def __bool__(self) -> bool:
        """Whether there is any limit."""
        return self != Filters()

    @classmethod
    def of(cls, draft: dict[str, Any]) -> Self:
        """Return the limits that a chat's draft holds; what can't be read is no limit."""
        kept = draft.get("filters")
        if not isinstance(kept, dict):
            return cls()
        return cls(
            tags=_words(kept.get("tags")),
            without=tuple(w for w in _words(kept.get("without")) if w in Allergen.values),
            up_to=_price(kept.get("up_to")),
            on_sale=kept.get("on_sale") is True,
            in_stock=kept.get("in_stock") is True,
        )

    def as_json(self) -> dict[str, Any]:
        """Return what `of` reads."""
        return {
            "tags": list(self.tags),
            "without": list(self.without),
            "up_to": None if self.up_to is None else str(self.up_to),
            "on_sale": self.on_sale,
            "in_stock": self.in_stock,
        }

    def asked(self, *, category: str = "", search: str = "") -> ProductFilter:
        """Return what the catalogue is asked for."""
        return ProductFilter(
            search=search,
            category=category,
            price_max=self.up_to,
            in_stock=self.in_stock or None,
            on_sale=self.on_sale or None,
            tags=self.tags,
            exclude_allergens=self.without,
        )

    def with_tag(self, code: str) -> "Filters":
        """Return these with a tag, or without it if they had it."""
        return replace(self, tags=_toggled(self.tags, code))

    def with_allergen(self, code: str) -> "Filters":
        """Return these without an allergen's goods, or with them again."""
        return replace(self, without=_toggled(self.without, code))


def _toggled(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    return tuple(w for w in words if w != word) if word in words else (*words, word)[-_MOST:]


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(word for word in value[:_MOST] if isinstance(word, str))


def _price(value: Any) -> Decimal | None:
    try:
        price = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        return None
    return price if price is not None and price.is_finite() and 0 < price < _DEAREST else None
