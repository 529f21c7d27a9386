"""Settings of `make run` and of a developer's shell."""

import os

os.environ.setdefault("DJANGO_SECRET_KEY", "a-local-key-that-guards-nothing-but-the-demo-shop")

from frozenfood.settings.base import *

ALLOWED_HOSTS = ["*"]
DEMO_SHOP_ALLOWED = True
FAILPOINTS_ALLOWED = True
# Whoever writes an integration runs it beside the shop.
WEBHOOKS_MAY_BE_PRIVATE = True
INTERNAL_IPS = ["127.0.0.1"]
# The simulator's chat page shows the Mini App in a frame, as Telegram's web client does.
CHAT_PAGE_ORIGINS = ["http://127.0.0.1:*", "http://localhost:*"]
# Static files are served from where they lie: collecting and compressing them takes a minute.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None  # type: ignore[assignment]
