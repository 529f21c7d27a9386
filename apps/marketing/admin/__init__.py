"""Marketing in the admin."""

from apps.marketing.admin import panels as panels
from apps.marketing.admin.alerts import BackInStockAlertAdmin as BackInStockAlertAdmin
from apps.marketing.admin.broadcasts import BroadcastAdmin as BroadcastAdmin
from apps.marketing.admin.markdowns import MarkdownAdmin as MarkdownAdmin
from apps.marketing.admin.rules import MarkdownRuleAdmin as MarkdownRuleAdmin
