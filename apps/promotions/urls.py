"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.promotions.api import codes, promotions

_PROMOTION = "staff/promotions/<uuid:public_id>/"
_CODE = "staff/promo-codes/<uuid:public_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/promotions/", promotions.PromotionsApi.as_view(), name="staff-promotions"),
    path(
        "staff/promotions/preview/",
        promotions.PreviewPromotionApi.as_view(),
        name="staff-promotion-preview",
    ),
    path(_PROMOTION, promotions.PromotionApi.as_view(), name="staff-promotion"),
    path(f"{_PROMOTION}stop/", promotions.StopPromotionApi.as_view(), name="staff-promotion-stop"),
    path("staff/promo-codes/", codes.PromoCodesApi.as_view(), name="staff-promo-codes"),
    path(
        "staff/promo-codes/preview/",
        codes.PreviewPromoCodeApi.as_view(),
        name="staff-promo-code-preview",
    ),
    path(_CODE, codes.PromoCodeApi.as_view(), name="staff-promo-code"),
    path(f"{_CODE}stop/", codes.StopPromoCodeApi.as_view(), name="staff-promo-code-stop"),
]
