"""Staff passwords, and the guard against guessing them: no Redis, PostgreSQL alone counts."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils.crypto import salted_hmac

from apps.core.text import is_clean
from apps.core.transactions import retrying_atomic
from apps.users.errors import SignInLocked, WrongPassword
from apps.users.models import SignInAttempt, User

MAXIMUM_FAILURES = 5
WINDOW = timedelta(minutes=15)


def check_staff_password(*, username: str, password: str, address: str, now: datetime) -> int:
    """Return the id of the member of staff who has this name and password.

    Raises:
        WrongPassword: The name or the password is wrong, or it is nobody of the staff.
        SignInLocked: Five wrong passwords for this name from this address in 15 minutes.
    """
    guard = _guard(username, address)
    # Counted before the password is looked at, so that guesses sent at once count too.
    _begin_attempt(guard=guard, now=now)
    user = _staff(username)
    if user is None:
        # As slow as a real check, so that the time does not tell which names exist.
        make_password(password)
        raise WrongPassword
    if not user.check_password(password):
        raise WrongPassword
    _forget_attempts(guard=guard)
    return user.pk


def _guard(username: str, address: str) -> str:
    name = username.strip().casefold()[:200]
    return salted_hmac("frozenfood.sign-in", repr((name, address))).hexdigest()


def _staff(username: str) -> User | None:
    if not is_clean(username):
        return None
    named = User.objects.get_queryset().staff().filter(username__iexact=username.strip())
    return named.order_by("pk").first()


@retrying_atomic
def _begin_attempt(*, guard: str, now: datetime) -> None:
    with connection.cursor() as cursor:
        # Attempts on one name from one address are counted one after another.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [guard])
    recent = SignInAttempt.objects.filter(guard=guard, created_at__gt=now - WINDOW)
    times = list(recent.order_by("-created_at").values_list("created_at", flat=True))
    if len(times) >= MAXIMUM_FAILURES:
        free_at = times[MAXIMUM_FAILURES - 1] + WINDOW
        raise SignInLocked(retry_after=max(1, int((free_at - now).total_seconds()) + 1))
    SignInAttempt.objects.create(guard=guard, created_at=now)


@retrying_atomic
def _forget_attempts(*, guard: str) -> None:
    SignInAttempt.objects.filter(guard=guard).delete()
