"""Members of staff: made by whoever sets the shop up."""

from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import gettext_noop

from apps.core.transactions import retrying_atomic
from apps.users.history import STAFF_HISTORY
from apps.users.models import User


@retrying_atomic
def save_staff(
    *,
    username: str,
    password_hash: str,
    role: str,
    first_name: str = "",
    last_name: str = "",
    telegram_id: int | None = None,
) -> User:
    """Create a member of staff with one role, or give the one with this name a new password.

    The hash is made by one of Django's hashers (`make_password`). With a Telegram account, which
    nobody else may have, the person's presses in the staff group count.
    """
    user, _is_new = User.objects.get_queryset().get_or_create(username=username)
    user.first_name, user.last_name, user.named_self = first_name, last_name, True
    user.telegram_id = telegram_id or user.telegram_id
    user.is_staff = True
    user.password = password_hash
    user.save()
    user.groups.set([Group.objects.get(name=role)])
    return user


@retrying_atomic
def remember_new_password(*, user_id: int, actor_id: int) -> None:
    """Note in the history that somebody gave a member of staff another password."""
    user: Any = User.objects.get(pk=user_id)
    user._history_user = User(pk=actor_id)
    user._change_reason = gettext_noop("new password")
    STAFF_HISTORY.create_historical_record(user, "~")
