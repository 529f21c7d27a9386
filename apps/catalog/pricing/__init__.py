"""The pure rules of prices: what is one, what holds when, what a change in bulk makes of it."""

from apps.catalog.pricing.bulk import changed as changed
from apps.catalog.pricing.bulk import rounded_to as rounded_to
from apps.catalog.pricing.timeline import DEAREST as DEAREST
from apps.catalog.pricing.timeline import asked_at as asked_at
from apps.catalog.pricing.timeline import base_steps as base_steps
from apps.catalog.pricing.timeline import check_plan as check_plan
from apps.catalog.pricing.timeline import checked_price as checked_price
from apps.catalog.pricing.timeline import checked_prices as checked_prices
from apps.catalog.pricing.timeline import due_for_good as due_for_good
from apps.catalog.pricing.timeline import overlap as overlap
from apps.catalog.pricing.timeline import published_steps as published_steps
from apps.catalog.pricing.timeline import raised_to as raised_to
