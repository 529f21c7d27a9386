"""The Celery application: `celery -A frozenfood worker` and `celery -A frozenfood beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frozenfood.settings.local")
# They load the pages of the admin, which worker and beat never show; web and migrate check enough.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

app = Celery("frozenfood")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def _wait_for_redis(**_: Any) -> None:
    """Let worker and beat wait for a Redis that is away; only publishers must never wait."""
    app.conf.broker_transport_options = {
        "visibility_timeout": 600,
        # The queues in the order of the settings, not by turns.
        "queue_order_strategy": "priority",
    }


@setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Keep Django's logging: Celery would replace its handlers, and the redaction with them."""
