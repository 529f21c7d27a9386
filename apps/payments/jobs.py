"""The names of the background work of payments."""

from enum import StrEnum


class PaymentJob(StrEnum):
    """What a worker is asked to do."""

    LOOK_INTO_EVENTS = "payments.look_into_events"
    SEND_CALLS = "payments.send_calls"
    ASK_PROVIDERS = "payments.ask_providers"
    COMPARE_DAYS = "payments.compare_days"
