"""What an integrator would write with a client that was generated from the API's description.

`python client_purchase.py URL INIT_DATA` buys two packs and prints the order's number and total. It
knows the shop by `shop_client` alone, which the test generates.
"""

import sys
from uuid import uuid4

from shop_client import AuthenticatedClient, Client
from shop_client.api.auth import auth_telegram_create
from shop_client.api.cart import cart_items_create, cart_retrieve
from shop_client.api.catalog import catalog_products_list
from shop_client.api.delivery import delivery_quote_create, delivery_slots_retrieve
from shop_client.api.orders import orders_create, orders_list, orders_retrieve
from shop_client.models import (
    Cart,
    CheckoutRequest,
    MethodEnum,
    NewItemRequest,
    OfferedSlots,
    OrderDetail,
    PaginatedOrderList,
    Problem,
    ProductPage,
    Quote,
    QuoteRequestRequest,
    TelegramSignInRequest,
    TokenPair,
)


def buy(url: str, init_data: str) -> OrderDetail:
    """Sign in, choose, quote, order, and read the order again."""
    shop = signed_in(url, init_data)
    goods = catalog_products_list.sync(client=shop, in_stock=True)
    assert isinstance(goods, ProductPage), goods
    sku = goods.results[0].variants[0].sku
    cart = cart_items_create.sync(client=shop, body=NewItemRequest(sku=sku, quantity=2))
    assert isinstance(cart, Cart), cart
    refuse_a_stale_cart(shop, sku)

    slots = delivery_slots_retrieve.sync(client=shop)
    assert isinstance(slots, OfferedSlots), slots
    slot = next(one for one in slots.slots if one.is_open)
    asked = QuoteRequestRequest()
    quote = delivery_quote_create.sync(client=shop, body=asked)
    assert isinstance(quote, Quote), quote
    checkout = CheckoutRequest(
        method=MethodEnum.DELIVERY,
        payment="cash",
        expected_total=quote.total,
        street="Lesnaya 7",
        slot=slot.id,
        contact_phone="+79161234567",
    )
    order = orders_create.sync(client=shop, body=checkout, idempotency_key=uuid4().hex)
    assert isinstance(order, OrderDetail), order

    listed = orders_list.sync(client=shop, cursor="")
    assert isinstance(listed, PaginatedOrderList), listed
    assert [one.id for one in listed.results] == [order.id]
    read = orders_retrieve.sync(client=shop, public_id=order.id)
    assert isinstance(read, OrderDetail), read
    return read


def signed_in(url: str, init_data: str) -> AuthenticatedClient:
    """Exchange Telegram's launch data for a client that is somebody's."""
    pair = auth_telegram_create.sync(
        client=Client(base_url=url), body=TelegramSignInRequest(init_data=init_data)
    )
    assert isinstance(pair, TokenPair), pair
    return AuthenticatedClient(base_url=url, token=pair.access, raise_on_unexpected_status=True)


def refuse_a_stale_cart(shop: AuthenticatedClient, sku: str) -> None:
    """Change a cart that was never seen: the problem comes typed, and nothing happens."""
    body = NewItemRequest(sku=sku)
    refused = cart_items_create.sync(client=shop, body=body, if_match='"0-x"')
    assert isinstance(refused, Problem), refused
    assert (refused.status, refused.code) == (409, "cart_changed")
    cart = cart_retrieve.sync(client=shop)
    assert isinstance(cart, Cart), cart
    assert cart.count == 2


if __name__ == "__main__":
    bought = buy(*sys.argv[1:])
    print(bought.number, bought.total)
