"""Friends who were invited: both are rewarded, once, and nobody rewards themselves."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from apps.core.time import now as present
from apps.marketing import selectors, services
from apps.marketing.models import Referral
from apps.marketing.services import inviting
from apps.notifications.models import Message
from apps.promotions.models import PromoCode
from apps.users import services as users
from tests.factories import CustomerFactory, OrderFactory
from tests.factories.marketing import invited_friend
from tests.races import together

pytestmark = pytest.mark.django_db


def accept(friend, inviter):
    return services.accept_invitation(friend_id=friend.pk, token=inviter.public_id.hex)


def first_order(referral, status="delivered"):
    return OrderFactory(customer=referral.friend, status=status)


def sweep(**more):
    return services.reward_referrals(now=present() + timedelta(**more))


class TestAcceptInvitation:
    def test_remembers_the_inviter_however_often_the_link_is_followed(self, customer):
        friend = CustomerFactory()

        told = [accept(friend, customer) for _ in range(2)]

        assert [one.inviter_name for one in told] == [customer.first_name] * 2
        referral = Referral.objects.get()
        assert (referral.inviter, referral.friend) == (customer, friend)

    def test_brings_nothing_to_oneself_to_customers_or_by_a_strange_link(self, customer):
        regular = OrderFactory().customer
        gone = CustomerFactory(blocked_bot_at=present())

        assert accept(customer, customer) is None
        assert accept(regular, customer) is None
        assert accept(CustomerFactory(), gone) is None
        for token in ("", "x", "0" * 32, "\u0660" * 32, customer.public_id.hex + "0"):
            assert services.accept_invitation(friend_id=customer.pk, token=token) is None
        assert not Referral.objects.exists()

    def test_lets_nobody_be_invited_twice_or_in_a_circle(self, customer):
        referral = invited_friend()

        assert accept(referral.friend, customer) is None
        assert accept(referral.inviter, referral.friend) is None
        assert Referral.objects.count() == 1

    def test_is_off_without_a_reward(self, customer, settings):
        settings.REFERRAL_REWARD = Decimal(0)

        assert accept(CustomerFactory(), customer) is None


class TestTheTable:
    def test_refuses_oneself_a_second_invitation_and_a_circle(self, customer):
        referral = invited_friend()
        pairs = (
            (customer, customer), (customer, referral.friend), (referral.friend, referral.inviter),
        )  # fmt: skip

        for inviter, friend in pairs:
            with pytest.raises(IntegrityError), transaction.atomic():
                Referral.objects.create(inviter=inviter, friend=friend)


class TestRewardReferrals:
    def test_gives_both_a_code_once_the_first_order_has_arrived(self, settings):
        settings.REFERRAL_REWARD = Decimal(300)
        referral = invited_friend(language="en")
        first_order(referral, status="placed")
        assert sweep() == 0
        order = first_order(referral)

        assert [sweep(), sweep()] == [1, 0]

        referral.refresh_from_db()
        assert referral.order == order
        codes = [referral.inviter_code, referral.friend_code]
        assert all((c.value, c.uses_limit, c.per_customer) == (300, 1, 1) for c in codes)
        told = {m.recipient_id: m.body["text"] for m in Message.objects.all()}
        assert referral.inviter_code.code in told[referral.inviter_id]
        assert referral.friend_code.code in told[referral.friend_id]
        card = selectors.invite_card(customer_id=referral.inviter_id)
        assert (card.invited, card.rewarded) == (1, 1)

    def test_gives_nothing_to_two_accounts_with_one_phone(self):
        referral = invited_friend()
        type(referral.friend).objects.filter(pk=referral.friend_id).update(
            phone=referral.inviter.phone
        )
        first_order(referral)

        assert sweep() == 1

        referral.refresh_from_db()
        assert (referral.inviter_code, referral.friend_code) == (None, None)
        assert not PromoCode.objects.exists()
        assert not Message.objects.exists()

    def test_ends_with_so_many_a_month_and_spares_the_friend(self, customer, monkeypatch):
        monkeypatch.setattr(inviting, "MOST_REWARDS", 1)
        for _ in range(2):
            friend = CustomerFactory()
            accept(friend, customer)
            OrderFactory(customer=friend, status="delivered")

        assert sweep() == 2

        first, second = Referral.objects.order_by("pk")
        assert (first.inviter_code is None, second.inviter_code is None) == (False, True)
        assert second.friend_code is not None


@pytest.mark.django_db(transaction=True)
class TestTwoSweeps:
    def test_reward_once(self):
        first_order(invited_friend())

        together([sweep, sweep])

        assert PromoCode.objects.count() == 2
        assert Message.objects.count() == 2

    def test_would_make_codes_twice_without_the_lock(self, monkeypatch):
        """The negative control: four codes for one friend."""
        monkeypatch.setattr(inviting, "_held", lambda pk: Referral.objects.get(pk=pk))
        for _ in range(20):
            referral = invited_friend()
            order = first_order(referral)
            before = PromoCode.objects.count()
            call = partial(
                inviting._reward, referral_id=referral.pk, order_id=order.pk, now=present()
            )
            together([call, call])
            if PromoCode.objects.count() - before > 2:
                return
        pytest.fail("the lock guards nothing")


class TestAPerson:
    def test_takes_open_invitations_along(self):
        referral = invited_friend()

        told = users.export_person(user_id=referral.inviter_id)["invitations"]
        users.erase_person(user_id=referral.inviter_id, now=present())

        assert len(told["invited"]) == 1
        assert not Referral.objects.exists()
