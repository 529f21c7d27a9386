"""A shop with something of everything, in one language, for whoever presses every key in it."""

import io
from decimal import Decimal

from PIL import Image

from apps.catalog.models import ProductImage, Variant
from apps.catalog.services import add_image, index_product
from apps.core.time import now
from apps.orders import services as orders
from apps.users.models import Address, User
from bot.simulator.core import Simulator
from tests import factories
from tests.bot.conftest import tomorrow
from tests.factories.marketing import waiting

NAMES = {
    "en": ("Anna", "Smith", "Moscow", "Lesnaya 1", "ring twice"),
    "ru": ("Анна", "Иванова", "Москва", "ул. Лесная, 1", "звонить дважды"),
}


def a_shop() -> list[Variant]:
    """Open shelves, windows and a pickup point; return the packs that can be bought."""
    factories.ZoneFactory()
    for hour in (10, 12):
        factories.SlotFactory(starts_at=tomorrow(hour=hour))
    factories.SlotFactory(starts_at=tomorrow(hour=14), closed_reason="holiday")
    factories.PickupPointFactory()
    parent = factories.CategoryFactory(slug="frozen", name_ru="Заморозка", name_en="Frozen")
    shelf = factories.CategoryFactory(
        parent=parent, slug="dough", name_ru="Тесто", name_en="Dough", emoji=""
    )
    packs = []
    for number in range(7):
        product = factories.ProductFactory(
            category=shelf, name_ru=f"Пельмени {number}", name_en=f"Pelmeni {number}",
            composition_ru="мука, мясо", composition_en="flour, meat", allergens=["gluten"],
            kcal=250, protein_g=Decimal("11.5"),
        )  # fmt: skip
        packs.append(factories.stocked_variant(9, product=product, regular_price=Decimal(600)))
        index_product(product_id=product.pk)
    factories.stocked_variant(5, product=packs[0].product, pack_weight_g=400)
    factories.stocked_variant(0, product=packs[1].product, availability="none", pack_weight_g=300)
    return packs


def a_customer(*, telegram_id: int, language: str, packs: list[Variant]) -> User:
    """Return somebody who has bought, waits for something, and has goods in the cart."""
    first, last, *_where = NAMES[language]
    person = factories.CustomerFactory(
        telegram_id=telegram_id, first_name=first, last_name=last, language=language
    )
    address = an_address(person, language)
    factories.placed_order(customer=person, wanted={packs[0]: 2}, address_id=address.pk)
    paid = factories.placed_order(
        customer=person, wanted={packs[1]: 1}, method="pickup", payment="yookassa"
    )
    gone = factories.placed_order(customer=person, wanted={packs[1]: 2}, address_id=address.pk)
    orders.cancel_own_order(customer_id=person.pk, order_id=gone.pk, now=now())
    sold_out = Variant.objects.get(pack_weight_g=300)
    waiting(sold_out, person)
    factories.fill_cart(person, {packs[2]: 2})
    assert paid.status == "awaiting_payment"
    return person


def an_address(person: User, language: str) -> Address:
    """Return where somebody lives; the shop's words for a flat are in the shop's language."""
    *_name, city, street, comment = NAMES[language]
    return factories.AddressFactory(
        customer=person, city=city, street=street, comment=comment, flat="", entrance="", floor=""
    )


def a_picture(sim: Simulator, pack: Variant) -> None:
    """Give a product a picture that Telegram has already."""
    buffer = io.BytesIO()
    Image.new("RGB", (90, 60), "navy").save(buffer, "PNG")
    add_image(product_id=pack.product_id, content=buffer.getvalue())
    known = sim.files.add_photo(buffer.getvalue())[-1].file_id
    ProductImage.objects.filter(product=pack.product_id).update(telegram_file_id=known)
