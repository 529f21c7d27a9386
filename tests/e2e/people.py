"""Who takes part in the stories about money: customers with the Mini App, and staff."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import httpx
from playwright.sync_api import Page

from bot.simulator.client import Actor
from tests.e2e.conftest import Shop

Json = dict[str, Any]
# In stock by the dozen, with other packs like it on its shelf.
GOODS = "PEL-SIB-900"
# A whole fish of at most 900 g.
BY_WEIGHT = "FIS-PIN-900"
# A window takes few orders: each goes into another one.
_turns = count()
_NAMES = {"ru": "Вера", "en": "Grace"}


class Api:
    """A person's calls of the REST API."""

    def __init__(self, web: str, sign_in: str, told: Json) -> None:
        self._http = httpx.Client(
            base_url=f"{web}/api/v1/", headers={"Accept-Language": "en"}, timeout=30
        )
        self._how = (sign_in, told)
        self._sign_in()

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return what a call answers; a refusal fails the test."""
        answer = self._http.request(method, path, json=body, headers=headers)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            # A session lasts five minutes.
            self._sign_in()
            answer = self._http.request(method, path, json=body, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:400]}"
        return answer.json()

    def _sign_in(self) -> None:
        path, told = self._how
        access = self._http.post(path, json=told).json()["access"]
        self._http.headers["Authorization"] = f"Bearer {access}"


@dataclass
class Customer:
    """Somebody new, who buys through the API and looks at the Mini App."""

    shop: Shop
    open_page: Callable[..., Page]
    language: str = "ru"
    name: str = field(init=False)
    actor: Actor = field(init=False)
    api: Api = field(init=False)

    def __post_init__(self) -> None:
        # One of a kind, so that each finds their own chat.
        self.name = f"{_NAMES[self.language]} {uuid4().hex[:6]}"
        self.actor = self.shop.telegram.new_person(self.name, language_code=self.language)
        # The bot may write to those only who have started it.
        self.actor.starts()
        self.api = Api(self.shop.web, "auth/telegram/", {"init_data": self._signed()})

    def orders(self, payment: str, *, sku: str = GOODS, units: int = 2) -> Json:
        """Order something, brought in a window with room; return the order."""
        self.api("POST", "cart/items/", {"sku": sku, "quantity": units})
        slots = self.api("GET", "delivery/slots/")["slots"]
        windows = [slot["id"] for slot in slots if slot["is_open"]]
        window = windows[-1 - next(_turns) % len(windows)]
        total = self.api("POST", "delivery/quote/", {"method": "delivery"})["total"]
        told = {
            "method": "delivery", "street": "Москва, ул. Лесная, 7", "slot": window,
            "payment": payment, "expected_total": total, "contact_phone": "+79161234567",
        }  # fmt: skip
        order: Json = self.api("POST", "orders/", told, **{"Idempotency-Key": uuid4().hex})
        return order

    def opens(self, path: str, **how: Any) -> Page:
        """Open the Mini App as Telegram would, on a phone or in a wide window."""
        launch = {
            "tgWebAppData": self._signed(), "tgWebAppVersion": "9.1",
            "tgWebAppThemeParams": json.dumps({}),
        }  # fmt: skip
        locale = {"ru": "ru-RU", "en": "en-GB"}[self.language]
        fragment = urlencode(launch, quote_via=quote)
        return self.open_page(f"{self.shop.web}/app/{path}#{fragment}", locale=locale, **how)

    def sees(self, order: Json) -> Json:
        """Return an order as it is now."""
        seen: Json = self.api("GET", f"orders/{order['id']}/")
        return seen

    def _signed(self) -> str:
        return self.shop.telegram.init_data(self.actor.user_id)


class Staff:
    """One of the demo's staff, at the API."""

    def __init__(self, shop: Shop, name: str) -> None:
        self.password = f"demo-{name}"
        told = {"username": name, "password": self.password}
        self.api = Api(shop.web, "auth/token/", told)

    def moves(self, order: Json, *targets: str) -> Json:
        """Take an order through some steps of its way."""
        answer: Json = {}
        for target in targets:
            path = f"staff/orders/{order['id']}/transitions/"
            answer = self.api("POST", path, {"target": target})
        return answer
