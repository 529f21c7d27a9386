"""What the tables of several apps have in common."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Timestamped(models.Model):
    """A row that knows when it came and when it last changed."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class PubliclyNamed(models.Model):
    """A row that outsiders name by a random id, never by its sequence."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


def in_language(row: Any, field: str) -> str:
    """Return a field kept per language (`name_ru`, `name_en`) in the reader's language.

    An empty translation falls back to the shop's own language.
    """
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    text = getattr(row, f"{field}_{language}", "")
    return str(text or getattr(row, f"{field}_{settings.LANGUAGE_CODE}"))


class IdempotencyRecord(models.Model):
    """The answer that a request with an Idempotency-Key was given."""

    owner = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "endpoint", "key"), name="core_idempotency_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.endpoint} {self.key}"
