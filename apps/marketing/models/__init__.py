"""Markdowns and alerts; what people like, and the links by which they come."""

from apps.marketing.models.goods import BackInStockAlert as BackInStockAlert
from apps.marketing.models.goods import BackInStockAlertQuerySet as BackInStockAlertQuerySet
from apps.marketing.models.goods import BuyersNotice as BuyersNotice
from apps.marketing.models.goods import LowStockAlert as LowStockAlert
from apps.marketing.models.goods import MarkdownProposal as MarkdownProposal
from apps.marketing.models.goods import MarkdownProposalQuerySet as MarkdownProposalQuerySet
from apps.marketing.models.goods import MarkdownRule as MarkdownRule
from apps.marketing.models.liking import Favourite as Favourite
from apps.marketing.models.liking import FavouriteQuerySet as FavouriteQuerySet
from apps.marketing.models.links import CampaignLink as CampaignLink
from apps.marketing.models.links import CampaignVisit as CampaignVisit
