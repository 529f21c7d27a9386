"""Marketing in the admin."""

from apps.marketing.admin import panels as panels
from apps.marketing.admin.alerts import BackInStockAlertAdmin as BackInStockAlertAdmin
from apps.marketing.admin.broadcasts import BroadcastAdmin as BroadcastAdmin
from apps.marketing.admin.links import CampaignLinkAdmin as CampaignLinkAdmin
from apps.marketing.admin.markdowns import MarkdownAdmin as MarkdownAdmin
from apps.marketing.admin.referrals import ReferralAdmin as ReferralAdmin
from apps.marketing.admin.reviews import ReviewAdmin as ReviewAdmin
from apps.marketing.admin.rules import MarkdownRuleAdmin as MarkdownRuleAdmin
