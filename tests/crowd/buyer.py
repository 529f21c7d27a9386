"""A customer who wants something: from START to a placed order."""

from __future__ import annotations

from dataclasses import dataclass

from bot.keyboards import Action
from tests.crowd.customer import Customer


@dataclass
class Buyer:
    """Somebody who wants so many packs of one product, brought or to be fetched."""

    customer: Customer
    variant_id: int
    product_id: int
    quantity: int
    is_brought: bool

    async def buy(self) -> None:
        """Go from START to a placed order, by the keys that there are."""
        one = self.customer
        await one.says(f"/start p-{self.product_id}", name="start")
        for count in range(1, self.quantity + 1):
            await one.presses(Action.PUT, self.product_id, self.variant_id, count)
        await one.presses(Action.CART)
        await one.presses(Action.CHECKOUT)
        await one.shares_contact()
        if self.is_brought:
            await one.presses(Action.METHOD, ..., "delivery")
            await one.says(f"Lenina {one.user_id % 1000}", name="address")
            await one.presses(Action.SLOT)
        else:
            await self._choose_pickup()
        await one.presses(Action.PLACE)
        await one.settles()

    async def begin_again(self) -> None:
        """Do what people do when the bot seems to have lost them: ask for the cart."""
        one = self.customer
        await one.says("/cart")
        if not self._sees(Action.CHECKOUT):
            # It was placed after all.
            return
        await one.presses(Action.CHECKOUT)
        await one.settles()
        if self._sees(Action.METHOD):
            await self._choose_pickup()
        elif self._sees(Action.SLOT):
            await one.presses(Action.SLOT)
        await one.presses(Action.PLACE)
        await one.settles()

    async def _choose_pickup(self) -> None:
        await self.customer.presses(Action.METHOD, ..., "pickup")
        await self.customer.presses(Action.PICKUP_POINT)

    def _sees(self, action: Action) -> bool:
        return any(key.press.action == action for key in self.customer.keyboard())
