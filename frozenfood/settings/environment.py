"""What the environment may say, typed: the only place that reads it."""

from decimal import Decimal
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from frozenfood.database.patience import PatientConnection


class Environment(BaseSettings):
    """The shop's configuration; README.md lists what each name means."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore")

    database_url: SecretStr = SecretStr("postgresql://frozenfood@127.0.0.1:5432/frozenfood")
    database_pool_size: int = Field(default=0, ge=0, le=64)
    database_statement_timeout_ms: int = Field(default=5000, ge=0)
    redis_url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")
    django_secret_key: SecretStr = SecretStr("")
    django_allowed_hosts: str = ""
    public_url: str = "http://127.0.0.1:8000"
    frozenfood_instance: str = ""

    shop_name: str = "FrozenFood"
    shop_currency: str = Field(default="RUB", pattern="^[A-Z]{3}$")
    shop_time_zone: str = "Europe/Moscow"
    shop_phone: str = "+7 495 000-00-00"

    telegram_bot_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_staff_chat_id: int = 0
    telegram_script: bool = False
    telegram_chat_url: str = ""
    telegram_messages_a_second: int = Field(default=27, ge=1, le=1000)
    bot_updates_a_minute: int = Field(default=180, ge=1)

    telegram_provider_token: SecretStr = SecretStr("")
    telegram_acquirer: Literal["", "yookassa", "stripe"] = ""
    stripe_secret_key: SecretStr = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_api_url: str = "https://api.stripe.com"
    yookassa_shop_id: str = ""
    yookassa_secret_key: SecretStr = SecretStr("")
    yookassa_api_url: str = "https://api.yookassa.ru/v3"
    # Published at yookassa.ru/developers/using-api/webhooks#ip
    yookassa_networks: str = (
        "185.71.76.0/27,185.71.77.0/27,77.75.153.0/25,77.75.154.128/25,"
        "77.75.156.11/32,77.75.156.35/32,2a02:5180::/32"
    )
    yookassa_vat_code: int = Field(default=1, ge=1, le=12)
    receipt_email: str = ""

    email_url: SecretStr = SecretStr("console:")
    email_from: str = "FrozenFood <shop@localhost>"
    sms_url: SecretStr = SecretStr("")
    storage_url: str = ""
    cors_allowed_origins: str = ""
    trusted_proxy_hops: int = Field(default=0, ge=0, le=8)
    sentry_dsn: SecretStr = SecretStr("")

    order_hold_seconds: int = Field(default=900, ge=1)
    init_data_max_age_seconds: int = Field(default=900, ge=1)
    substitution_answer_seconds: int = Field(default=600, ge=1)
    reconcile_seconds: int = Field(default=60, ge=1)
    sweep_seconds: int = Field(default=10, ge=1)
    sellable_horizon_days: int = Field(default=7, ge=0)
    door_picture_days: int = Field(default=30, ge=1)
    open_cash_orders: int = Field(default=3, ge=1)
    quiet_from_hour: int = Field(default=22, ge=0, le=23)
    quiet_until_hour: int = Field(default=9, ge=0, le=23)
    review_after_seconds: int = Field(default=3 * 3600, ge=1)
    webhook_patience_days: int = Field(default=5, ge=1)
    referral_reward: Decimal = Field(default=Decimal("300.00"), ge=0)
    minimum_order_total: Decimal = Decimal("500.00")


def read_environment() -> Environment:
    """Read the environment once, or stop with one sentence for each thing that is wrong.

    Raises:
        ImproperlyConfigured: A variable has a value that can't be used.
    """
    try:
        return Environment()
    except ValidationError as error:
        wrong = "; ".join(f"{e['loc'][0]}: {e['msg']}".upper()[:200] for e in error.errors())
        raise ImproperlyConfigured(f"The environment can't be used: {wrong}") from None


def split_list(text: str) -> list[str]:
    """Return the comma-separated values of a variable."""
    return [part.strip() for part in text.split(",") if part.strip()]


def private_folder(media: Path) -> dict[str, object]:
    """Return Django's description of the folder that no address leads to."""
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": media / "private", "base_url": None},
    }


def database_settings(env: Environment) -> dict[str, object]:
    """Return Django's description of the database behind `DATABASE_URL`."""
    url = urlsplit(env.database_url.get_secret_value())
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    options: dict[str, object] = {
        "connect_timeout": 3,
        "tcp_user_timeout": 5000,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "server_side_binding": True,
        "options": " ".join(
            (
                f"-c statement_timeout={env.database_statement_timeout_ms}",
                "-c lock_timeout=3000",
                "-c idle_in_transaction_session_timeout=60000",
                "-c jit=off",
                "-c timezone=UTC",
            )
        ),
        **query,
    }
    if env.database_pool_size:
        options["pool"] = {
            "min_size": 1,
            "max_size": env.database_pool_size,
            "timeout": 3,
            "max_idle": 60,
            "connection_class": PatientConnection,
            # A lost connection is made anew when somebody asks, not after growing pauses.
            "reconnect_timeout": 1,
        }
    return {
        "ENGINE": "frozenfood.database",
        "NAME": unquote(url.path.lstrip("/")) or "postgres",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        # A pool forbids connections of its users' own; without one they are worth keeping.
        "CONN_MAX_AGE": 0 if env.database_pool_size else 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def email_settings(url_text: str) -> dict[str, object]:
    """Return Django's e-mail settings for `console:`, `file:PATH` or `smtp[s]://…`.

    Raises:
        ImproperlyConfigured: The scheme is another one.
    """
    url = urlsplit(url_text)
    backend = "django.core.mail.backends"
    if url.scheme == "console":
        return {"EMAIL_BACKEND": f"{backend}.console.EmailBackend"}
    if url.scheme == "memory":
        return {"EMAIL_BACKEND": f"{backend}.locmem.EmailBackend"}
    if url.scheme == "file":
        return {"EMAIL_BACKEND": f"{backend}.filebased.EmailBackend", "EMAIL_FILE_PATH": url.path}
    if url.scheme in {"smtp", "smtps", "smtp+tls"}:
        return {
            "EMAIL_BACKEND": f"{backend}.smtp.EmailBackend",
            "EMAIL_HOST": url.hostname or "localhost",
            "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 25),
            "EMAIL_HOST_USER": unquote(url.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
            "EMAIL_USE_SSL": url.scheme == "smtps",
            "EMAIL_USE_TLS": url.scheme == "smtp+tls",
            "EMAIL_TIMEOUT": 10,
        }
    raise ImproperlyConfigured("EMAIL_URL must begin with console:, file:, smtp:// or smtps://")
