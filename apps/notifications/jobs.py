"""The background work of this app, by name."""

from enum import StrEnum


class NotificationJob(StrEnum):
    """Names that tasks are registered under."""

    DELIVER_DUE = "notifications.deliver_due"
