"""What orders ask of the apps above: who brings them."""

from typing import Protocol


class CourierNames(Protocol):
    """Tell who is on the road with an order; `settings.COURIER_NAMES` names it."""

    def __call__(self, *, order_id: int) -> str:
        """Return the courier's first name; empty where nobody in particular brings it."""
        ...
