"""Every door of the shop over HTTP."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from django.views.static import serve

from frozenfood.storefront import storefront

handler400 = "apps.core.views.bad_request"
handler403 = "apps.core.views.forbidden"
handler404 = "apps.core.views.not_found"
handler500 = "apps.core.views.server_error"

admin.autodiscover()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("apps.core.urls")),
    path("api/v1/", include("apps.users.urls")),
    path("api/v1/", include("apps.catalog.urls")),
    path("api/v1/", include("apps.inventory.urls")),
    path("api/v1/", include("apps.promotions.urls")),
    path("api/v1/", include("apps.delivery.urls")),
    path("api/v1/", include("apps.cart.urls")),
    path("api/v1/", include("apps.orders.urls")),
    path("api/v1/", include("apps.fulfilment.urls")),
    path("api/v1/", include("apps.marketing.urls")),
    path("api/v1/", include("apps.integrations.urls")),
    path("api/v1/", include("apps.analytics.urls")),
    path("", include("bot.urls")),
    path("", include("apps.payments.urls")),
    path("admin/analytics/", include("apps.analytics.admin.urls")),
    path("admin/", admin.site.urls),
    path("", RedirectView.as_view(url="/app/"), name="home"),
    path("app/", storefront, name="storefront"),
    path("app/<path:path>", storefront, name="storefront-page"),
]
if "S3" not in settings.STORAGES["default"]["BACKEND"]:
    # Named one by one: whatever else lies in the storage is not for everybody.
    urlpatterns += [
        re_path(rf"^media/{folder}/(?P<path>.*)$", serve,
                {"document_root": settings.MEDIA_ROOT / folder})
        for folder in settings.PUBLIC_FOLDERS
    ]  # fmt: skip
