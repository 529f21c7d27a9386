"""People and their addresses."""

from typing import Any

import factory
from django.contrib.auth.models import Group

from apps.users.models import Address, User


class CustomerFactory(factory.django.DjangoModelFactory):
    """A customer who came through Telegram and left a phone number."""

    class Meta:
        model = User

    telegram_id = factory.Sequence(lambda n: 5_000_000_000 + n)
    first_name = "Анна"
    last_name = "Иванова"
    phone = factory.Sequence(lambda n: f"+7916{n % 10_000_000:07d}")
    language = "ru"


class StaffFactory(factory.django.DjangoModelFactory):
    """A member of staff; `role` is the name of a group, and `telegram_id` may be given."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"staff-{n}")
    first_name = "Пётр"
    is_staff = True

    @factory.post_generation
    def role(self, create: bool, extracted: str | None, **_: Any) -> None:
        if create and extracted:
            self.groups.add(Group.objects.get_or_create(name=extracted)[0])


class AddressFactory(factory.django.DjangoModelFactory):
    """An address without coordinates, so that the default zone serves it."""

    class Meta:
        model = Address

    customer = factory.SubFactory(CustomerFactory)
    city = "Москва"
    street = factory.Sequence(lambda n: f"ул. Лесная, {n + 1}")
    flat = "12"
    entrance = "2"
    floor = "4"
    comment = "Звонить дважды"
