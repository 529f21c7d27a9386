"""Links of campaigns: made by staff, counted once for each person."""

import re
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from apps.core.transactions import retrying_atomic
from apps.marketing.dto import LinkTarget
from apps.marketing.errors import CampaignLinkExists, CampaignLinkNotFound, InvalidCampaignLink
from apps.marketing.models import CampaignLink
from apps.marketing.models.links import WORD
from apps.marketing.services.rules import signed

_VISIT = """
INSERT INTO marketing_campaignvisit (link_id, visitor, is_new, created_at)
VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


@retrying_atomic
def save_link(
    *,
    word: str,
    name: str,
    product_id: int | None = None,
    category_id: int | None = None,
    ends_at: datetime | None = None,
    link_id: int | None = None,
    actor_id: int | None = None,
) -> CampaignLink:
    """Make a link of a campaign or change one; its visits stay.

    Raises:
        InvalidCampaignLink: Its word does not fit into a link, it has no name, or two targets.
        CampaignLinkExists: Another one has this word.
        CampaignLinkNotFound: There is none to change.
    """
    if not (re.fullmatch(WORD, word) and name.strip()) or (product_id and category_id):
        raise InvalidCampaignLink
    link = CampaignLink() if link_id is None else _locked(link_id)
    link.word, link.name, link.ends_at = word, name.strip(), ends_at
    link.product_id, link.category_id = product_id, category_id
    try:
        with transaction.atomic():
            signed(link, actor_id).save()
    except IntegrityError as error:
        raise CampaignLinkExists(word=word) from error
    return link


@retrying_atomic
def visit_by_link(*, word: str, customer_id: int, is_new: bool, now: datetime) -> LinkTarget:
    """Count that a person came by a link, once for ever, and return where it leads.

    Raises:
        CampaignLinkNotFound: There is none, or its time is over.
    """
    link = CampaignLink.objects.filter(word=word).first()
    if link is None or (link.ends_at is not None and link.ends_at <= now):
        raise CampaignLinkNotFound
    with connection.cursor() as cursor:
        cursor.execute(_VISIT, [link.pk, customer_id, is_new, now])
    return LinkTarget(link.product_id, link.category_id)


def _locked(link_id: int) -> CampaignLink:
    link = CampaignLink.objects.select_for_update().filter(pk=link_id).first()
    if link is None:
        raise CampaignLinkNotFound
    return link
