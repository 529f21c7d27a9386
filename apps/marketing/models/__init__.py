"""Markdowns, alerts, broadcasts."""

from apps.marketing.models.broadcasts import Broadcast as Broadcast
from apps.marketing.models.broadcasts import BroadcastQuerySet as BroadcastQuerySet
from apps.marketing.models.broadcasts import BroadcastRecipient as BroadcastRecipient
from apps.marketing.models.markdowns import BackInStockAlert as BackInStockAlert
from apps.marketing.models.markdowns import BackInStockAlertQuerySet as BackInStockAlertQuerySet
from apps.marketing.models.markdowns import BuyersNotice as BuyersNotice
from apps.marketing.models.markdowns import LowStockAlert as LowStockAlert
from apps.marketing.models.markdowns import MarkdownProposal as MarkdownProposal
from apps.marketing.models.markdowns import MarkdownProposalQuerySet as MarkdownProposalQuerySet
from apps.marketing.models.markdowns import MarkdownRule as MarkdownRule
