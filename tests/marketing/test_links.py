"""Links of campaigns: made by staff, counted once a person, changed by nobody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.core.time import now as present
from apps.marketing import errors, services
from apps.marketing.models import CampaignLink, CampaignVisit
from tests.factories import stocked_variant

pytestmark = pytest.mark.django_db


def visit(customer, word="autumn"):
    return services.visit_by_link(word=word, customer_id=customer.pk, is_new=True, now=present())


class TestSaveLink:
    @pytest.mark.parametrize(
        "fields",
        [{"word": "А"}, {"word": "Big"}, {"word": "x" * 41}, {"word": "a b"}, {"name": " "},
         {"product_id": 1, "category_id": 1}],
    )  # fmt: skip
    def test_refuses_what_is_no_link_and_keeps_nothing(self, fields):
        with pytest.raises(errors.InvalidCampaignLink):
            services.save_link(**{"word": "autumn", "name": "Ad", **fields})
        assert not CampaignLink.objects.exists()

    def test_refuses_a_word_twice(self):
        services.save_link(word="autumn", name="Ad")

        with pytest.raises(errors.CampaignLinkExists):
            services.save_link(word="autumn", name="Another")
        assert CampaignLink.objects.get().name == "Ad"


class TestVisitByLink:
    def test_counts_a_person_once_and_tells_where_to_go(self, customer):
        variant = stocked_variant()
        services.save_link(word="autumn", name="Ad", product_id=variant.product_id)

        assert visit(customer).product_id == variant.product_id
        visit(customer)

        assert CampaignVisit.objects.count() == 1

    def test_refuses_what_is_over_and_counts_nothing(self, customer):
        services.save_link(word="autumn", name="Ad", ends_at=present() - timedelta(seconds=1))

        with pytest.raises(errors.CampaignLinkNotFound):
            visit(customer)
        assert not CampaignVisit.objects.exists()

    def test_is_never_changed(self, customer):
        services.save_link(word="autumn", name="Ad")
        visit(customer)

        for change in (
            lambda: CampaignVisit.objects.all().delete(),
            lambda: CampaignVisit.objects.update(is_new=False),
            lambda: CampaignVisit.objects.update(visitor=5),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


class TestTheLinksPage:
    def test_shows_the_address_and_the_people(self, owner, customer, client, settings):
        settings.TELEGRAM_CHAT_URL = "https://t.me/shop_bot"
        link = services.save_link(word="autumn", name="Ad")
        visit(customer)
        client.force_login(owner)

        shown = client.get("/admin/marketing/campaignlink/").content.decode()
        made = client.post(
            "/admin/marketing/campaignlink/add/", {"word": "winter", "name": "Winter"}
        )

        assert "https://t.me/shop_bot?start=go-autumn" in shown
        assert made.status_code == 302
        assert CampaignLink.objects.exclude(pk=link.pk).get().word == "winter"
