"""The worker's door to money."""

from celery import shared_task

from apps.core.time import now
from apps.payments import services
from apps.payments.jobs import PaymentJob


@shared_task(name=PaymentJob.LOOK_INTO_EVENTS)
def look_into_events() -> None:
    """Ask providers about what they announced; beat calls it too."""
    services.look_into_events(now=now())


@shared_task(name=PaymentJob.SEND_CALLS)
def send_calls() -> None:
    """Send what providers are to be asked, and ask how it stands afterwards; beat calls it too."""
    services.send_and_ask(now=now())


@shared_task(name=PaymentJob.ASK_PROVIDERS)
def ask_providers() -> None:
    """Ask about payments of which nobody told us anything; beat calls it."""
    services.ask_due(now=now())


@shared_task(name=PaymentJob.COMPARE_DAYS)
def compare_days() -> None:
    """Compare past days with the providers' lists; beat calls it every hour, staff's button too."""
    services.compare_due_days(now=now())
