"""The Mini App in a browser."""

from tests.browser_support import chromium, open_page  # noqa: F401
