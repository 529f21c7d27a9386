"""Markdowns, alerts, favourites and broadcasts; reviews, invitations, and links of campaigns."""

from apps.marketing.models.broadcasts import Broadcast as Broadcast
from apps.marketing.models.broadcasts import BroadcastQuerySet as BroadcastQuerySet
from apps.marketing.models.broadcasts import BroadcastRecipient as BroadcastRecipient
from apps.marketing.models.liking import Favourite as Favourite
from apps.marketing.models.liking import FavouriteQuerySet as FavouriteQuerySet
from apps.marketing.models.links import CampaignLink as CampaignLink
from apps.marketing.models.links import CampaignVisit as CampaignVisit
from apps.marketing.models.markdowns import BackInStockAlert as BackInStockAlert
from apps.marketing.models.markdowns import BackInStockAlertQuerySet as BackInStockAlertQuerySet
from apps.marketing.models.markdowns import BuyersNotice as BuyersNotice
from apps.marketing.models.markdowns import LowStockAlert as LowStockAlert
from apps.marketing.models.markdowns import MarkdownProposal as MarkdownProposal
from apps.marketing.models.markdowns import MarkdownProposalQuerySet as MarkdownProposalQuerySet
from apps.marketing.models.markdowns import MarkdownRule as MarkdownRule
from apps.marketing.models.referrals import Referral as Referral
from apps.marketing.models.referrals import ReferralQuerySet as ReferralQuerySet
from apps.marketing.models.reviews import Review as Review
from apps.marketing.models.reviews import ReviewQuerySet as ReviewQuerySet
