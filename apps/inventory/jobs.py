"""The background work of this app, by name."""

from enum import StrEnum


class InventoryJob(StrEnum):
    """Names that tasks are registered under."""

    BLOCK_EXPIRED_LOTS = "inventory.block_expired_lots"
    # Who waits for goods, and who orders them, stands above: the task is marketing's.
    STOCK_CROSSED = "inventory.stock_crossed"
    # Orders stand above the warehouse: the task behind this name is fulfilment's.
    REPORT_SHORTAGES = "inventory.report_shortages"
