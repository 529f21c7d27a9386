import pytest

from apps.inventory import services as inventory
from apps.orders.models import Order
from tests.factories import CustomerFactory, OrderFactory, stocked_variant

pytestmark = pytest.mark.django_db
ORDERS, MOVEMENTS = "/api/v1/orders/", "/api/v1/staff/stock/movements/"


def walk(api, address, meanwhile=lambda: None):
    """Return what a walk by cursor comes by, and how many steps it took."""
    found, steps = [], 0
    while address:
        page = api.get(address).json()
        found += [row["id"] for row in page["results"]]
        address, steps = page["next"], steps + 1
        meanwhile()
    return found, steps


class TestGrowingPages:
    @pytest.fixture
    def orders(self, customer):
        for _ in range(7):
            OrderFactory(customer=customer)
        newest = Order.objects.order_by("-pk").values_list("public_id", flat=True)
        return [str(public_id) for public_id in newest]

    def test_walk_all_undisturbed_by_what_is_added(self, customer, customer_api, orders):
        found, steps = walk(
            customer_api, f"{ORDERS}?cursor=&page_size=2", lambda: OrderFactory(customer=customer)
        )

        assert (found, steps) == (orders, 4)

    def test_by_number_do_see_rows_twice_then(self, customer, customer_api, orders):
        """The test above must be able to fail: numbered pages move with each new row."""
        found, _steps = walk(
            customer_api, f"{ORDERS}?page_size=2", lambda: OrderFactory(customer=customer)
        )

        assert len(found) > len(set(found))

    def test_lead_back(self, customer_api, orders):
        first = customer_api.get(f"{ORDERS}?cursor=&page_size=3").json()
        second = customer_api.get(first["next"]).json()

        back = customer_api.get(second["previous"]).json()

        assert [row["id"] for row in back["results"]] == orders[:3]
        assert (first["previous"], first["count"]) == (None, None)

    def test_are_clipped_both_ways(self, customer_api, orders):
        for size in ("1000000", "0", "-5", "abc", "9" * 40, ""):
            for way in ("cursor=&", ""):
                answer = customer_api.get(f"{ORDERS}?{way}page_size={size}")
                assert (answer.status_code, len(answer.json()["results"])) == (200, 7)

    @pytest.mark.parametrize(
        "cursor",
        ["x", "%2F", "cD1hYmM%3D", "cD0lMDA%3D", "bz1hYmM%3D", "cD0xLjU%3D", "я", "cD0%3D",
         "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "9" * 5000],
    )  # fmt: skip
    def test_that_nobody_was_given_lead_nowhere(self, customer_api, orders, cursor):
        answer = customer_api.get(f"{ORDERS}?cursor={cursor}")

        assert answer.status_code in {200, 404}
        if answer.status_code == 404:
            assert answer.json()["code"] == "not_found"

    def test_show_each_customer_only_their_own(self, orders, signed_in, customer_api):
        cursor = customer_api.get(f"{ORDERS}?cursor=&page_size=2").json()["next"]

        assert signed_in(CustomerFactory()).get(cursor).json()["results"] == []

    def test_need_no_count(self, customer_api, orders, django_assert_max_num_queries):
        with django_assert_max_num_queries(9) as queries:
            customer_api.get(f"{ORDERS}?cursor=")

        assert not [one for one in queries if "COUNT(*) AS" in one["sql"]]


class TestMovements:
    @pytest.fixture
    def lot(self, manager):
        variant = stocked_variant(10)
        lot = variant.lots.get()
        inventory.adjust_lot(lot_id=lot.pk, counted=7, reason="recount", actor_id=manager.pk)
        return lot

    def test_tell_what_happened_newest_first(self, manager, manager_api, lot):
        rows = manager_api.get(MOVEMENTS).json()["results"]

        assert [(row["kind"], row["quantity"]) for row in rows] == [("adjust", -3), ("receive", 10)]
        assert (rows[0]["actor"], rows[0]["reason"]) == (manager.username, "recount")
        assert (rows[0]["sku"], rows[0]["lot_id"], rows[0]["order"]) == (
            lot.variant.sku, lot.pk, None,
        )  # fmt: skip

    def test_can_be_narrowed(self, manager_api, lot):
        stocked_variant(3)

        def kinds(query):
            return [row["kind"] for row in manager_api.get(MOVEMENTS + query).json()["results"]]

        assert len(kinds("")) == 3
        assert kinds(f"?lot={lot.pk}") == ["adjust", "receive"]
        assert kinds(f"?sku={lot.variant.sku.lower()}&kind=receive") == ["receive"]
        assert manager_api.get(f"{MOVEMENTS}?lot={2**70}").status_code == 400

    def test_are_walked_undisturbed(self, manager_api, lot):
        all_of_them = [row["id"] for row in manager_api.get(MOVEMENTS).json()["results"]]

        found, _steps = walk(
            manager_api, f"{MOVEMENTS}?cursor=&page_size=1", lambda: stocked_variant(1)
        )

        assert found == all_of_them

    def test_need_the_same_queries_for_many(self, manager_api, lot, django_assert_max_num_queries):
        for _ in range(5):
            stocked_variant(2)

        with django_assert_max_num_queries(6):
            assert len(manager_api.get(MOVEMENTS).json()["results"]) == 7

    def test_are_the_warehouses_matter(self, customer_api, lot):
        assert customer_api.get(MOVEMENTS).status_code == 403
