"""People: customers known by Telegram, staff known by name, and their sessions."""

import uuid
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from apps.core.models import PubliclyNamed, Timestamped
from apps.users.history import STAFF_HISTORY


class Language(models.TextChoices):
    """A language that the shop speaks."""

    RUSSIAN = "ru", _("Russian")
    ENGLISH = "en", _("English")


class ConsentKind(models.TextChoices):
    """What a person may agree to, or refuse."""

    OFFERS = "offers", _("offers in the chat")
    STOCK = "stock", _("news of goods that are back")
    REMINDERS = "reminders", _("reminders")


class UserQuerySet(models.QuerySet["User"]):
    """Questions about people."""

    def customers(self) -> Self:
        """Keep people who came through Telegram."""
        return self.filter(telegram_id__isnull=False)

    def staff(self) -> Self:
        """Keep people who work here and may sign in."""
        return self.filter(is_staff=True, is_active=True)

    def reachable(self) -> Self:
        """Keep people whose chat takes our messages."""
        return self.filter(is_active=True, telegram_id__isnull=False, blocked_bot_at__isnull=True)

    def open_to_offers(self) -> Self:
        """Keep people who never said that they want no offers."""
        refused = Consent.objects.filter(kind=ConsentKind.OFFERS, is_given=False)
        return self.exclude(pk__in=refused.values("person_id"))


class UserManager(BaseUserManager["User"]):
    """The manager that Django's `createsuperuser` calls."""

    def get_queryset(self) -> UserQuerySet:
        """Offer the questions of `UserQuerySet` on the manager's results."""
        return UserQuerySet(self.model, using=self._db)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create a member of staff; customers are made by `services.ensure_customer`."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str, **fields: Any) -> "User":
        """Create the owner's account."""
        return self.create_user(
            username, password, **{**fields, "is_staff": True, "is_superuser": True}
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a member of staff as the sign-in form names them, in any case of letters."""
        return self.get(username__iexact=username or "")


class User(PubliclyNamed, Timestamped, AbstractBaseUser, PermissionsMixin):
    """A person: a customer has `telegram_id`, a member of staff `username`; some have both."""

    username = models.CharField(_("user name"), max_length=60, null=True, blank=True, unique=True)
    telegram_id = models.BigIntegerField(_("Telegram id"), null=True, blank=True, unique=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.RUSSIAN
    )
    # Then Telegram's name no longer replaces it.
    named_self = models.BooleanField(_("chose the name"), default=False, editable=False)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    blocked_bot_at = models.DateTimeField(_("blocked the bot"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    history = STAFF_HISTORY

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            models.CheckConstraint(
                name="users_user_is_somebody",
                condition=Q(telegram_id__isnull=False)
                | Q(username__isnull=False)
                | Q(erased_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.full_name or self.username or str(self.public_id)[:8]

    @property
    def full_name(self) -> str:
        """The first and last name, as far as they are known."""
        return f"{self.first_name} {self.last_name}".strip()


class AddressQuerySet(models.QuerySet["Address"]):
    """Questions about addresses."""

    def for_customer(self, customer_id: int) -> Self:
        """Keep one customer's addresses that were not removed."""
        return self.filter(customer_id=customer_id, deleted_at__isnull=True)

    def recent_first(self) -> Self:
        """Order by last use, the newest added first among the unused."""
        return self.order_by(F("used_at").desc(nulls_last=True), "-id")


class Address(PubliclyNamed, Timestamped):
    """Where a customer wants the food brought; the newest used comes first."""

    customer = models.ForeignKey(
        "users.User", on_delete=models.CASCADE, related_name="addresses", verbose_name=_("customer")
    )
    label = models.CharField(_("label"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    street = models.CharField(_("street and house"), max_length=200)
    flat = models.CharField(_("flat"), max_length=20, blank=True)
    entrance = models.CharField(_("entrance"), max_length=20, blank=True)
    floor = models.CharField(_("floor"), max_length=20, blank=True)
    comment = models.CharField(_("comment for the courier"), max_length=300, blank=True)
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = (
            models.CheckConstraint(
                name="users_address_on_earth",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
        )

    def __str__(self) -> str:
        return self.one_line

    @property
    def one_line(self) -> str:
        """The address as it is written on a box."""
        parts = [self.city, self.street]
        parts += [str(_("flat %s")) % self.flat] if self.flat else []
        return ", ".join(part for part in parts if part)


class Consent(Timestamped):
    """What a person said yes or no to; nothing said is no row, and then it may be sent."""

    person = models.ForeignKey(
        "users.User", on_delete=models.CASCADE, related_name="consents", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ConsentKind.choices)
    is_given = models.BooleanField(_("given"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = (
            models.UniqueConstraint(fields=("person", "kind"), name="users_consent_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.is_given}"


class QuietHours(Timestamped):
    """When a person wants to hear of nothing but their orders; no row is the shop's own hours.

    Hours of the shop's clock, from `starts` until before `ends`, over midnight where `ends` is the
    smaller; two equal ones are no quiet hours at all.
    """

    person = models.OneToOneField(
        "users.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    starts = models.PositiveSmallIntegerField(_("from, o'clock"))
    ends = models.PositiveSmallIntegerField(_("until, o'clock"))

    class Meta:
        verbose_name = _("quiet hours")
        verbose_name_plural = _("quiet hours")
        constraints = (
            models.CheckConstraint(
                name="users_quiet_hours",
                condition=Q(starts__range=(0, 23), ends__range=(0, 23)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts}–{self.ends}"


class Session(models.Model):
    """One sign-in of one person on one device; access tokens name it and its version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="api_sessions")
    version = models.PositiveIntegerField(default=1)
    user_agent = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return str(self.id)[:8]


class StaffLink(models.Model):
    """A Telegram account in which a member of staff works: a code that was made, then used once.

    Somebody who also buys keeps their own account: the link stands beside it. Only a keyed hash of
    the code is stored.
    """

    user = models.ForeignKey(
        "users.User", on_delete=models.CASCADE, related_name="staff_links",
        verbose_name=_("member of staff"),
    )  # fmt: skip
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        "users.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    expires_at = models.DateTimeField(_("valid until"))
    telegram_id = models.BigIntegerField(_("Telegram id"), null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("work account in Telegram")
        verbose_name_plural = _("work accounts in Telegram")
        constraints = (
            models.CheckConstraint(
                name="users_link_used",
                condition=Q(used_at__isnull=True, telegram_id__isnull=True)
                | Q(used_at__isnull=False, telegram_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("telegram_id",),
                condition=Q(used_at__isnull=False, ended_at__isnull=True),
                name="users_link_one_account",
            ),
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(used_at__isnull=False, ended_at__isnull=True),
                name="users_link_one_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} ← {self.telegram_id or '—'}"


class RefreshToken(models.Model):
    """A refresh token that was handed out; it is good for one exchange."""

    jti = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")

    def __str__(self) -> str:
        return str(self.jti)[:8]


class SignInAttempt(models.Model):
    """A password that was tried and not yet found right; kept for the length of the window."""

    # A keyed hash of the user name and the address: nothing personal is stored.
    guard = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("attempt to sign in")
        verbose_name_plural = _("attempts to sign in")
        indexes = (models.Index(name="users_attempt_guard", fields=("guard", "created_at")),)

    def __str__(self) -> str:
        return self.guard[:8]
