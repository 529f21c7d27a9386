"""Browsing: shelves, pages, products, search, and putting things into the cart."""

from django.utils.translation import gettext as _
from telegram import Update

from apps.analytics.dto import Stage
from apps.cart import services as carts
from apps.cart.dto import CartView
from apps.cart.errors import InvalidQuantity, NotEnoughStock, TooMany, VariantGone
from apps.catalog import selectors as catalog
from apps.catalog.dto import ProductDetail, VariantCard
from apps.core.time import now
from apps.notifications.deep_links import Link, Target, chat_link, payload_of
from bot import browsing, services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.filters import Filters
from bot.handlers.arrival import leave_step
from bot.quantities import read_quantity
from bot.screen import show
from bot.screens import catalogue, home, product


async def show_categories(update: Update, context: ShopContext) -> None:
    """Show the shelves."""
    await leave_step(context)
    nodes = await call_service(catalog.category_tree)
    await show(context, catalogue.categories(nodes=nodes, parent=None))


async def show_category(update: Update, context: ShopContext) -> None:
    """Show what stands under a shelf."""
    node = await call_service(browsing.category, category_id=context.press.integer(0))
    await show(context, catalogue.categories(nodes=node.children, parent=node))


async def show_shelf(context: ShopContext, *, category_id: int) -> None:
    """Show a shelf: those under it, or else its goods."""
    node = await call_service(browsing.category, category_id=category_id)
    if node.children:
        await show(context, catalogue.categories(nodes=node.children, parent=node))
    else:
        await _show_page(context, category_id, page=1)


async def show_products(update: Update, context: ShopContext) -> None:
    """Show a page of a shelf's products."""
    page = max(1, context.press.integer(1))
    await _show_page(context, context.press.integer(0), page=page)


async def show_list(context: ShopContext, origin: str) -> None:
    """Show the first page of the list that a screen was opened from."""
    if shelf_id := browsing.shelf_of(origin):
        await _show_page(context, shelf_id, page=1)
    elif origin.startswith("s"):
        await _show_found(context, str(context.chat.draft.get("search") or ""), page=1)
    else:
        nodes = await call_service(catalog.category_tree)
        await show(context, catalogue.categories(nodes=nodes, parent=None))


async def ask_for_words(update: Update, context: ShopContext) -> None:
    """Invite a person to type what they look for: any text is a search."""
    await leave_step(context)
    await show(context, home.search_prompt())


async def search(context: ShopContext, text: str) -> None:
    """Show what a person's words find."""
    words = await call_service(services.remember_search, chat_id=context.chat.chat_id, text=text)
    await _show_found(context, words, page=1)


async def show_found(update: Update, context: ShopContext) -> None:
    """Turn the pages of what was found."""
    words = str(context.chat.draft.get("search") or "")
    await _show_found(context, words, page=max(1, context.press.integer(0)))


async def show_product(update: Update, context: ShopContext) -> None:
    """Show a product's card."""
    await leave_step(context)
    press = context.press
    await show_product_by_id(
        context,
        product_id=press.integer(0),
        variant_id=press.integer(1),
        origin=origin_of(press.args, 2),
    )


async def show_product_by_id(
    context: ShopContext,
    *,
    product_id: int,
    variant_id: int = 0,
    origin: str,
    toast: str = "",
    notice: str = "",
    cart: CartView | None = None,
) -> None:
    """Show a product's card, one of its packs chosen; `notice` says what just happened."""
    view = await call_service(
        browsing.product_view,
        customer_id=context.customer_id,
        product_id=product_id,
        now=now(),
        cart=cart,
    )
    context.reach(Stage.PRODUCT)
    variant = _chosen(view.detail, variant_id)
    link = chat_link(context.bot.username, payload_of(Link(Target.PRODUCT, product_id)))
    content = product.card(view=view, variant=variant, origin=origin, link=link, notice=notice)
    await show(
        context, content, image=view.detail.image, toast=toast,
        product=(product_id, variant.id, origin),
    )  # fmt: skip


async def show_about(update: Update, context: ShopContext) -> None:
    """Show what a product is made of."""
    detail = await call_service(
        catalog.product_detail, product_id=context.press.integer(0), now=now()
    )
    variant = _chosen(detail, context.press.integer(1))
    origin = origin_of(context.press.args, 2)
    content = product.about(detail=detail, variant=variant, origin=origin)
    await show(context, content, image=detail.image, product=(detail.id, variant.id, origin))


async def put_into_cart(update: Update, context: ShopContext) -> None:
    """Make the cart hold so many of a pack; the number is absolute, so twice does no harm."""
    product_id, variant_id, quantity = (context.press.integer(i) for i in range(3))
    cart = await call_service(
        carts.set_quantity,
        customer_id=context.customer_id,
        variant_id=variant_id,
        quantity=quantity,
        now=now(),
    )
    if quantity:
        context.reach(Stage.CART)
    await show_product_by_id(
        context,
        product_id=product_id,
        variant_id=variant_id,
        origin=origin_of(context.press.args, 3),
        toast=_said(quantity),
        cart=cart,
    )


async def take_quantity(context: ShopContext, text: str) -> bool:
    """Take a number that was typed under a product's card; False where the text is none.

    What can't be had is told on the card, where one can do something about it.

    Raises:
        NotWholePacks: It is a number, but none that packs can be counted by.
    """
    noted = context.chat.draft.get("product")
    if not isinstance(noted, list) or len(noted) != 3 or context.chat.screen_id is None:
        return False
    quantity = read_quantity(text)
    if quantity is None:
        return False
    product_id, variant_id, origin = int(noted[0]), int(noted[1]), str(noted[2])
    notice = "✅ " + _said(quantity)
    cart = None
    try:
        cart = await call_service(
            carts.set_quantity,
            customer_id=context.customer_id, variant_id=variant_id, quantity=quantity, now=now(),
        )  # fmt: skip
        context.reach(Stage.CART if quantity else Stage.PRODUCT)
    except (TooMany, NotEnoughStock, VariantGone, InvalidQuantity) as error:
        notice = f"☝️ {error}"
    await show_product_by_id(
        context, product_id=product_id, variant_id=variant_id, origin=origin, notice=notice,
        cart=cart,
    )  # fmt: skip
    return True


async def _show_page(context: ShopContext, category_id: int, *, page: int) -> None:
    limits = Filters.of(context.chat.draft)
    node, found = await call_service(
        browsing.category_products, category_id=category_id, page=page, now=now(), filters=limits
    )
    await show(context, catalogue.products(node=node, page=found, limits=limits))


async def _show_found(context: ShopContext, words: str, *, page: int) -> None:
    limits = Filters.of(context.chat.draft)
    found = await call_service(
        browsing.found_products, search=words, page=page, now=now(), filters=limits
    )
    await show(context, catalogue.found(search=words, page=found, limits=limits))


def _said(quantity: int) -> str:
    return _("In the cart: %(count)s") % {"count": quantity} if quantity else _("Taken out")


def _chosen(detail: ProductDetail, variant_id: int) -> VariantCard:
    """Return the pack that was chosen, or else the first that can be bought."""
    packs = detail.variants
    asked_for = [v for v in packs if v.id == variant_id]
    buyable = [v for v in packs if v.availability != "none"]
    return (asked_for or buyable or list(packs))[0]


def origin_of(args: tuple[str, ...], index: int) -> str:
    """Return where a product's card was opened from, as its buttons carry it."""
    return args[index] if len(args) > index else "m"
