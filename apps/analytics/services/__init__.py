"""What analytics writes: the funnel's events, and the sums of days that have ended."""

from apps.analytics.services.books import check_books as check_books
from apps.analytics.services.days import rebuild_days as rebuild_days
from apps.analytics.services.days import sum_up_days as sum_up_days
from apps.analytics.services.funnel import erase_own as erase_own
from apps.analytics.services.funnel import export_own as export_own
from apps.analytics.services.funnel import note_stage as note_stage
from apps.analytics.services.tastes import count_tastes as count_tastes
