"""Settings shared by every process and every environment."""

import hashlib
import hmac
import os
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import django_stubs_ext
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.core.redis import CONNECTION_OPTIONS
from frozenfood.settings.environment import (
    database_settings,
    email_settings,
    private_folder,
    read_environment,
    split_list,
)
from frozenfood.settings.logs import logging_settings
from frozenfood.settings.unfold import UNFOLD  # noqa: F401

# Lets Django's generic classes be written with their types: ModelAdmin[Order].
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parents[2]
ENV = read_environment()

DEBUG = False
SECRET_KEY = ENV.django_secret_key.get_secret_value()
ALLOWED_HOSTS = split_list(ENV.django_allowed_hosts)
PUBLIC_URL = ENV.public_url.rstrip("/")
INSTANCE = ENV.frozenfood_instance

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "unfold.contrib.simple_history",
    # The admin's pages are loaded with the addresses: only the web process shows them.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "simple_history",
    "tree_queries",
    "phonenumber_field",
    "health_check",
    "django_prometheus",
    "apps.core",
    "apps.users",
    "apps.notifications",
    "apps.catalog",
    "apps.inventory",
    "apps.promotions",
    "apps.delivery",
    "apps.payments",
    "apps.cart",
    "apps.orders",
    "apps.fulfilment",
    "apps.marketing",
    "apps.support",
    "apps.integrations",
    "apps.analytics",
    "bot",
]

# The API needs few of these: sessions, CSRF and messages belong to the admin alone.
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.RequestContextMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    # Also what a middleware below refuses is a page that a browser shows.
    "apps.core.middleware.ShopCSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.middleware.PermissionsPolicyMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "apps.core.api_middleware.LimitMiddleware",
    "apps.core.api_middleware.FreshnessMiddleware",
    "apps.core.middleware.UntrustedInputMiddleware",
    "django.middleware.common.CommonMiddleware",
    "apps.core.middleware.AdminSessionMiddleware",
    "apps.core.middleware.AdminCsrfMiddleware",
    "apps.core.middleware.AdminAuthenticationMiddleware",
    # Who is signed in is known, and nobody has read the body yet.
    "apps.core.middleware.UploadLimitMiddleware",
    "apps.core.middleware.AdminMessageMiddleware",
    "apps.core.middleware.AdminHistoryMiddleware",
    "apps.analytics.middleware.FunnelMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "frozenfood.urls"
WSGI_APPLICATION = "frozenfood.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": database_settings(ENV)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = ENV.redis_url.get_secret_value()
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "frozenfood",
        "OPTIONS": {
            # A cache that is away is a miss: it never fails or holds up a request.
            "IGNORE_EXCEPTIONS": True,
            "CONNECTION_POOL_KWARGS": CONNECTION_OPTIONS,
        },
    },
}

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["apps.users.authentication.GuardedPasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "apps.core.views.form_outdated"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENV.shop_time_zone

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".cache" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(ENV.storage_url or BASE_DIR / ".cache" / "media")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": private_folder(MEDIA_ROOT),
    "staticfiles": {"BACKEND": "frozenfood.static_files.HashedModulesStorage"},
}
if ENV.storage_url.startswith("s3://"):
    bucket, _slash, folder = ENV.storage_url.removeprefix("s3://").partition("/")
    MEDIA_ROOT = BASE_DIR / ".cache" / "media"
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": bucket, "location": folder},
    }
    STORAGES["private"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "location": f"{folder}/private".lstrip("/"),
            "default_acl": "private",
        },
    }
# The storage's folders that anybody may read.
PUBLIC_FOLDERS = ("products", "broadcasts")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# The largest bodies, by the first pattern that matches; elsewhere as much as is read into memory.
UPLOAD_LIMITS = (
    (r"/admin/catalog/catalogexchange/import/$", 105 * 1024 * 1024),
    (r"/admin/catalog/product/", 64 * 1024 * 1024),
    (r"/admin/", 25 * 1024 * 1024),
    (r"/api/v1/catalog/products/[^/]+/images/$", 11 * 1024 * 1024),
)
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.users.authentication.SessionTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.pagination.Pages",
    "DEFAULT_THROTTLE_CLASSES": ["apps.core.throttling.SlidingWindowThrottle"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.schema.ShopSchema",
    "EXCEPTION_HANDLER": "apps.core.api.handle_api_exception",
    "URL_FORMAT_OVERRIDE": None,
    "PAGE_SIZE": 20,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Requests a minute for one person (or one address, when nobody is signed in), by scope.
THROTTLE_RATES = {"default": 600, "anonymous": 300, "login": 10, "launch": 120, "refresh": 60,
                  "refused": 300, "checkout": 30, "integration": 300,
                  "bot": ENV.bot_updates_a_minute,
                  "bot-warning": 1}  # fmt: skip
TRUSTED_PROXY_HOPS = ENV.trusted_proxy_hops

SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    # A key of its own, so that a token can never pass for another signature of Django's.
    "SIGNING_KEY": hmac.new(SECRET_KEY.encode(), b"frozenfood.jwt", hashlib.sha256).hexdigest(),
    "AUDIENCE": "frozenfood",
    "ISSUER": "frozenfood",
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    "USER_ID_FIELD": "public_id",
    "USER_ID_CLAIM": "sub",
    "LEEWAY": 10,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "FrozenFood API",
    # The first that knows of webhooks.
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Frozen food over Telegram: catalogue, cart, orders, and the staff's part.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.examples.add_examples",
    ],
    "WEBHOOKS": [
        "apps.integrations.schema.ORDER_WEBHOOK",
        "apps.integrations.schema.REFUND_WEBHOOK",
        "apps.integrations.schema.STOCK_WEBHOOK",
        "apps.integrations.schema.PING_WEBHOOK",
    ],
    "ENUM_NAME_OVERRIDES": {
        "OrderStatusEnum": "apps.orders.dto.OrderStatus",
        "LotStatusEnum": "apps.inventory.dto.LotStatus",
        "MovementKindEnum": "apps.inventory.dto.MovementKind",
        "WasteReasonEnum": "apps.inventory.dto.WasteReason",
        "DeliveryStateEnum": "apps.inventory.dto.DeliveryState",
        "StocktakeStateEnum": "apps.inventory.dto.StocktakeState",
        "RowStateEnum": "apps.inventory.dto.RowState",
        "MethodEnum": "apps.orders.dto.Method",
        "OfferStateEnum": "apps.promotions.dto.OfferState",
        "PromoCodeStateEnum": "apps.promotions.dto.CodeState",
        "ProviderEnum": "apps.payments.dto.Provider",
        "PriceBatchKindEnum": "apps.catalog.dto.PriceBatchKind",
        "PriceBatchStateEnum": "apps.catalog.dto.PriceBatchState",
        "PriceChangeKindEnum": "apps.catalog.dto.PriceChangeKind",
        "ShortCauseEnum": "apps.fulfilment.dto.ShortCause",
        "SubstitutionStateEnum": "apps.fulfilment.dto.SubstitutionState",
        "AdjustmentKindEnum": "apps.orders.dto.AdjustmentKind",
        "DoorWayEnum": ["cash", "card"],
        "OfferKindEnum": ["promotion", "code"],
    },
}

CORS_ALLOWED_ORIGINS = split_list(ENV.cors_allowed_origins)
CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_HEADERS = ["accept", "accept-language", "authorization", "content-type",
                      "idempotency-key", "if-match", "if-none-match"]  # fmt: skip
CORS_EXPOSE_HEADERS = ["content-disposition", "content-language", "etag", "idempotent-replayed",
                       "location", "ratelimit-limit", "ratelimit-policy", "ratelimit-remaining",
                       "ratelimit-reset", "retry-after", "x-request-id"]  # fmt: skip
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    },
}
# Unfold's Alpine evaluates expressions, and its pages carry their colours in a style element:
# without these nothing can be clicked or seen. No page carries a script of its own.
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}
# What a browser offers that no page of the shop asks for.
PERMISSIONS_POLICY: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid",
     "magnetometer", "microphone", "midi", "payment", "serial", "usb"), ()
)  # fmt: skip
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "rest_framework.W001",
    # CSRF protection is on, by the admin's own middleware: other doors take no cookie.
    "security.W003",
]

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5,
                                   "max_retries": 0}  # fmt: skip
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
# Whatever customers wait for has a queue of its own. A worker takes that one first; one that is
# started with `--queues orders` takes nothing else, so that no broadcast or import is in its way.
ORDER_QUEUE, OTHER_QUEUE = "orders", "celery"
CELERY_TASK_DEFAULT_QUEUE = OTHER_QUEUE
CELERY_TASK_QUEUES = {
    name: {"exchange": name, "routing_key": name} for name in (ORDER_QUEUE, OTHER_QUEUE)
}
CELERY_TASK_ROUTES = {
    name: {"queue": ORDER_QUEUE}
    for name in (
        "notifications.deliver_due", "orders.expire_holds", "payments.look_into_events",
        "payments.send_calls", "payments.ask_providers", "fulfilment.settle_substitutions",
    )
}  # fmt: skip
# Every job finds its own due rows: a lost or doubled tick does no harm.
CELERY_BEAT_SCHEDULE = {
    "sweep-messages": {"task": "notifications.deliver_due", "schedule": ENV.sweep_seconds},
    "release-expired-holds": {"task": "orders.expire_holds", "schedule": ENV.reconcile_seconds},
    "payment-events": {"task": "payments.look_into_events", "schedule": ENV.sweep_seconds},
    "payment-calls": {"task": "payments.send_calls", "schedule": ENV.sweep_seconds},
    "ask-providers": {"task": "payments.ask_providers", "schedule": ENV.sweep_seconds},
    "compare-days": {"task": "payments.compare_days", "schedule": 3600},
    "publish-prices": {"task": "catalog.publish_due_prices", "schedule": ENV.reconcile_seconds},
    "run-exchanges": {"task": "catalog.run_exchanges", "schedule": ENV.sweep_seconds},
    # On every full minute, so also on the shop's midnight, whatever its time zone.
    "expire-lots": {"task": "inventory.block_expired_lots", "schedule": crontab()},
    "generate-slots": {"task": "delivery.generate_slots", "schedule": 3600},
    "tidy": {"task": "core.tidy", "schedule": 3600},
    "report-shortages": {
        "task": "inventory.report_shortages",
        "schedule": ENV.reconcile_seconds,
    },
    "publish-budgets": {"task": "promotions.publish_budgets", "schedule": 300},
    "finish-recalls": {
        "task": "fulfilment.finish_recalls",
        "schedule": ENV.reconcile_seconds,
    },
    "settle-substitutions": {
        "task": "fulfilment.settle_substitutions",
        "schedule": ENV.sweep_seconds,
    },
    "propose-markdowns": {"task": "marketing.propose_markdowns", "schedule": 300},
    "spread-notices": {"task": "marketing.spread_notices", "schedule": ENV.reconcile_seconds},
    "send-broadcasts": {"task": "marketing.send_broadcasts", "schedule": ENV.sweep_seconds},
    "watch-stock": {"task": "inventory.stock_crossed", "schedule": ENV.reconcile_seconds},
    "ask-for-reviews": {"task": "marketing.ask_reviews", "schedule": 300},
    "reward-referrals": {"task": "marketing.reward_referrals", "schedule": 300},
    "send-webhooks": {"task": "integrations.send_webhooks", "schedule": ENV.sweep_seconds},
    "check-books": {"task": "fulfilment.check_books", "schedule": 24 * 3600},
    "sum-up-days": {"task": "analytics.sum_up_days", "schedule": 900},
    "count-tastes": {"task": "analytics.count_tastes", "schedule": crontab(hour=3, minute=40)},
}

PHONENUMBER_DEFAULT_REGION = "RU"
PHONENUMBER_DB_FORMAT = "E164"
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# Whether processes may be made to die at named places (core/failpoints.py).
FAILPOINTS_ALLOWED = False
# A demo shop's passwords are known to everybody: only local and test settings allow one.
DEMO_SHOP_ALLOWED = False
# What turns the prices that staff ask into those that customers pay (apps/catalog/ports.py).
PRICE_RULES = "apps.promotions.selectors.published_steps"
# What promotions ask of the orders above them (apps/promotions/ports.py).
PAST_ORDERS = "apps.orders.selectors.has_ordered"
SAMPLE_BASKETS = "apps.orders.selectors.sample_baskets"
# What POSTs events to the endpoints of other programs (apps/integrations/ports.py).
WEBHOOK_SENDER = "apps.integrations.gateways.http.HttpSender"
# Whether endpoints may be http and stand in private networks: on a developer's machine only.
WEBHOOKS_MAY_BE_PRIVATE = False
WEBHOOK_PATIENCE_DAYS = ENV.webhook_patience_days
# What tells an order's card who brings it (apps/orders/ports.py).
COURIER_NAMES = "apps.fulfilment.selectors.courier_name"
# What counts what goes well with what once the demo's orders are there.
TASTE_COUNT = "apps.analytics.services.count_tastes"
# What tells the preview of new prices what the packs cost.
PACK_COSTS = "apps.inventory.selectors.newest_costs"
SHOP_NAME = ENV.shop_name
SHOP_PHONE = ENV.shop_phone
SHOP_CURRENCY = ENV.shop_currency
SHOP_TIME_ZONE = ENV.shop_time_zone
MINIMUM_ORDER_TOTAL = ENV.minimum_order_total
SUBSTITUTION_ANSWER_SECONDS = ENV.substitution_answer_seconds
ORDER_HOLD_SECONDS = ENV.order_hold_seconds
INIT_DATA_MAX_AGE_SECONDS = ENV.init_data_max_age_seconds
RECONCILE_SECONDS = ENV.reconcile_seconds
SWEEP_SECONDS = ENV.sweep_seconds
# How old the boxes of the admin's first page may be that nobody has to act upon.
FIRST_PAGE_SECONDS = 20
SELLABLE_HORIZON_DAYS = ENV.sellable_horizon_days
DOOR_PICTURE_DAYS = ENV.door_picture_days
OPEN_CASH_ORDERS = ENV.open_cash_orders
# In these hours, or in those that a person chose, people hear of nothing but their orders.
QUIET_FROM_HOUR = ENV.quiet_from_hour
QUIET_UNTIL_HOUR = ENV.quiet_until_hour
REVIEW_AFTER_SECONDS = ENV.review_after_seconds
# What a friend's first order brings to both; nothing switches the invitations off.
REFERRAL_REWARD = ENV.referral_reward

# python-telegram-bot 22 gives spans of time as numbers unless it is asked for timedelta.
os.environ.setdefault("PTB_TIMEDELTA", "true")
TELEGRAM_BOT_TOKEN = ENV.telegram_bot_token.get_secret_value()
TELEGRAM_API_URL = ENV.telegram_api_url.rstrip("/")
TELEGRAM_MODE = ENV.telegram_mode
TELEGRAM_WEBHOOK_SECRET = ENV.telegram_webhook_secret.get_secret_value()
TELEGRAM_STAFF_CHAT_ID = ENV.telegram_staff_chat_id
TELEGRAM_SCRIPT = ENV.telegram_script
TELEGRAM_CHAT_URL = ENV.telegram_chat_url
# All processes together; with a larger number only where Telegram grants it (paid broadcasts).
TELEGRAM_MESSAGES_A_SECOND = ENV.telegram_messages_a_second
TELEGRAM_PACED = True
MESSENGER = "apps.notifications.gateways.telegram.TelegramMessenger"
# Who draws the pictures above messages (apps/notifications/ports.py).
GALLERY = "bot.gallery.Gallery"
SMS_GATEWAY = "apps.notifications.gateways.sms.HttpSmsGateway"
SMS_URL = ENV.sms_url.get_secret_value()

# Whom the shop takes online money through; a provider without its secret is not offered.
PAYMENT_GATEWAYS: dict[str, str] = {}
YOOKASSA_SHOP_ID = ENV.yookassa_shop_id
YOOKASSA_SECRET_KEY = ENV.yookassa_secret_key.get_secret_value()
YOOKASSA_API_URL = ENV.yookassa_api_url.rstrip("/")
YOOKASSA_NETWORKS = split_list(ENV.yookassa_networks)
YOOKASSA_VAT_CODE = ENV.yookassa_vat_code
# Where receipts go whose customers asked to be forgotten.
RECEIPT_EMAIL = ENV.receipt_email or parseaddr(ENV.email_from)[1]
TELEGRAM_PROVIDER_TOKEN = ENV.telegram_provider_token.get_secret_value()
TELEGRAM_ACQUIRER = ENV.telegram_acquirer
if TELEGRAM_PROVIDER_TOKEN:
    PAYMENT_GATEWAYS["telegram"] = "apps.payments.gateways.telegram.TelegramGateway"
STRIPE_SECRET_KEY = ENV.stripe_secret_key.get_secret_value()
STRIPE_WEBHOOK_SECRET = ENV.stripe_webhook_secret.get_secret_value()
STRIPE_API_URL = ENV.stripe_api_url.rstrip("/")
if STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET:
    PAYMENT_GATEWAYS["stripe"] = "apps.payments.gateways.stripe.StripeGateway"
if YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY:
    PAYMENT_GATEWAYS["yookassa"] = "apps.payments.gateways.yookassa.YooKassaGateway"

DEFAULT_FROM_EMAIL = ENV.email_from
globals().update(email_settings(ENV.email_url.get_secret_value()))

LOGGING = logging_settings(secrets=ENV)
SENTRY_DSN = ENV.sentry_dsn.get_secret_value()
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False, include_local_variables=False)
