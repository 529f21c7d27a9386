"""What marketing does.

Locks: the broadcast; the proposal, then as inventory: stock rows, lots, variants.
"""

from apps.marketing.services.back_in_stock import ask_alert as ask_alert
from apps.marketing.services.back_in_stock import drop_alert as drop_alert
from apps.marketing.services.deciding import accept_markdown as accept_markdown
from apps.marketing.services.deciding import decline_markdown as decline_markdown
from apps.marketing.services.deciding import take_back_markdown as take_back_markdown
from apps.marketing.services.erasing import erase_own as erase_own
from apps.marketing.services.erasing import export_broadcasts as export_broadcasts
from apps.marketing.services.erasing import export_own as export_own
from apps.marketing.services.erasing import forget_answered as forget_answered
from apps.marketing.services.erasing import forget_broadcasts as forget_broadcasts
from apps.marketing.services.low_stock import tell_low_stock as tell_low_stock
from apps.marketing.services.noticing import spread_notices as spread_notices
from apps.marketing.services.noticing import tell_buyers as tell_buyers
from apps.marketing.services.proposing import propose_markdown as propose_markdown
from apps.marketing.services.proposing import propose_markdowns as propose_markdowns
from apps.marketing.services.quiet import quiet_until as quiet_until
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
