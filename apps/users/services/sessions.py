"""Sign-ins: a session is a row, its access tokens last minutes, each refresh token is used once."""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import F, Q

from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.users import cards, tokens
from apps.users.dto import SignIn
from apps.users.errors import AccountClosed, InvalidToken, SessionNotFound
from apps.users.init_data import read_init_data
from apps.users.models import RefreshToken, Session, SignInAttempt, User
from apps.users.services.passwords import WINDOW, check_staff_password
from apps.users.services.profiles import ensure_customer


def sign_in_with_telegram(*, init_data: str, user_agent: str = "", now: datetime) -> SignIn:
    """Begin a session for whoever opened the Mini App; unknown people become customers.

    Raises:
        InvalidInitData: Telegram did not sign the data for our bot.
        InitDataExpired: It was signed too long ago.
        AccountClosed: The person may not sign in any more.
    """
    person = read_init_data(
        init_data,
        bot_token=settings.TELEGRAM_BOT_TOKEN,
        now=now,
        maximum_age=timedelta(seconds=settings.INIT_DATA_MAX_AGE_SECONDS),
    )
    card = ensure_customer(
        telegram_id=person.id,
        first_name=person.first_name,
        last_name=person.last_name,
        language_code=person.language_code,
    )
    return begin_session(user_id=card.id, user_agent=user_agent, now=now)


def sign_in_staff(
    *, username: str, password: str, address: str, user_agent: str = "", now: datetime
) -> SignIn:
    """Begin a session for a member of staff; `address` is where the call comes from.

    Raises:
        WrongPassword: The name or the password is wrong, or it is nobody of the staff.
        SignInLocked: Too many wrong passwords for this name from this address.
    """
    user_id = check_staff_password(username=username, password=password, address=address, now=now)
    return begin_session(user_id=user_id, user_agent=user_agent, now=now)


@retrying_atomic
def begin_session(*, user_id: int, user_agent: str = "", now: datetime) -> SignIn:
    """Begin a session for a person who has proven who they are.

    Raises:
        AccountClosed: The person may not sign in any more.
    """
    # Locked, so that an account that is being closed or erased gets no new session.
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id, is_active=True).first()
    if user is None:
        raise AccountClosed
    session = Session.objects.create(user=user, user_agent=one_line(user_agent, limit=200))
    return _hand_out(user, session, now)


def _hand_out(user: User, session: Session, now: datetime) -> SignIn:
    """Write the next refresh token's row and sign the pair."""
    lifetime = cast(timedelta, settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"])
    row = RefreshToken.objects.create(jti=uuid4(), session=session, expires_at=now + lifetime)
    groups = user.groups.order_by("pk").values_list("pk", flat=True)
    access = tokens.AccessClaims(
        user=user.public_id,
        session=session.pk,
        version=session.version,
        powers=tokens.powers_mark(user, groups),
    )
    refresh = tokens.RefreshClaims(id=row.jti, password_mark=tokens.mark(user.password))
    return SignIn(access=access.sign(), refresh=refresh.sign(), user=cards.customer_card(user))


def refresh_session(*, refresh: str, now: datetime) -> SignIn:
    """Exchange a refresh token for a new pair; it works once.

    A token that comes a second time was stolen or copied: its whole session ends.

    Raises:
        InvalidToken: It is not ours, was used, has expired, or its session has ended.
        AccountClosed: The person may not sign in any more.
    """
    claims = tokens.RefreshClaims.read(refresh)
    pair = _exchange(claims, now)
    if pair is None:
        # In a transaction of its own: the refusal must not undo the revocation.
        _end_family(claims, now)
        raise InvalidToken
    return pair


@retrying_atomic
def _exchange(claims: tokens.RefreshClaims, now: datetime) -> SignIn | None:
    """Consume the token and return the next pair, or nothing if it can't be consumed."""
    unused = RefreshToken.objects.filter(jti=claims.id, used_at__isnull=True, expires_at__gt=now)
    # One statement decides who of several callers has it.
    if not unused.update(used_at=now):
        return None
    session = Session.objects.select_related("user").get(refresh_tokens__jti=claims.id)
    if session.revoked_at is not None:
        raise InvalidToken
    if not session.user.is_active:
        raise AccountClosed
    if claims.password_mark != tokens.mark(session.user.password):
        return None
    Session.objects.filter(pk=session.pk).update(last_used_at=now)
    return _hand_out(session.user, session, now)


@retrying_atomic
def _end_family(claims: tokens.RefreshClaims, now: datetime) -> None:
    _revoke(Q(refresh_tokens__jti=claims.id), now)


@retrying_atomic
def end_session(*, user_id: int, session_id: UUID, everywhere: bool = False, now: datetime) -> None:
    """End a person's session, or all of their sessions; to end it twice does no harm."""
    if everywhere:
        _revoke(Q(user_id=user_id), now)
    else:
        _revoke(Q(user_id=user_id, pk=session_id), now)


@retrying_atomic
def end_own_session(*, user_id: int, session_id: UUID, now: datetime) -> None:
    """End one of a person's sessions that they chose from a list.

    Raises:
        SessionNotFound: They have no such session.
    """
    if not Session.objects.filter(user_id=user_id, pk=session_id).exists():
        raise SessionNotFound
    _revoke(Q(user_id=user_id, pk=session_id), now)


@retrying_atomic
def end_all_sessions(*, user_id: int, now: datetime) -> None:
    """Sign a person out everywhere."""
    _revoke(Q(user_id=user_id), now)


def _revoke(which: Q, now: datetime) -> None:
    live = Session.objects.filter(which, revoked_at__isnull=True)
    live.update(revoked_at=now, version=F("version") + 1)


def forget_sessions(now: datetime) -> int:
    """Delete refresh tokens that have expired, sessions that ended with them, old attempts.

    An ended session is kept for a day, so that a stolen token is still recognised as such.
    """
    expired, _by_model = RefreshToken.objects.filter(expires_at__lt=now).delete()
    ended = Session.objects.filter(
        Q(revoked_at__lt=now - timedelta(days=1)) | Q(refresh_tokens__isnull=True)
    )
    gone, _by_model = ended.filter(created_at__lt=now - timedelta(days=1)).delete()
    attempts, _by_model = SignInAttempt.objects.filter(created_at__lt=now - WINDOW).delete()
    return expired + gone + attempts
