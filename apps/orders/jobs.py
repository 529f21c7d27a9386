"""The names of the background work of orders."""

from enum import StrEnum


class OrderJob(StrEnum):
    """What a worker is asked to do."""

    EXPIRE_HOLDS = "orders.expire_holds"
