"""The background work of this app, by name."""

from enum import StrEnum


class FulfilmentJob(StrEnum):
    """Names that tasks are registered under."""

    CHECK_BOOKS = "fulfilment.check_books"
    FINISH_RECALLS = "fulfilment.finish_recalls"
    SETTLE_SUBSTITUTIONS = "fulfilment.settle_substitutions"
