"""Read-only questions about markdowns and alerts."""

from apps.marketing.selectors.alerts import alert_cards as alert_cards
from apps.marketing.selectors.alerts import most_awaited as most_awaited
from apps.marketing.selectors.alerts import own_alerts as own_alerts
from apps.marketing.selectors.alerts import watched_variants as watched_variants
from apps.marketing.selectors.broadcasts import audience_count as audience_count
from apps.marketing.selectors.broadcasts import next_readers as next_readers
from apps.marketing.selectors.broadcasts import still_readers as still_readers
from apps.marketing.selectors.markdowns import buyers as buyers
from apps.marketing.selectors.markdowns import buyers_to_tell as buyers_to_tell
from apps.marketing.selectors.markdowns import left_on_clearance as left_on_clearance
from apps.marketing.selectors.markdowns import markdown_card as markdown_card
from apps.marketing.selectors.markdowns import markdown_cards as markdown_cards
from apps.marketing.selectors.markdowns import markdowns as markdowns
