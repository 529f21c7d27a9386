"""The one fact that goes up: what a provider says of a payment."""

from django.dispatch import Signal

# Sent with `payment_id`, `fact` (dto.PaymentFact) and `now`, by `send`, holding no lock: errors are
# not swallowed, and whoever asked tries again later. Orders settle it in one transaction.
payment_fact = Signal()
