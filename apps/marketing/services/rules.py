"""The steps by which lots are proposed to be marked down."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from apps.core.jobs import enqueue_on_commit
from apps.core.transactions import retrying_atomic
from apps.marketing.errors import InvalidDays, RuleExists
from apps.marketing.jobs import MarketingJob
from apps.marketing.models import MarkdownRule
from apps.marketing.services.proposing import check_percent

_MOST_DAYS = 365


@retrying_atomic
def save_rule(
    *, rule_id: int | None = None, days: int, percent: int, actor_id: int | None = None
) -> MarkdownRule:
    """Add a step or change one; lots that have come to it are proposed at once.

    Raises:
        InvalidDays: The days left are not between 0 and 365.
        InvalidPercent: The percentage is not between 1 and 90.
        RuleExists: There is a step for so many days already.
    """
    if not 0 <= days <= _MOST_DAYS:
        raise InvalidDays
    check_percent(percent)
    rule = MarkdownRule(pk=rule_id) if rule_id is None else _locked(rule_id)
    rule.days, rule.percent = days, percent
    try:
        with transaction.atomic():
            signed(rule, actor_id).save()
    except IntegrityError as error:
        raise RuleExists(days=days) from error
    enqueue_on_commit(MarketingJob.PROPOSE_MARKDOWNS)
    return rule


@retrying_atomic
def remove_rule(*, rule_id: int, actor_id: int | None = None) -> None:
    """Take a step away; what it has proposed lapses, what was decided stays."""
    rule = MarkdownRule.objects.filter(pk=rule_id).first()
    if rule is not None:
        signed(rule, actor_id).delete()
        enqueue_on_commit(MarketingJob.PROPOSE_MARKDOWNS)


def _locked(rule_id: int) -> MarkdownRule:
    return MarkdownRule.objects.select_for_update().get(pk=rule_id)


def signed(rule: Any, actor_id: int | None) -> Any:
    """Let the history name who made the change."""
    if actor_id is not None:
        rule._history_user = get_user_model()(pk=actor_id)
    return rule
