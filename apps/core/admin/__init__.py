"""What the admin pages of every app have in common. No business rule stands in any of them."""

from apps.core.admin.base import LedgerAdmin as LedgerAdmin
from apps.core.admin.base import LedgerInline as LedgerInline
from apps.core.admin.base import ShopAdmin as ShopAdmin
from apps.core.admin.base import actor_id as actor_id
from apps.core.admin.deeds import Deed as Deed
from apps.core.admin.deeds import DeedForm as DeedForm
from apps.core.admin.deeds import ReasonForm as ReasonForm
from apps.core.admin.deeds import WithDeeds as WithDeeds
from apps.core.admin.deeds import run_one_by_one as run_one_by_one
from apps.core.admin.display import external_link as external_link
from apps.core.admin.display import label as label
from apps.core.admin.display import map_url as map_url
from apps.core.admin.display import money as money
from apps.core.admin.display import record_link as record_link
from apps.core.admin.display import record_url as record_url
from apps.core.admin.display import short_moment as short_moment
from apps.core.admin.filters import DayRangeFilter as DayRangeFilter
from apps.core.admin.history import HistoryAdmin as HistoryAdmin
from apps.core.admin.panels import Panel as Panel
from apps.core.admin.panels import Row as Row
from apps.core.admin.panels import kept_panel as kept_panel
from apps.core.admin.panels import panel as panel
