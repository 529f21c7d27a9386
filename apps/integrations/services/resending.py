"""Send something because somebody asked: a test, or what was sent before."""

from datetime import datetime
from uuid import UUID

from apps.core.jobs import enqueue_on_commit
from apps.core.transactions import retrying_atomic
from apps.integrations.dto import DeliveryState, EventType
from apps.integrations.errors import DeliveryNotFound, EndpointNotFound, EndpointSilent
from apps.integrations.jobs import IntegrationJob
from apps.integrations.models import Delivery, Endpoint, Event


@retrying_atomic
def send_test(*, key_id: int | None, public_id: UUID, now: datetime) -> Delivery:
    """Send a ping to one endpoint, whatever it subscribed to.

    Raises:
        EndpointNotFound: There is none, or it is another key's.
        EndpointSilent: It is switched off, or its key is dead.
    """
    own = Endpoint.objects.of_key(key_id)
    endpoint = own.filter(public_id=public_id).first()
    if endpoint is None:
        raise EndpointNotFound
    event = Event.objects.create(type=EventType.PING, data={}, created_at=now, spread_at=now)
    delivery = Delivery.objects.create(
        event=event, endpoint=endpoint, next_attempt_at=now, created_at=now
    )
    _let_pass(endpoint.pk, now)
    return delivery


@retrying_atomic
def send_again(*, key_id: int | None, public_id: UUID, now: datetime) -> Delivery:
    """Send an event to its endpoint once more, now, with all its attempts before it.

    Raises:
        DeliveryNotFound: There is none, or it went to another key's endpoint.
        EndpointSilent: The endpoint is switched off, or its key is dead.
    """
    own = Delivery.objects.of_key(key_id).filter(public_id=public_id)
    delivery = own.select_for_update(of=("self",)).first()
    if delivery is None:
        raise DeliveryNotFound
    delivery.state, delivery.attempts = DeliveryState.WAITING, 0
    delivery.next_attempt_at, delivery.leased_until = now, None
    delivery.save(update_fields=["state", "attempts", "next_attempt_at", "leased_until"])
    _let_pass(delivery.endpoint_id, now)
    return delivery


def _let_pass(endpoint_id: int, now: datetime) -> None:
    """End an endpoint's rest and wake the sender.

    Raises:
        EndpointSilent: It would hear nothing all the same.
    """
    listening = Endpoint.objects.listening(now).filter(pk=endpoint_id)
    if not listening.exists():
        raise EndpointSilent
    Endpoint.objects.filter(pk=endpoint_id, resumes_at__isnull=False).update(resumes_at=None)
    enqueue_on_commit(IntegrationJob.SEND_WEBHOOKS)
