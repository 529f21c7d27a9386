"""Past buyers hear of a markdown once, and only those who want to."""

from decimal import Decimal

import pytest

from apps.core.time import now
from apps.core.time import now as present
from apps.inventory import services as inventory
from apps.inventory.dto import Demand
from apps.marketing import errors, selectors, services
from apps.marketing.models import BuyersNotice
from apps.marketing.services import noticing
from apps.notifications.models import Message
from apps.orders.dto import OrderStatus
from apps.users import selectors as people
from apps.users import services as users
from tests.factories import (
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    StaffFactory,
    VariantFactory,
)
from tests.factories.marketing import accepted, leaving_lot, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def markdown(db):
    """Ten units on clearance for 240."""
    return accepted(leaving_lot(10), percent=20)


def buyer(variant, *, status=OrderStatus.PLACED, **more):
    """Return somebody who bought a variant in an order of that status."""
    customer = CustomerFactory(**more)
    OrderLineFactory(order=OrderFactory(lines=0, customer=customer, status=status), variant=variant)
    return customer


def tell(markdown):
    return services.tell_buyers(proposal_id=markdown.pk, actor_id=StaffFactory().pk, now=present())


def spread():
    return services.spread_notices(now=present())


class TestBuyersToTell:
    def test_are_past_buyers_of_the_product_in_any_of_its_packs(self, markdown):
        product = markdown.lot.variant.product
        buyer(markdown.lot.variant)
        buyer(VariantFactory(product=product))
        buyer(VariantFactory())
        twice = buyer(markdown.lot.variant)
        OrderLineFactory(order=OrderFactory(lines=0, customer=twice), variant=markdown.lot.variant)

        assert selectors.buyers_to_tell(proposal=markdown) == 3

    @pytest.mark.parametrize(
        "status", [OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.RETURNED,
                   OrderStatus.AWAITING_PAYMENT],
    )  # fmt: skip
    def test_are_not_those_who_did_not_keep_it(self, markdown, status):
        buyer(markdown.lot.variant, status=status)

        assert selectors.buyers_to_tell(proposal=markdown) == 0

    def test_are_not_those_who_can_not_or_will_not_be_told(self, markdown):
        variant = markdown.lot.variant
        buyer(variant, blocked_bot_at=present())
        buyer(variant, is_active=False)
        users.set_offers(user_id=buyer(variant).pk, wanted=False)
        back = buyer(variant)
        users.set_offers(user_id=back.pk, wanted=False)
        users.set_offers(user_id=back.pk, wanted=True)

        assert selectors.buyers_to_tell(proposal=markdown) == 1


class TestTellBuyers:
    def test_writes_one_message_to_each_in_their_language(self, markdown):
        variant = markdown.lot.variant
        anna, john = buyer(variant), buyer(variant, language="en")

        notice = tell(markdown)
        assert notice.recipients == 2
        assert [spread(), spread()] == [2, 0]

        messages = {message.recipient_id: message for message in Message.objects.all()}
        assert set(messages) == {anna.pk, john.pk}
        text = messages[john.pk].body["text"]
        assert "instead of" in text
        assert "best before" in text
        assert messages[john.pk].is_bulk
        buttons = [row[0]["data"] for row in messages[john.pk].body["buttons"]]
        clearance = markdown.clearance
        assert buttons == [f"1:prod:{clearance.product_id}:{clearance.pk}:m", "1:offers:0"]
        notice.refresh_from_db()
        assert (notice.queued, notice.finished_at is None) == (2, False)

    def test_goes_on_after_a_crash_and_writes_to_nobody_twice(self, markdown, monkeypatch):
        for _ in range(5):
            buyer(markdown.lot.variant)
        tell(markdown)
        monkeypatch.setattr(noticing, "_BATCH", 2)
        notice = BuyersNotice.objects.get()
        assert noticing._spread_part(notice_id=notice.pk, now=present()) == 2
        # As if the first part had been committed, and its progress lost.
        BuyersNotice.objects.update(last_buyer_id=0)

        spread()

        assert Message.objects.count() == 5
        assert spread() == 0

    def test_stops_when_nothing_is_left(self, markdown, monkeypatch):
        for _ in range(4):
            buyer(markdown.lot.variant)
        tell(markdown)
        monkeypatch.setattr(noticing, "_BATCH", 2)
        notice = BuyersNotice.objects.get()
        noticing._spread_part(notice_id=notice.pk, now=present())
        line = OrderLineFactory(order=OrderFactory(lines=0), variant=markdown.clearance)
        inventory.reserve(demands=[Demand(line.pk, markdown.clearance_id, 10)])

        assert spread() == 0

        assert Message.objects.count() == 2
        notice.refresh_from_db()
        assert notice.finished_at

    def refuse(self, markdown, error):
        with pytest.raises(error):
            tell(markdown)
        assert not Message.objects.exists()

    def test_refuses_a_second_time(self, markdown):
        buyer(markdown.lot.variant)
        tell(markdown)

        self.refuse(markdown, errors.BuyersToldBefore)
        assert BuyersNotice.objects.count() == 1

    def test_refuses_where_nobody_is_to_be_told(self, markdown):
        self.refuse(markdown, errors.NobodyToTell)
        assert not BuyersNotice.objects.exists()

    def test_refuses_before_it_is_accepted(self):
        markdown = proposed()
        buyer(markdown.lot.variant)

        self.refuse(markdown, errors.MarkdownNotAccepted)

    def test_refuses_what_was_taken_back(self, markdown):
        buyer(markdown.lot.variant)
        services.take_back_markdown(
            proposal_id=markdown.pk, actor_id=StaffFactory().pk, now=present()
        )

        self.refuse(markdown, errors.MarkdownNotAccepted)

    def test_refuses_what_is_not_there(self):
        with pytest.raises(errors.MarkdownNotFound):
            services.tell_buyers(proposal_id=0, actor_id=1, now=present())

    def test_quotes_the_price_of_now(self, markdown):
        from apps.catalog import services as catalog

        buyer(markdown.lot.variant, language="en")
        tell(markdown)
        catalog.reprice_clearance(
            variant_id=markdown.clearance_id, price=Decimal("199.50"), actor_id=None, now=now()
        )

        spread()

        assert "199.50" in Message.objects.get().body["text"]


class TestConsent:
    def test_is_exported_and_erased_with_the_person(self, customer):
        users.set_offers(user_id=customer.pk, wanted=False)

        told = users.export_person(user_id=customer.pk)["users"]["consents"]
        users.erase_person(user_id=customer.pk, now=present())

        assert told["offers"] is False
        assert people.accepts_offers(user_id=customer.pk)
