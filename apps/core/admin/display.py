"""How values look on admin pages."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.money import format_money
from apps.core.time import shop_zone


def money(amount: Decimal | None) -> str:
    """Return a sum as a person reads it, a dash where there is none."""
    return "—" if amount is None else format_money(amount)


def record_url(model: str, pk: Any) -> str:
    """Return the address of a record's page; `model` is `app_model`."""
    return reverse(f"admin:{model}_change", args=(pk,))


def record_link(record: Model | None, text: str = "") -> SafeString | str:
    """Return a link to a record's own page, a dash where there is no record."""
    if record is None:
        return "—"
    meta = record._meta
    url = record_url(f"{meta.app_label}_{meta.model_name}", record.pk)
    return format_html('<a class="shop-link" href="{}">{}</a>', url, text or str(record))


def external_link(url: str, text: str) -> SafeString:
    """Return a link that leaves the admin."""
    return format_html(
        '<a class="shop-link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>', url, text
    )


def map_url(latitude: Decimal, longitude: Decimal) -> str:
    """Return the address of a map with a pin at that point."""
    return f"https://yandex.ru/maps/?pt={longitude},{latitude}&z=16&l=map"


def label(text: object, tone: str = "") -> SafeString:
    """Return a coloured label; unlike Unfold's own it also reads on a record's page.

    `tone` is success, info, primary, warning, danger, or empty for grey.
    """
    return render_to_string("unfold/helpers/label.html", {"text": str(text), "type": tone})


def short_moment(moment: datetime) -> str:
    """Return a moment as day and hour, in the shop's time."""
    return date_format(moment.astimezone(shop_zone()), "j b, H:i")
