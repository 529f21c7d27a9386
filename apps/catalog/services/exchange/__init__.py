"""The whole catalogue as tables: exported, and imported after a check, all or nothing."""

from apps.catalog.services.exchange.columns import TABLES as TABLES
from apps.catalog.services.exchange.exporting import example_bytes as example_bytes
from apps.catalog.services.exchange.forgetting import FILES_KEPT as FILES_KEPT
from apps.catalog.services.exchange.forgetting import forget_exchanges as forget_exchanges
from apps.catalog.services.exchange.requests import confirm_import as confirm_import
from apps.catalog.services.exchange.requests import drop_exchange as drop_exchange
from apps.catalog.services.exchange.requests import is_applicable as is_applicable
from apps.catalog.services.exchange.requests import request_export as request_export
from apps.catalog.services.exchange.requests import request_import as request_import
from apps.catalog.services.exchange.running import run_due_exchanges as run_due_exchanges
