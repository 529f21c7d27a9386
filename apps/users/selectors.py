"""Questions about people, answered with plain values."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from apps.users import cards
from apps.users.dto import AddressCard, CustomerCard, Hours, Wishes
from apps.users.errors import AddressNotFound, InvalidToken, PersonNotFound
from apps.users.models import (
    Address,
    AddressQuerySet,
    Consent,
    ConsentKind,
    QuietHours,
    RefreshToken,
    Session,
    StaffLink,
    User,
    UserQuerySet,
)
from apps.users.quiet import quiet_until
from apps.users.tokens import AccessClaims, powers_mark

OWNER = "owner"
Ids = QuerySet[Any, int]


def customer_card(*, user_id: int) -> CustomerCard:
    """Return a person's card.

    Raises:
        PersonNotFound: Nobody has this id.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise PersonNotFound
    return cards.customer_card(user)


def is_newcomer(*, user_id: int, now: datetime) -> bool:
    """Tell whether a person first came within one launch of the Mini App: they are new today."""
    since = now - timedelta(seconds=settings.INIT_DATA_MAX_AGE_SECONDS)
    return User.objects.filter(pk=user_id, created_at__gte=since).exists()


def customer_by_telegram(*, telegram_id: int) -> CustomerCard:
    """Return the card of the person behind a Telegram id.

    Raises:
        PersonNotFound: They never came.
    """
    user = User.objects.filter(telegram_id=telegram_id).first()
    if user is None:
        raise PersonNotFound
    return cards.customer_card(user)


def customer_by_public_id(*, public_id: UUID) -> CustomerCard:
    """Return the card of the customer whom outsiders know by an id.

    Raises:
        PersonNotFound: Nobody has it, or they left.
    """
    user = User.objects.get_queryset().reachable().filter(public_id=public_id).first()
    if user is None:
        raise PersonNotFound
    return cards.customer_card(user)


def customer_cards(*, user_ids: Collection[int]) -> dict[int, CustomerCard]:
    """Return the cards of people by id, with one query; ids that nobody has are left out."""
    people = User.objects.filter(pk__in=user_ids)
    return {user.pk: cards.customer_card(user) for user in people}


def accepts_offers(*, user_id: int) -> bool:
    """Tell whether a person may be sent offers: until they say no."""
    said = Consent.objects.filter(person_id=user_id, kind=ConsentKind.OFFERS)
    return said.values_list("is_given", flat=True).first() is not False


def wishes(*, user_id: int) -> Wishes:
    """Return what a person wants to hear of: everything, until they say no."""
    said = Consent.objects.filter(person_id=user_id, is_given=False)
    refused = set(said.values_list("kind", flat=True))
    return Wishes(
        offers=ConsentKind.OFFERS not in refused,
        stock=ConsentKind.STOCK not in refused,
        reminders=ConsentKind.REMINDERS not in refused,
        quiet=_quiet_hours([user_id]).get(user_id) or shop_quiet_hours(),
    )


def refusers(*, kind: str) -> QuerySet[Consent, int]:
    """Return the ids of those who said no to a kind of news (`ConsentKind`)."""
    said = Consent.objects.filter(kind=kind, is_given=False)
    return said.values_list("person_id", flat=True)


def reminder_readers(*, among: Collection[int]) -> dict[int, CustomerCard]:
    """Return, by id, those of some people whose chat takes reminders."""
    people = User.objects.get_queryset().filter(pk__in=among).reachable()
    willing = people.exclude(pk__in=refusers(kind=ConsentKind.REMINDERS))
    return {user.pk: cards.customer_card(user) for user in willing}


def shop_quiet_hours() -> Hours:
    """Return the quiet hours of whoever chose none."""
    return Hours(settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR)


def quiet_ends(*, user_ids: Collection[int], now: datetime) -> dict[int, datetime]:
    """Return until when people want to be left alone, with one query; who may be written to is out.

    Whatever is not about a running order waits for it.
    """
    chosen, usual = _quiet_hours(user_ids), shop_quiet_hours()
    ends = {pk: quiet_until(hours=chosen.get(pk, usual), now=now) for pk in user_ids}
    return {pk: end for pk, end in ends.items() if end is not None}


def offer_reader_count(
    *, among: Ids | Sequence[Ids], besides: Sequence[Ids] = (), language: str = ""
) -> int:
    """Return how many people can be sent an offer, of those that `offer_readers` would return."""
    return _offer_readers(among, besides, language).count()


def offer_readers(
    *,
    among: Ids | Sequence[Ids],
    besides: Sequence[Ids] = (),
    language: str = "",
    after: int = 0,
    limit: int,
) -> list[CustomerCard]:
    """Return people who can be sent an offer, by id, from the next after an id on.

    Only those are who stand in each of `among` and in none of `besides`, all given by ids, and
    who read the language, if one is named.
    """
    people = _offer_readers(among, besides, language).filter(pk__gt=after).order_by("pk")[:limit]
    return [cards.customer_card(user) for user in people]


def chats_of(*, people: Ids) -> QuerySet[Any, int | None]:
    """Return the private chats of some people, given by their ids."""
    known = User.objects.get_queryset().customers().filter(pk__in=people)
    return known.values_list("telegram_id", flat=True)


def chats_of_staff() -> QuerySet[Any, int | None]:
    """Return the chats in which members of staff work."""
    used = StaffLink.objects.filter(used_at__isnull=False, ended_at__isnull=True)
    return used.values_list("telegram_id", flat=True)


def card_of(address: Address) -> AddressCard:
    """Return an address of a page as a plain value."""
    return cards.address_card(address)


def customer_addresses(*, customer_id: int) -> AddressQuerySet:
    """Return a customer's addresses, the most recently used first, still open to pages."""
    return Address.objects.for_customer(customer_id).recent_first()


def addresses(*, customer_id: int) -> list[AddressCard]:
    """Return a customer's addresses, the most recently used first."""
    return [cards.address_card(row) for row in customer_addresses(customer_id=customer_id)]


def own_address(
    *, customer_id: int, address_id: int | None = None, public_id: UUID | None = None
) -> AddressCard:
    """Return one of the customer's own addresses, named by its id or its public id.

    Raises:
        AddressNotFound: It was removed, or it is somebody else's.
    """
    wanted = {"pk": address_id} if public_id is None else {"public_id": public_id}
    address = Address.objects.for_customer(customer_id).filter(**wanted).first()
    if address is None:
        raise AddressNotFound
    return cards.address_card(address)


def address_of_anybody(*, public_id: UUID) -> AddressCard:
    """Return an address, whosever it is: for staff who talk with the one who lives there.

    Raises:
        AddressNotFound: There is none.
    """
    address = Address.objects.filter(public_id=public_id).first()
    if address is None:
        raise AddressNotFound
    return cards.address_card(address)


def roles_of(*, user_id: int) -> frozenset[str]:
    """Return the names of the roles a person holds now; a superuser is an owner."""
    rows = User.objects.filter(pk=user_id, is_active=True).values_list(
        "is_superuser", "groups__name"
    )
    roles = {name for _superuser, name in rows if name}
    return frozenset(roles | {OWNER} if any(superuser for superuser, _name in rows) else roles)


def is_permitted(*, user_id: int, permission: str) -> bool:
    """Tell whether a member of staff's roles include a permission, such as "app.view_model"."""
    person = User.objects.get_queryset().staff().filter(pk=user_id).first()
    return person is not None and person.has_perm(permission)


def role_holders(*, role: str) -> list[CustomerCard]:
    """Return the active members of staff who hold a role, by id."""
    staff = User.objects.get_queryset().staff().filter(groups__name=role)
    return [cards.customer_card(user) for user in staff.order_by("pk")]


def staff_behind(*, user_id: int, telegram_id: int | None) -> int:
    """Return as whom somebody acts in Telegram: the member of staff linked to the account.

    Without a link it is the account's own person, who may hold roles, too.
    """
    if telegram_id is None:
        return user_id
    links = StaffLink.objects.filter(
        telegram_id=telegram_id, ended_at__isnull=True, user__is_active=True, user__is_staff=True
    )
    linked = links.values_list("user_id", flat=True).first()
    return user_id if linked is None else linked


def work_chats() -> dict[int, int]:
    """Return the accounts in which staff work by a link now, and who they are there."""
    links = StaffLink.objects.filter(
        used_at__isnull=False, ended_at__isnull=True, user__is_active=True, user__is_staff=True
    )
    rows = links.values_list("telegram_id", "user_id")
    return {account: person for account, person in rows if account is not None}


def left_work_chats() -> frozenset[int]:
    """Return the accounts in which staff worked once and work no more."""
    used = StaffLink.objects.filter(used_at__isnull=False).values_list("telegram_id", flat=True)
    return frozenset(account for account in used if account is not None) - work_chats().keys()


def work_chat(*, user_id: int) -> int | None:
    """Return the chat in which a member of staff works; None where there is none."""
    used = StaffLink.objects.filter(user_id=user_id, used_at__isnull=False, ended_at__isnull=True)
    linked = used.values_list("telegram_id", flat=True).first()
    if linked is not None:
        return linked
    own = User.objects.get_queryset().staff().filter(pk=user_id)
    return own.values_list("telegram_id", flat=True).first()


def staff_names() -> dict[int, str]:
    """Return the names of everybody who works here, or did, by id, in the order of the names."""
    people = User.objects.get_queryset().filter(is_staff=True)
    return {user.pk: str(user) for user in sorted(people, key=lambda user: str(user).lower())}


def language_of(*, user_id: int) -> str:
    """Return the language to write to this person in.

    Raises:
        PersonNotFound: Nobody has this id.
    """
    language = User.objects.filter(pk=user_id).values_list("language", flat=True).first()
    if language is None:
        raise PersonNotFound
    return language


def person_behind(*, access: str) -> tuple[User, UUID]:
    """Return whom an access token stands for now and the id of their session; one query.

    Nothing is remembered between requests: a token ends with its session, with the account, and
    with a change of roles or password, at once.

    Raises:
        InvalidToken: It is not ours, has expired, or something of the above has ended it.
    """
    claims = AccessClaims.read(access)
    groups = Group.objects.filter(user=OuterRef("user_id")).order_by("pk").values("pk")
    session = (
        Session.objects.select_related("user")
        .annotate(group_ids=ArraySubquery(groups))
        .filter(
            pk=claims.session,
            version=claims.version,
            revoked_at__isnull=True,
            user__public_id=claims.user,
            user__is_active=True,
        )
        .first()
    )
    if session is None or claims.powers != powers_mark(session.user, session.group_ids):
        raise InvalidToken
    return session.user, session.pk


def live_sessions(*, user_id: int, now: datetime) -> QuerySet[Session]:
    """Return a person's sign-ins that can still be renewed, the last used first."""
    good = RefreshToken.objects.filter(
        session_id=OuterRef("pk"), used_at__isnull=True, expires_at__gt=now
    )
    own = Session.objects.filter(Exists(good), user_id=user_id, revoked_at__isnull=True)
    return own.order_by("-last_used_at", "-pk")


def _quiet_hours(user_ids: Collection[int]) -> dict[int, Hours]:
    rows = QuietHours.objects.filter(person_id__in=user_ids)
    return {pk: Hours(*hours) for pk, *hours in rows.values_list("person_id", "starts", "ends")}


def _offer_readers(
    among: Ids | Sequence[Ids], besides: Sequence[Ids], language: str
) -> UserQuerySet:
    people = User.objects.get_queryset().reachable().open_to_offers()
    for ids in [among] if isinstance(among, QuerySet) else among:
        people = people.filter(pk__in=ids)
    for ids in besides:
        people = people.exclude(pk__in=ids)
    return people.filter(language=language) if language else people
