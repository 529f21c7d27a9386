"""Analytics in the admin: a page of its own, and today's sales on the first page."""

from apps.analytics.admin import panels as panels
