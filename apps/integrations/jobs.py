"""The background work of this app, by name."""

from enum import StrEnum


class IntegrationJob(StrEnum):
    """Names that tasks are registered under."""

    SEND_WEBHOOKS = "integrations.send_webhooks"
