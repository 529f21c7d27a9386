"""The background work of this app, by name."""

from enum import StrEnum


class CatalogJob(StrEnum):
    """Names that tasks are registered under."""

    PUBLISH_DUE_PRICES = "catalog.publish_due_prices"
    RUN_EXCHANGES = "catalog.run_exchanges"
