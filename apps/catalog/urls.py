"""The addresses of this app."""

from rest_framework.routers import SimpleRouter

from apps.catalog.api.views import CategoryViewSet, ProductViewSet, VariantViewSet

router = SimpleRouter()
router.register("catalog/categories", CategoryViewSet, basename="category")
router.register("catalog/products", ProductViewSet, basename="product")
router.register("catalog/variants", VariantViewSet, basename="variant")

urlpatterns = router.urls
