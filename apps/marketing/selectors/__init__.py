"""Read-only questions about markdowns, alerts and favourites, reviews and invitations."""

from apps.marketing.selectors.alerts import alert_cards as alert_cards
from apps.marketing.selectors.alerts import most_awaited as most_awaited
from apps.marketing.selectors.alerts import own_alerts as own_alerts
from apps.marketing.selectors.alerts import watched_variants as watched_variants
from apps.marketing.selectors.broadcasts import audience_count as audience_count
from apps.marketing.selectors.broadcasts import next_readers as next_readers
from apps.marketing.selectors.broadcasts import still_readers as still_readers
from apps.marketing.selectors.liking import favourite_cards as favourite_cards
from apps.marketing.selectors.liking import is_favourite as is_favourite
from apps.marketing.selectors.liking import own_favourites as own_favourites
from apps.marketing.selectors.markdowns import buyers as buyers
from apps.marketing.selectors.markdowns import buyers_to_tell as buyers_to_tell
from apps.marketing.selectors.markdowns import left_on_clearance as left_on_clearance
from apps.marketing.selectors.markdowns import markdown_card as markdown_card
from apps.marketing.selectors.markdowns import markdown_cards as markdown_cards
from apps.marketing.selectors.markdowns import markdowns as markdowns
from apps.marketing.selectors.referrals import invite_card as invite_card
from apps.marketing.selectors.reviews import card_of_review as card_of_review
from apps.marketing.selectors.reviews import own_review as own_review
from apps.marketing.selectors.reviews import review_photo as review_photo
