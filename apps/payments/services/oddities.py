"""Questions about money that a person must decide."""

from datetime import datetime
from typing import Any

from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.payments.dto import OddityKind
from apps.payments.errors import OddityAlreadySettled
from apps.payments.models import Oddity, Payment


def put_question(
    *,
    kind: OddityKind,
    key: str,
    provider: str,
    payment: Payment | None = None,
    **details: Any,
) -> None:
    """Put something into the staff's queue, once for each `key`."""
    facts = {name: str(value) for name, value in details.items()}
    question = Oddity(kind=kind, key=key[:200], provider=provider, payment=payment, details=facts)
    Oddity.objects.bulk_create([question], ignore_conflicts=True)


@retrying_atomic
def settle_question(*, oddity_id: int, decision: str, actor_id: int, now: datetime) -> None:
    """Note what was decided, and by whom.

    Raises:
        OddityAlreadySettled: Somebody was faster.
    """
    settled = Oddity.objects.filter(pk=oddity_id, settled_at__isnull=True).update(
        settled_at=now, settled_by_id=actor_id, decision=one_line(decision, limit=300)
    )
    if not settled:
        raise OddityAlreadySettled
