"""The background work of this app, by name."""

from enum import StrEnum


class DeliveryJob(StrEnum):
    """Names that tasks are registered under."""

    GENERATE_SLOTS = "delivery.generate_slots"
