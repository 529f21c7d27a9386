"""The entry point of the web process: `granian --interface wsgi frozenfood.wsgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frozenfood.settings.local")
os.environ.setdefault("DATABASE_POOL_SIZE", "4")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
