"""Plain values of analytics."""

from apps.analytics.dto.choices import Door as Door
from apps.analytics.dto.choices import OfferKind as OfferKind
from apps.analytics.dto.choices import Question as Question
from apps.analytics.dto.choices import Stage as Stage
from apps.analytics.dto.choices import Step as Step
from apps.analytics.dto.goods import IdleRow as IdleRow
from apps.analytics.dto.goods import IdleStock as IdleStock
from apps.analytics.dto.goods import OfferRow as OfferRow
from apps.analytics.dto.goods import ProductRow as ProductRow
from apps.analytics.dto.goods import Products as Products
from apps.analytics.dto.goods import Promotions as Promotions
from apps.analytics.dto.goods import Sales as Sales
from apps.analytics.dto.goods import SalesRow as SalesRow
from apps.analytics.dto.goods import Stock as Stock
from apps.analytics.dto.goods import StockRow as StockRow
from apps.analytics.dto.goods import Waste as Waste
from apps.analytics.dto.goods import WasteRow as WasteRow
from apps.analytics.dto.people import Cohort as Cohort
from apps.analytics.dto.people import Cohorts as Cohorts
from apps.analytics.dto.people import Customers as Customers
from apps.analytics.dto.people import CustomersRow as CustomersRow
from apps.analytics.dto.people import Funnel as Funnel
from apps.analytics.dto.people import FunnelRow as FunnelRow
from apps.analytics.dto.shares import percent as percent
from apps.analytics.dto.shares import tenth as tenth
