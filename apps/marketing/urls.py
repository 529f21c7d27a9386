"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.marketing import api

_MARKDOWN = "staff/markdowns/<int:proposal_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("users/me/alerts/", api.AlertsApi.as_view(), name="alerts"),
    path("catalog/variants/<str:sku>/alert/", api.AlertApi.as_view(), name="alert"),
    path("orders/<uuid:public_id>/review/", api.ReviewApi.as_view(), name="review"),
    path("links/open/", api.OpenLinkApi.as_view(), name="open-link"),
    path("users/me/favourites/", api.FavouritesApi.as_view(), name="favourites"),
    path("users/me/favourites/<slug:slug>/", api.FavouriteApi.as_view(), name="favourite"),
    path("staff/markdowns/", api.MarkdownsApi.as_view(), name="markdowns"),
    path(f"{_MARKDOWN}/accept/", api.AcceptApi.as_view(), name="markdown-accept"),
    path(f"{_MARKDOWN}/decline/", api.DeclineApi.as_view(), name="markdown-decline"),
    path(f"{_MARKDOWN}/take-back/", api.TakeBackApi.as_view(), name="markdown-take-back"),
    path(f"{_MARKDOWN}/tell-buyers/", api.TellBuyersApi.as_view(), name="markdown-tell-buyers"),
]
