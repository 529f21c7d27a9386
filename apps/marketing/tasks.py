"""The worker's door to marketing."""

from celery import shared_task

from apps.core.time import now
from apps.inventory.jobs import InventoryJob
from apps.marketing import services
from apps.marketing.jobs import MarketingJob


@shared_task(name=MarketingJob.PROPOSE_MARKDOWNS)
def propose_markdowns() -> None:
    """Propose markdowns of what leaves the sale soon; beat calls it every hour."""
    services.propose_markdowns(now=now())


@shared_task(name=MarketingJob.SPREAD_NOTICES)
def spread_notices() -> None:
    """Write what buyers are to be told; the button queues it, and beat finds what was left."""
    services.spread_notices(now=now())


@shared_task(name=MarketingJob.SEND_BROADCASTS)
def send_broadcasts() -> None:
    """Send broadcasts for a while; a run asks for the next one, and beat finds what was left."""
    services.send_broadcasts(now=now())


@shared_task(name=InventoryJob.STOCK_CROSSED)
def watch_stock() -> None:
    """Tell staff what runs low and customers what is back; stock queues it, and beat does."""
    services.tell_low_stock(now=now())
    services.tell_back_in_stock(now=now())


@shared_task(name=MarketingJob.ASK_REVIEWS)
def ask_reviews() -> None:
    """Ask how the orders were that arrived some hours ago; beat calls it every five minutes."""
    services.ask_reviews(now=now())


@shared_task(name=MarketingJob.REWARD_REFERRALS)
def reward_referrals() -> None:
    """Reward who invited a friend whose first order has arrived; beat calls it, too."""
    services.reward_referrals(now=now())
