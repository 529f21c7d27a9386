"""Settings of the web process that the bench of the Mini App looks at: a deployment, over http."""

import os

from frozenfood.settings.production import *  # noqa: F403

SECURE_SSL_REDIRECT = False
# Only what the shop itself brings: collecting the admin's files takes a minute.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATIC_ROOT = os.environ["BENCH_STATIC"]  # type: ignore[assignment]
