"""Plain values of people, safe to carry to another thread."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True)
class CustomerCard:
    """A person as the other apps need to know them; `telegram_id` is the private chat's id too."""

    id: int
    public_id: UUID
    telegram_id: int | None
    language: str
    first_name: str
    last_name: str
    phone: str
    email: str
    is_active: bool = True
    can_be_reached: bool = True
    is_new: bool = False

    @property
    def full_name(self) -> str:
        """The first and last name, as far as they are known."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class AddressCard:
    """An address: `one_line` goes on the box, `details` tell the courier how to get in."""

    id: int
    public_id: UUID
    label: str
    one_line: str
    details: str
    latitude: Decimal | None
    longitude: Decimal | None
    city: str = ""
    street: str = ""
    flat: str = ""
    entrance: str = ""
    floor: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Hours:
    """Quiet hours on the shop's clock, from `starts` until before `ends`; equal ones are none."""

    starts: int
    ends: int


@dataclass(frozen=True)
class Wishes:
    """What a person wants to hear of besides their orders, and when not."""

    offers: bool
    stock: bool
    reminders: bool
    quiet: Hours


@dataclass(frozen=True)
class SignIn:
    """A pair of tokens and whom they stand for."""

    access: str
    refresh: str
    user: CustomerCard
