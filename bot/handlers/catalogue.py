"""Browsing: shelves, pages, products, search, and putting things into the cart."""

from django.utils.translation import gettext as _
from telegram import Update

from apps.analytics.dto import Stage
from apps.cart import services as carts
from apps.catalog import selectors as catalog
from apps.catalog.dto import ProductDetail, VariantCard
from apps.core.time import now
from bot import selectors, services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import leave_step
from bot.screen import show
from bot.screens import catalogue, home


async def show_categories(update: Update, context: ShopContext) -> None:
    """Show the shelves."""
    await leave_step(context)
    nodes = await call_service(catalog.category_tree)
    await show(context, catalogue.categories(nodes=nodes, parent=None))


async def show_category(update: Update, context: ShopContext) -> None:
    """Show what stands under a shelf."""
    node = await call_service(selectors.category, category_id=context.press.integer(0))
    await show(context, catalogue.categories(nodes=node.children, parent=node))


async def show_products(update: Update, context: ShopContext) -> None:
    """Show a page of a shelf's products."""
    node, page = await call_service(
        selectors.category_products,
        category_id=context.press.integer(0),
        page=max(1, context.press.integer(1)),
        now=now(),
    )
    await show(context, catalogue.products(node=node, page=page))


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
    press = context.press
    await show_product_by_id(
        context,
        product_id=press.integer(0),
        variant_id=press.integer(1),
        origin=origin_of(press.args, 2),
    )


async def show_product_by_id(
    context: ShopContext, *, product_id: int, variant_id: int = 0, origin: str, toast: str = ""
) -> None:
    """Show a product's card, one of its packs chosen."""
    view = await call_service(
        selectors.product_view,
        customer_id=context.customer_id,
        product_id=product_id,
        now=now(),
    )
    context.reach(Stage.PRODUCT)
    variant = _chosen(view.detail, variant_id)
    content = catalogue.product(view=view, variant=variant, origin=origin)
    await show(context, content, image=view.detail.image, toast=toast)


async def show_about(update: Update, context: ShopContext) -> None:
    """Show what a product is made of."""
    detail = await call_service(
        catalog.product_detail, product_id=context.press.integer(0), now=now()
    )
    variant = _chosen(detail, context.press.integer(1))
    content = catalogue.about(
        detail=detail, variant=variant, origin=origin_of(context.press.args, 2)
    )
    await show(context, content, image=detail.image)


async def put_into_cart(update: Update, context: ShopContext) -> None:
    """Make the cart hold so many of a pack; the number is absolute, so twice does no harm."""
    product_id, variant_id, quantity = (context.press.integer(i) for i in range(3))
    await call_service(
        carts.set_quantity,
        customer_id=context.customer_id,
        variant_id=variant_id,
        quantity=quantity,
        now=now(),
    )
    if quantity:
        context.reach(Stage.CART)
    toast = _("In the cart: %(count)s") % {"count": quantity} if quantity else _("Taken out")
    await show_product_by_id(
        context,
        product_id=product_id,
        variant_id=variant_id,
        origin=origin_of(context.press.args, 3),
        toast=toast,
    )


async def _show_found(context: ShopContext, words: str, *, page: int) -> None:
    found = await call_service(selectors.found_products, search=words, page=page, now=now())
    await show(context, catalogue.found(search=words, page=found))


def _chosen(detail: ProductDetail, variant_id: int) -> VariantCard:
    """Return the pack that was chosen, or else the first that can be bought."""
    packs = detail.variants
    asked_for = [v for v in packs if v.id == variant_id]
    buyable = [v for v in packs if v.availability != "none"]
    return (asked_for or buyable or list(packs))[0]


def origin_of(args: tuple[str, ...], index: int) -> str:
    """Return where a product's card was opened from, as its buttons carry it."""
    return args[index] if len(args) > index else "m"
