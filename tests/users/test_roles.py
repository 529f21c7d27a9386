import pytest
from django.contrib.auth.models import Group, Permission

from apps.users import roles
from apps.users.models import User
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

# role: (may, may not)
MATRIX = {
    "owner": (
        {
            "users.change_user",
            "catalog.delete_product",
            "orders.change_order",
            "promotions.add_promocode",
        },
        {
            "inventory.change_stockmovement",
            "payments.add_moneyentry",
            "orders.delete_order",
            "promotions.delete_promotion",
            "promotions.change_redemption",
        },
    ),
    "manager": (
        {
            "catalog.add_product",
            "delivery.change_zone",
            "inventory.add_lot",
            "users.view_user",
            "fulfilment.add_recall",
            "fulfilment.change_recallrefund",
            "promotions.add_promotion",
            "catalog.change_variant",
            "catalog.add_pricebatch",
            "catalog.change_scheduledprice",
        },
        {
            "users.change_user",
            "users.add_user",
            "payments.change_payment",
            "auth.change_group",
            "catalog.change_pricechange",
            "catalog.delete_pricechange",
        },
    ),
    "warehouse": (
        {
            "inventory.add_lot",
            "inventory.change_lot",
            "inventory.add_deliverynote",
            "inventory.change_stocktake",
            "orders.change_order",
            "catalog.view_product",
            "fulfilment.view_pick",
            "fulfilment.view_recall",
        },
        {
            "catalog.change_product",
            "users.view_user",
            "payments.view_payment",
            "fulfilment.add_recall",
            "fulfilment.change_recallrefund",
            "promotions.view_promotion",
            "catalog.view_pricebatch",
            "catalog.view_pricechange",
            "catalog.view_scheduledprice",
        },
    ),
    "courier": (
        {"orders.view_order", "delivery.view_deliveryslot"},
        {
            "orders.change_order",
            "users.view_user",
            "catalog.change_variant",
            "inventory.view_lot",
            "inventory.view_deliverynote",
            "inventory.view_stocktake",
            "fulfilment.view_pick",
            "fulfilment.view_recall",
        },
    ),
    "marketing": (
        {
            "catalog.change_product",
            "catalog.add_productimage",
            "catalog.view_variant",
            "catalog.view_pricechange",
            "promotions.add_promotion",
            "promotions.change_promocode",
            "promotions.view_redemption",
            "marketing.add_markdownproposal",
            "marketing.add_buyersnotice",
        },
        {
            "catalog.change_variant",
            "orders.view_order",
            "users.view_user",
            "promotions.delete_promotion",
            "promotions.add_redemption",
            "catalog.view_pricebatch",
            "catalog.add_scheduledprice",
            "marketing.change_markdownproposal",
        },
    ),
    "support": (
        {
            "orders.change_order",
            "users.view_user",
            "payments.view_payment",
            "cart.view_cart",
            "promotions.view_promocode",
        },
        {
            "users.change_user",
            "inventory.change_stocklevel",
            "catalog.change_product",
            "promotions.change_promotion",
            "catalog.view_pricechange",
            "catalog.view_scheduledprice",
            "catalog.view_pricebatch",
            "payments.view_providercall",
            "payments.view_providerevent",
        },
    ),
}


class TestRoles:
    def test_are_groups_from_the_start(self):
        assert set(Group.objects.values_list("name", flat=True)) >= set(roles.ROLES)

    @pytest.mark.parametrize("role", roles.ROLES)
    def test_give_what_the_table_says_and_no_more(self, role):
        may, may_not = MATRIX[role]
        user = User.objects.get(pk=StaffFactory(role=role).pk)

        held = user.get_all_permissions()

        assert may <= held
        assert not may_not & held

    def test_name_models_that_exist(self):
        models = set(
            Permission.objects.values_list("content_type__app_label", "content_type__model")
        )
        labels = {label for label, _model in models}

        for table in roles.ROLES.values():
            for name in table:
                label, model = name.split(".")
                assert label in labels if model == "*" else (label, model) in models, name
        for name in roles._READ_ONLY:
            assert tuple(name.split(".")) in models, name


class TestKeepRoles:
    def test_puts_right_what_somebody_changed_and_repeats_itself_harmlessly(self):
        from django.apps import apps

        support = Group.objects.get(name="support")
        support.permissions.clear()
        support.permissions.add(Permission.objects.get(codename="delete_order"))

        for _ in range(2):
            for config in apps.get_app_configs():
                roles.keep_roles(sender=config)

        held = set(support.permissions.values_list("codename", flat=True))
        assert "delete_order" not in held
        assert {"view_user", "change_order"} <= held
