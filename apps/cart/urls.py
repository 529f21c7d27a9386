"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.cart import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("cart/", api.CartApi.as_view(), name="cart"),
    path("cart/items/", api.CartItemsApi.as_view(), name="cart-items"),
    path("cart/items/<uuid:public_id>/", api.CartItemApi.as_view(), name="cart-item"),
    path("cart/accept-changes/", api.AcceptChangesApi.as_view(), name="cart-accept-changes"),
    path("cart/promo-code/", api.PromoCodeApi.as_view(), name="cart-promo-code"),
    path("delivery/quote/", api.QuoteApi.as_view(), name="delivery-quote"),
]
