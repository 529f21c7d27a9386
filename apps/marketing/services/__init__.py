"""What marketing does.

Locks: the broadcast; the proposal, then as inventory: stock rows, lots, variants.
"""

from apps.marketing.services.arriving import follow_link as follow_link
from apps.marketing.services.asking import ask_reviews as ask_reviews
from apps.marketing.services.back_in_stock import ask_alert as ask_alert
from apps.marketing.services.back_in_stock import drop_alert as drop_alert
from apps.marketing.services.deciding import accept_markdown as accept_markdown
from apps.marketing.services.deciding import decline_markdown as decline_markdown
from apps.marketing.services.deciding import take_back_markdown as take_back_markdown
from apps.marketing.services.erasing import erase_campaigns as erase_campaigns
from apps.marketing.services.erasing import erase_favourites as erase_favourites
from apps.marketing.services.erasing import erase_invitations as erase_invitations
from apps.marketing.services.erasing import erase_own as erase_own
from apps.marketing.services.erasing import erase_reviews as erase_reviews
from apps.marketing.services.erasing import export_broadcasts as export_broadcasts
from apps.marketing.services.erasing import export_campaigns as export_campaigns
from apps.marketing.services.erasing import export_favourites as export_favourites
from apps.marketing.services.erasing import export_invitations as export_invitations
from apps.marketing.services.erasing import export_own as export_own
from apps.marketing.services.erasing import export_reviews as export_reviews
from apps.marketing.services.erasing import forget_answered as forget_answered
from apps.marketing.services.erasing import forget_broadcasts as forget_broadcasts
from apps.marketing.services.inviting import accept_invitation as accept_invitation
from apps.marketing.services.inviting import reward_referrals as reward_referrals
from apps.marketing.services.liking import add_favourite as add_favourite
from apps.marketing.services.liking import drop_favourite as drop_favourite
from apps.marketing.services.links import save_link as save_link
from apps.marketing.services.links import visit_by_link as visit_by_link
from apps.marketing.services.low_stock import tell_low_stock as tell_low_stock
from apps.marketing.services.noticing import spread_notices as spread_notices
from apps.marketing.services.noticing import tell_buyers as tell_buyers
from apps.marketing.services.proposing import propose_markdown as propose_markdown
from apps.marketing.services.proposing import propose_markdowns as propose_markdowns
from apps.marketing.services.quiet import quiet_until as quiet_until
from apps.marketing.services.reviewing import add_photo as add_photo
from apps.marketing.services.reviewing import add_words as add_words
from apps.marketing.services.reviewing import rate_order as rate_order
from apps.marketing.services.rules import remove_rule as remove_rule
from apps.marketing.services.rules import save_rule as save_rule
from apps.marketing.services.sending import send_broadcasts as send_broadcasts
from apps.marketing.services.waves import tell_back_in_stock as tell_back_in_stock
from apps.marketing.services.writing import cancel_broadcast as cancel_broadcast
from apps.marketing.services.writing import pause_broadcast as pause_broadcast
from apps.marketing.services.writing import preview_broadcast as preview_broadcast
from apps.marketing.services.writing import remove_broadcast as remove_broadcast
from apps.marketing.services.writing import resume_broadcast as resume_broadcast
from apps.marketing.services.writing import save_broadcast as save_broadcast
from apps.marketing.services.writing import schedule_broadcast as schedule_broadcast
