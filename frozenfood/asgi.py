"""The ASGI entry point, for hosts that offer nothing else; WSGI is faster for the ORM."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frozenfood.settings.local")

application = get_asgi_application()
