"""Rows for tests: real ones, as the services would leave them."""

from tests.factories.catalog import CategoryFactory as CategoryFactory
from tests.factories.catalog import ProductFactory as ProductFactory
from tests.factories.catalog import VariantFactory as VariantFactory
from tests.factories.catalog import add_stock as add_stock
from tests.factories.catalog import asked_export as asked_export
from tests.factories.catalog import priced_variant as priced_variant
from tests.factories.catalog import stocked_variant as stocked_variant
from tests.factories.checkout import checkout_request as checkout_request
from tests.factories.checkout import fill_cart as fill_cart
from tests.factories.checkout import placed_order as placed_order
from tests.factories.checkout import total_of as total_of
from tests.factories.orders import OrderFactory as OrderFactory
from tests.factories.orders import OrderLineFactory as OrderLineFactory
from tests.factories.orders import PickupPointFactory as PickupPointFactory
from tests.factories.orders import SlotFactory as SlotFactory
from tests.factories.orders import ZoneFactory as ZoneFactory
from tests.factories.orders import move_along as move_along
from tests.factories.promotions import make_code as make_code
from tests.factories.promotions import make_promotion as make_promotion
from tests.factories.road import packed_order as packed_order
from tests.factories.road import planned_run as planned_run
from tests.factories.users import AddressFactory as AddressFactory
from tests.factories.users import CustomerFactory as CustomerFactory
from tests.factories.users import StaffFactory as StaffFactory
