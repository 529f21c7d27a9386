import pytest

from apps.cart import errors, selectors, services
from apps.cart.models import Cart, CartItem
from apps.catalog.models import Variant
from apps.core.time import now
from apps.inventory.models import StockLevel
from tests.factories import CustomerFactory, ProductFactory, VariantFactory, stocked_variant
from tests.races import raised, together

pytestmark = pytest.mark.django_db


def put(customer, variant, quantity, **fields):
    return services.set_quantity(
        customer_id=customer.pk, variant_id=variant.pk, quantity=quantity, now=now(), **fields
    )


def held(customer):
    """Return what the cart holds: SKU → quantity."""
    items = CartItem.objects.filter(cart__customer=customer)
    return dict(items.values_list("variant__sku", "quantity"))


def lose_stock(variant, left):
    StockLevel.objects.filter(variant=variant).update(on_hand=left)


class TestSetQuantity:
    def test_holds_so_many_at_the_price_seen(self, customer):
        variant = stocked_variant(5)

        view = put(customer, variant, 3)

        (line,) = view.lines
        assert (line.sku, line.quantity, line.total) == (variant.sku, 3, 900)
        assert (view.version, view.count, view.items_total) == (1, 3, 900)
        assert view.can_check_out
        assert not view.warnings

    def test_keeps_one_line_for_a_variant_and_counts_the_version_up(self, customer):
        variant = stocked_variant(5)

        put(customer, variant, 3)
        view = put(customer, variant, 5)

        assert held(customer) == {variant.sku: 5}
        assert view.version == 2
        assert Cart.objects.count() == 1

    def test_takes_the_line_out_at_zero(self, customer):
        variant = stocked_variant(5)
        put(customer, variant, 3)

        view = put(customer, variant, 0)

        assert view.lines == ()
        assert not view.can_check_out

    @pytest.mark.parametrize("quantity", [-1, 10_000, 2**63])
    def test_refuses_a_quantity_that_is_none(self, customer, quantity):
        variant = stocked_variant(5)
        put(customer, variant, 2)

        with pytest.raises(errors.InvalidQuantity):
            put(customer, variant, quantity)

        assert held(customer) == {variant.sku: 2}

    def test_refuses_more_than_there_is_and_says_how_many(self, customer):
        variant = stocked_variant(5)
        put(customer, variant, 2)

        with pytest.raises(errors.NotEnoughStock) as refusal:
            put(customer, variant, 6)

        assert refusal.value.facts == {"available": 5}
        assert held(customer) == {variant.sku: 2}

    def test_refuses_more_than_one_order_may_hold(self, customer):
        variant = stocked_variant(50, max_per_order=4)

        with pytest.raises(errors.TooMany) as refusal:
            put(customer, variant, 5)

        assert refusal.value.facts == {"maximum": 4}
        assert held(customer) == {}
        assert not Cart.objects.exists()

    @pytest.mark.parametrize("fields", [{"is_active": False}, {"deleted_at": "2026-01-01 00:00Z"}])
    def test_refuses_what_is_not_sold(self, customer, fields):
        variant = stocked_variant(5)
        Variant.objects.filter(pk=variant.pk).update(**fields)

        with pytest.raises(errors.VariantGone):
            put(customer, variant, 1)

    def test_refuses_a_variant_that_never_was(self, customer):
        with pytest.raises(errors.VariantGone):
            services.set_quantity(customer_id=customer.pk, variant_id=10**15, quantity=1, now=now())

    def test_refuses_a_cart_that_was_changed_since(self, customer):
        variant = stocked_variant(5)
        put(customer, variant, 1)
        put(customer, variant, 2, version=1)

        with pytest.raises(errors.CartChanged):
            put(customer, variant, 3, version=1)

        assert held(customer) == {variant.sku: 2}
        assert Cart.objects.get().version == 2

    def test_knows_a_cart_that_is_not_there_yet_as_version_0(self, customer):
        variant = stocked_variant(5)

        assert put(customer, variant, 1, version=0).version == 1

    def test_refuses_more_products_than_a_cart_holds(self, customer, monkeypatch):
        monkeypatch.setattr(services, "MAX_LINES", 1)
        first, second = stocked_variant(5), stocked_variant(5)
        put(customer, first, 1)

        with pytest.raises(errors.CartFull):
            put(customer, second, 1)

        put(customer, first, 2)
        assert held(customer) == {first.sku: 2}


class TestSetItemQuantity:
    def test_changes_the_own_item(self, customer):
        (line,) = put(customer, stocked_variant(5), 1).lines

        view = services.set_item_quantity(
            customer_id=customer.pk, public_id=line.public_id, quantity=4, now=now()
        )

        assert view.count == 4

    def test_does_not_find_somebody_elses(self, customer):
        variant = stocked_variant(5)
        (line,) = put(customer, variant, 1).lines

        with pytest.raises(errors.CartItemNotFound):
            services.set_item_quantity(
                customer_id=CustomerFactory().pk, public_id=line.public_id, quantity=0, now=now()
            )

        assert held(customer) == {variant.sku: 1}


class TestAdd:
    def test_adds_to_what_is_there(self, customer):
        variant = stocked_variant(5)
        for quantity in (1, 3):
            services.add(
                customer_id=customer.pk, variant_id=variant.pk, quantity=quantity, now=now()
            )

        assert held(customer) == {variant.sku: 4}

    def test_refuses_when_the_sum_is_more_than_there_is(self, customer):
        variant = stocked_variant(5)
        put(customer, variant, 4)

        with pytest.raises(errors.NotEnoughStock):
            services.add(customer_id=customer.pk, variant_id=variant.pk, quantity=2, now=now())

        assert held(customer) == {variant.sku: 4}

    @pytest.mark.parametrize("quantity", [0, -1])
    def test_refuses_to_add_nothing(self, customer, quantity):
        with pytest.raises(errors.InvalidQuantity):
            services.add(
                customer_id=customer.pk,
                variant_id=stocked_variant(5).pk,
                quantity=quantity,
                now=now(),
            )


class TestAcceptChanges:
    def test_takes_new_prices_and_clips_and_drops(self, customer):
        dearer, short, sold_out, gone = (stocked_variant(9) for _ in range(4))
        for variant in (dearer, short, sold_out, gone):
            put(customer, variant, 5)
        Variant.objects.filter(pk=dearer.pk).update(price=310, regular_price=310)
        lose_stock(short, 2)
        lose_stock(sold_out, 0)
        Variant.objects.filter(pk=gone.pk).update(is_active=False)
        before = selectors.cart_view(customer_id=customer.pk, now=now())
        assert [[w.code for w in line.warnings] for line in before.lines] == [
            ["price_up"], ["less_stock"], ["sold_out"], ["gone"],
        ]  # fmt: skip
        assert not before.can_check_out

        view = services.accept_changes(customer_id=customer.pk, now=now())

        assert held(customer) == {dearer.sku: 5, short.sku: 2}
        assert not view.warnings
        assert view.can_check_out
        assert view.items_total == 310 * 5 + 300 * 2


class TestRefill:
    def test_tops_up_without_doubling_and_tells_what_is_missing(self, customer):
        plenty, short, gone = stocked_variant(9), stocked_variant(2), stocked_variant(9)
        put(customer, plenty, 2)
        Variant.objects.filter(pk=gone.pk).update(is_active=False)
        wanted = {plenty.pk: 4, short.pk: 3, gone.pk: 1}

        services.refill(customer_id=customer.pk, wanted=wanted, now=now())
        refill = services.refill(customer_id=customer.pk, wanted=wanted, now=now())

        assert held(customer) == {plenty.sku: 4, short.sku: 2}
        assert [change.code for change in refill.changes] == ["less_stock", "gone"]


class TestClear:
    def test_empties_the_own_cart_only(self, customer):
        other, variant = CustomerFactory(), stocked_variant(5)
        put(customer, variant, 1)
        put(other, variant, 1)

        services.clear(customer_id=customer.pk)

        assert held(customer) == {}
        assert held(other) == {variant.sku: 1}


@pytest.mark.django_db(transaction=True)
class TestTwoDoorsAtOnce:
    def test_lose_no_change_and_make_one_cart(self):
        customer = CustomerFactory()
        variant = stocked_variant(20)

        outcomes = together(
            [
                lambda: services.add(customer_id=customer.pk, variant_id=variant.pk, now=now())
            ] * 12
        )  # fmt: skip

        assert raised(outcomes) == []
        assert held(customer) == {variant.sku: 12}
        assert Cart.objects.get().version == 12

    def test_would_lose_changes_without_the_lock(self, monkeypatch):
        """The negative control: the cart's row is found, but not taken."""
        customer = CustomerFactory()
        variant = stocked_variant(20)
        cart = Cart.objects.create(customer=customer)
        monkeypatch.setattr(
            type(Cart.objects.all()), "take", lambda self, customer_id: (cart.pk, 1)
        )

        for _ in range(5):
            services.clear(customer_id=customer.pk)
            together(
                [
                    lambda: services.add(customer_id=customer.pk, variant_id=variant.pk, now=now())
                ] * 12
            )  # fmt: skip
            if held(customer) != {variant.sku: 12}:
                return
        pytest.fail("nothing was lost though nobody took the cart's row")


class TestCartView:
    def test_is_empty_before_anything_was_put_in(self, customer):
        view = selectors.cart_view(customer_id=customer.pk, now=now())

        assert (view.version, view.lines, view.count, view.can_check_out) == (0, (), 0, False)

    def test_takes_at_most_4_queries_whatever_the_size(
        self, customer, django_assert_max_num_queries
    ):
        product = ProductFactory()
        for _ in range(12):
            put(customer, stocked_variant(5, product=product), 1)

        with django_assert_max_num_queries(4):
            view = selectors.cart_view(customer_id=customer.pk, now=now())

        assert len(view.lines) == 12

    def test_says_when_a_price_went_down_and_still_lets_check_out(self, customer):
        variant = stocked_variant(5)
        put(customer, variant, 2)
        Variant.objects.filter(pk=variant.pk).update(price=250)

        view = selectors.cart_view(customer_id=customer.pk, now=now())

        (line,) = view.lines
        assert [warning.code for warning in line.warnings] == ["price_down"]
        assert (view.items_total, view.savings, view.can_check_out) == (500, 100, True)

    def test_says_when_the_maximum_went_down(self, customer):
        variant = stocked_variant(9)
        put(customer, variant, 5)
        Variant.objects.filter(pk=variant.pk).update(max_per_order=3)

        (line,) = selectors.cart_view(customer_id=customer.pk, now=now()).lines

        assert [warning.code for warning in line.warnings] == ["over_maximum"]

    def test_sells_nothing_that_was_never_received(self, customer):
        with pytest.raises(errors.NotEnoughStock) as refusal:
            put(customer, VariantFactory(), 1)

        assert refusal.value.facts == {"available": 0}
