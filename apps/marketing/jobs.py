"""The background work of this app, by name."""

from enum import StrEnum


class MarketingJob(StrEnum):
    """Names that tasks are registered under."""

    PROPOSE_MARKDOWNS = "marketing.propose_markdowns"
    SPREAD_NOTICES = "marketing.spread_notices"
    ASK_REVIEWS = "marketing.ask_reviews"
    REWARD_REFERRALS = "marketing.reward_referrals"
    SEND_BROADCASTS = "marketing.send_broadcasts"
