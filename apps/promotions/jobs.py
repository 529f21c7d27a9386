"""The names of the background work of promotions."""

from enum import StrEnum


class PromotionJob(StrEnum):
    """What a worker is asked to do."""

    PUBLISH_BUDGETS = "promotions.publish_budgets"
