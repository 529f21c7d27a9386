"""What is remembered of people: who may sign in, as what. Names and phones never enter it."""

from typing import Any

from simple_history.models import HistoricalRecords

REMEMBERED = frozenset({"username", "is_staff", "is_active", "is_superuser"})


class StaffHistory(HistoricalRecords):
    """A history of accounts that staff change; customers leave no trace but their erasure in it.

    A save that changes nothing of what is remembered (a sign-in, a new name) adds no version.
    """

    def post_save(
        self, instance: Any, created: bool, using: str | None = None, **kwargs: Any
    ) -> None:
        """Remember the account if something of it is new."""
        written = kwargs.get("update_fields")
        if written is not None and REMEMBERED.isdisjoint(written):
            return
        if self._is_worth_remembering(instance):
            super().post_save(instance, created, using=using, **kwargs)

    def _is_worth_remembering(self, person: Any) -> bool:
        last = person.history.order_by("-history_date", "-history_id").first()
        if last is None:
            return bool(person.is_staff or not person.is_active)
        return any(getattr(last, name) != getattr(person, name) for name in REMEMBERED)


STAFF_HISTORY = StaffHistory(
    excluded_fields=[
        "public_id", "password", "last_login", "telegram_id", "first_name", "last_name", "phone",
        "email", "language", "named_self", "blocked_bot_at", "erased_at", "created_at",
        "updated_at",
    ],
    m2m_fields=["groups"],
)  # fmt: skip
