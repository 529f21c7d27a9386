"""Codes by which members of staff come to work in Telegram."""

from datetime import timedelta

import pytest

from apps.core.time import now
from apps.users import errors, selectors, services
from apps.users.models import StaffLink
from tests.factories import CustomerFactory, StaffFactory

pytestmark = pytest.mark.django_db
ACCOUNT = 700000777


@pytest.fixture
def courier(db):
    return StaffFactory(role="courier")


def code_for(person) -> str:
    return services.make_staff_link(user_id=person.pk, actor_id=person.pk, now=now())


class TestLinkStaff:
    def test_lets_somebody_who_also_buys_work_in_their_account(self, courier):
        buyer = CustomerFactory(telegram_id=ACCOUNT)

        person = services.link_staff(code=code_for(courier), telegram_id=ACCOUNT, now=now())

        assert person.id == courier.pk
        assert selectors.staff_behind(user_id=buyer.pk, telegram_id=ACCOUNT) == courier.pk
        assert selectors.work_chat(user_id=courier.pk) == ACCOUNT
        buyer.refresh_from_db()
        assert buyer.telegram_id == ACCOUNT

    def test_takes_a_code_once_within_ten_minutes_and_only_the_newest(self, courier):
        older, code = code_for(courier), code_for(courier)
        late = now() + timedelta(minutes=10)
        for bad, moment in ((older, now()), (code, late), ("guess", now()), ("", now())):
            with pytest.raises(errors.LinkSpent):
                services.link_staff(code=bad, telegram_id=ACCOUNT, now=moment)
        assert not StaffLink.objects.filter(used_at__isnull=False).exists()

        services.link_staff(code=code, telegram_id=ACCOUNT, now=now())

        with pytest.raises(errors.LinkSpent):
            services.link_staff(code=code, telegram_id=ACCOUNT + 1, now=now())
        assert selectors.work_chat(user_id=courier.pk) == ACCOUNT

    def test_moves_with_the_person_and_ends_with_the_job(self, courier):
        for account in (ACCOUNT, ACCOUNT + 1):
            services.link_staff(code=code_for(courier), telegram_id=account, now=now())
        assert selectors.staff_behind(user_id=1, telegram_id=ACCOUNT) == 1
        assert selectors.staff_behind(user_id=1, telegram_id=ACCOUNT + 1) == courier.pk

        type(courier).objects.filter(pk=courier.pk).update(is_active=False)

        assert selectors.staff_behind(user_id=1, telegram_id=ACCOUNT + 1) == 1

    def test_is_undone_with_the_codes_that_are_about(self, courier):
        services.link_staff(code=code_for(courier), telegram_id=ACCOUNT, now=now())
        code = code_for(courier)

        services.unlink_staff(user_id=courier.pk, now=now())

        assert selectors.work_chat(user_id=courier.pk) is None
        with pytest.raises(errors.LinkSpent):
            services.link_staff(code=code, telegram_id=ACCOUNT, now=now())

    def test_is_for_those_who_work_here(self):
        with pytest.raises(errors.NotStaff):
            code_for(CustomerFactory())

    def test_is_forgotten_with_a_person_who_worked_here_once(self, courier):
        services.link_staff(code=code_for(courier), telegram_id=ACCOUNT, now=now())
        type(courier).objects.filter(pk=courier.pk).update(is_staff=False)

        services.erase_person(user_id=courier.pk, now=now())

        assert not StaffLink.objects.filter(telegram_id=ACCOUNT).exists()
