"""Settings of a deployment: whatever is missing or unsafe stops the start with one sentence."""

from django.core.exceptions import ImproperlyConfigured

from frozenfood.settings.base import *
from frozenfood.settings.base import ALLOWED_HOSTS, ENV, PUBLIC_URL, SECRET_KEY, TELEGRAM_BOT_TOKEN

_problems = [
    sentence
    for wrong, sentence in (
        (len(SECRET_KEY) < 50, "DJANGO_SECRET_KEY must be a random text of 50 characters or more"),
        (
            len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-"),
            "DJANGO_SECRET_KEY must be random",
        ),
        (not ALLOWED_HOSTS, "DJANGO_ALLOWED_HOSTS must name the shop's host"),
        ("*" in ALLOWED_HOSTS, "DJANGO_ALLOWED_HOSTS must not be *"),
        (not PUBLIC_URL.startswith("https://"), "PUBLIC_URL must begin with https://"),
        (not TELEGRAM_BOT_TOKEN, "TELEGRAM_BOT_TOKEN is missing"),
        (
            bool(ENV.yookassa_shop_id) and not ENV.yookassa_api_url.startswith("https://"),
            "YOOKASSA_API_URL must begin with https://: a trial bank takes no money",
        ),
        (
            bool(ENV.stripe_secret_key.get_secret_value())
            and not ENV.stripe_api_url.startswith("https://"),
            "STRIPE_API_URL must begin with https://: a trial bank takes no money",
        ),
        (
            bool(ENV.stripe_secret_key.get_secret_value())
            and not ENV.stripe_webhook_secret.get_secret_value(),
            "STRIPE_WEBHOOK_SECRET is missing",
        ),
        ("database_url" not in ENV.model_fields_set, "DATABASE_URL is missing"),
        ("redis_url" not in ENV.model_fields_set, "REDIS_URL is missing"),
        (
            ENV.telegram_mode == "webhook"
            and len(ENV.telegram_webhook_secret.get_secret_value()) < 16,
            "TELEGRAM_WEBHOOK_SECRET must have 16 characters or more when TELEGRAM_MODE=webhook",
        ),
    )
    if wrong
]
if _problems:
    raise ImproperlyConfigured("The shop can't start: " + "; ".join(_problems) + ".")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxy_hops else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CHAT_PAGE_ORIGINS = ["https://web.telegram.org", "https://*.telegram.org"]
