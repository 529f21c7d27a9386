"""Settings of the test suite: real PostgreSQL and Redis, quick passwords, no real network."""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

os.environ["DJANGO_SECRET_KEY"] = "a-key-for-tests-only-that-guards-nothing-at-all"
os.environ["TELEGRAM_BOT_TOKEN"] = "123456789:TEST-TOKEN-TEST-TOKEN-TEST-TOKEN-TEST"
os.environ["TELEGRAM_WEBHOOK_SECRET"] = "webhook-secret-for-tests"
os.environ["TELEGRAM_STAFF_CHAT_ID"] = "-1000000000001"
os.environ["TELEGRAM_API_URL"] = "http://127.0.0.1:9"
os.environ["EMAIL_URL"] = "memory:"
os.environ["DATABASE_POOL_SIZE"] = "0"
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Each has a Redis database of its own: who empties the cache empties it for nobody else.
    own = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{1 + int(worker.removeprefix('gw'))}")
    os.environ["REDIS_URL"] = urlunsplit(own)

from frozenfood.settings.base import *
from frozenfood.settings.environment import private_folder

ALLOWED_HOSTS = ["*"]
DEMO_SHOP_ALLOWED = True
FAILPOINTS_ALLOWED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="frozenfood-media-"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": private_folder(MEDIA_ROOT),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = None  # type: ignore[assignment]
# Nothing may depend on the hour at which the tests run.
QUIET_FROM_HOUR = QUIET_UNTIL_HOUR = 0
# Nobody waits for a turn, and a crawler may press as fast as it can; a few tests switch it on.
TELEGRAM_PACED = False
THROTTLE_RATES = {**THROTTLE_RATES, "bot": 1_000_000}
# Each test sees its own shop; the one about kept boxes asks for them.
FIRST_PAGE_SECONDS = 0
CHAT_PAGE_ORIGINS: list[str] = []
