"""Customers and staff; roles are looked at, not edited: `roles.py` decides what they may."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesRadioFilter, RadioFilter
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.core.admin import Deed, HistoryAdmin, LedgerAdmin, LedgerInline, actor_id
from apps.core.time import now
from apps.users import services
from apps.users.admin.language import choose_language
from apps.users.models import Address, Session, User

admin.site.unregister(Group)


class KindFilter(RadioFilter):
    """Whether somebody buys or works here."""

    title = gettext_lazy("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer customers and staff."""
        return [("customers", _("customers")), ("staff", _("staff"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Keep the chosen ones."""
        if self.value() == "customers":
            return queryset.filter(telegram_id__isnull=False)
        return queryset.filter(is_staff=True) if self.value() == "staff" else queryset


class AddressInline(LedgerInline):
    """Where the customer has food brought; they change it themselves."""

    model = Address
    fields = ("label", "one_line", "entrance", "floor", "comment", "used_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Address]:
        """Leave out what the customer removed."""
        return Address.objects.filter(deleted_at__isnull=True).recent_first()

    @display(description=gettext_lazy("address"))
    def one_line(self, address: Address) -> str:
        """The address as it is written on a box."""
        return address.one_line


class SessionInline(LedgerInline):
    """Devices that are signed in to the API and the Mini App."""

    model = Session
    fields = ("user_agent", "created_at", "last_used_at", "revoked_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """Show the living sessions, the newest first."""
        return Session.objects.filter(revoked_at__isnull=True).order_by("-last_used_at")


@admin.register(User)
class UserAdmin(HistoryAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    """Everybody the shop knows: buyers by Telegram, staff by user name."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("person", "phone", "telegram_id", "role_names", "language", "state")
    list_filter = (
        KindFilter,
        ("language", ChoicesRadioFilter),
        ("is_active", BooleanRadioFilter),
        "groups",
    )
    list_filter_submit = True
    search_fields = ("username", "first_name", "last_name", "phone", "telegram_id", "email")
    ordering = ("-id",)
    filter_horizontal = ("groups",)
    inlines = (AddressInline, SessionInline)
    readonly_fields = (
        "telegram_id", "last_login", "blocked_bot_at", "erased_at", "created_at", "public_id",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), ("phone", "email"), "language")}),
        (
            gettext_lazy("Work"),
            {
                "classes": ("tab",),
                "fields": ("username", "password", "is_staff", "is_active", "groups", "last_login"),
            },
        ),
        (
            gettext_lazy("Telegram"),
            {
                "classes": ("tab",),
                "fields": ("telegram_id", "blocked_bot_at", "erased_at", "created_at", "public_id"),
            },
        ),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username", ("first_name", "last_name"), "password1", "password2", "groups",
                ),
            },
        ),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        """Add the switch of languages, which every page's user menu posts to."""
        return [
            path("language/", self.admin_site.admin_view(choose_language), name="choose_language"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Read roles in one query for the whole page."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple[type, ...]:
        """Show addresses and devices of somebody who exists."""
        return () if obj is None else self.inlines

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whom the owner adds here is a member of staff: customers come by themselves."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Give a member of staff a new password, and remember that, and who did it."""
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            services.remember_new_password(user_id=int(id), actor_id=actor_id(request))
        return answer

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody is deleted: staff are made inactive, customers are erased."""
        return False

    def deeds_for(self, request: HttpRequest, obj: User) -> list[Deed]:
        """Sign out everywhere; let staff work in Telegram; erase a customer who asks for it."""
        deeds = [SIGN_OUT]
        if obj.is_staff and obj.is_active:
            deeds += [LINK, UNLINK]
        if not obj.is_staff and obj.erased_at is None:
            deeds.append(ERASE)
        return deeds

    @display(description=gettext_lazy("person"), header=True, ordering="first_name")
    def person(self, user: User) -> list[str]:
        """The name, with the user name of staff below."""
        return [str(user), user.username or ""]

    @display(description=gettext_lazy("roles"), label=True)
    def role_names(self, user: User) -> list[str]:
        """The roles somebody holds."""
        return [group.name for group in user.groups.all()]

    @display(
        description=gettext_lazy("state"), label={"ok": "success", "blocked": "warning",
        "inactive": "danger"},
    )  # fmt: skip
    def state(self, user: User) -> tuple[str, str]:
        """Whether somebody can be reached and may sign in."""
        if not user.is_active or user.erased_at:
            return "inactive", _("inactive")
        return ("blocked", _("blocked the bot")) if user.blocked_bot_at else ("ok", _("active"))


def _sign_out(request: HttpRequest, user: User, values: dict[str, Any]) -> str:
    services.end_all_sessions(user_id=user.pk, now=now())
    return _("%(person)s is signed out of every device.") % {"person": user}


def _erase(request: HttpRequest, user: User, values: dict[str, Any]) -> str:
    services.erase_person(user_id=user.pk, now=now(), actor_id=actor_id(request))
    return _("The person is forgotten; orders and money stay without the name.")


def _link(request: HttpRequest, user: User, values: dict[str, Any]) -> str:
    code = services.make_staff_link(user_id=user.pk, actor_id=actor_id(request), now=now())
    return _("Within ten minutes, %(person)s sends this to the bot: /start staff_%(code)s") % {
        "person": user,
        "code": code,
    }


def _unlink(request: HttpRequest, user: User, values: dict[str, Any]) -> str:
    services.unlink_staff(user_id=user.pk, now=now())
    return _("%(person)s works in no Telegram account any more.") % {"person": user}


SIGN_OUT = Deed(
    name="sign-out",
    label=gettext_lazy("Sign out everywhere"),
    icon="logout",
    run=_sign_out,
    question=gettext_lazy("Every device of this person has to sign in again."),
)
LINK = Deed(
    name="link-telegram",
    label=gettext_lazy("Link Telegram"),
    icon="link",
    run=_link,
    question=gettext_lazy(
        "You get a code that is good once, for ten minutes. Whoever sends it to the bot works"
        " there as this person."
    ),
)
UNLINK = Deed(
    name="unlink-telegram",
    label=gettext_lazy("Unlink Telegram"),
    icon="link_off",
    run=_unlink,
    question=gettext_lazy("The person's Telegram account has no part in the shop's work then."),
)
ERASE = Deed(
    name="erase",
    label=gettext_lazy("Erase the person"),
    icon="person_remove",
    run=_erase,
    question=gettext_lazy("Name, phone, addresses and chats are forgotten for good."),
    variant="danger",
)


@admin.register(Group)
class GroupAdmin(LedgerAdmin):
    """What each role may do, to read: a table in the code decides it, the same everywhere."""

    list_display = ("name", "people")
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "powers")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """Count who holds each role."""
        staff = Count("user", filter=Q(user__is_active=True), distinct=True)
        rows: QuerySet[Group] = super().get_queryset(request)
        return rows.annotate(people=staff)

    @display(description=gettext_lazy("active people"), ordering="people")
    def people(self, group: Any) -> int:
        """How many active people hold the role."""
        return int(group.people)

    @display(description=gettext_lazy("permissions"))
    def powers(self, group: Group) -> str:
        """What the role may do, one line a permission."""
        rows = group.permissions.select_related("content_type")
        return "\n".join(sorted(f"{row.content_type.name}: {row.codename}" for row in rows))
