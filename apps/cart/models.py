"""The customer's one cart, shared by the bot, the Mini App and the API."""

from django.core.validators import MinValueValidator
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import PubliclyNamed, Timestamped


class CartQuerySet(models.QuerySet["Cart"]):
    """Carts, and how to take one for a change."""

    def take(self, customer_id: int) -> tuple[int, int]:
        """Create or lock the customer's cart, count its version up, and return (id, version).

        One statement, so that two doors at once neither make two carts nor lose a change.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO cart_cart (customer_id, version, created_at, updated_at)
                VALUES (%s, 1, now(), now())
                ON CONFLICT (customer_id) DO UPDATE
                SET version = cart_cart.version + 1, updated_at = now()
                RETURNING id, version
                """,
                [customer_id],
            )
            cart_id, version = cursor.fetchone()
        return cart_id, version


class Cart(Timestamped):
    """One row per customer; `version` counts up with each change."""

    customer = models.OneToOneField(
        "users.User", on_delete=models.CASCADE, related_name="cart", verbose_name=_("customer")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    promo_code = models.ForeignKey(
        "promotions.PromoCode",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("promo code"),
    )

    objects = CartQuerySet.as_manager()

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")

    def __str__(self) -> str:
        return str(self.customer)


class CartItem(PubliclyNamed, Timestamped):
    """So many of one variant; `seen_price` is what the customer last saw."""

    cart = models.ForeignKey(
        Cart, on_delete=models.CASCADE, related_name="items", verbose_name=_("cart")
    )
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.CASCADE, related_name="+", verbose_name=_("variant")
    )
    quantity = models.PositiveIntegerField(_("quantity"), validators=[MinValueValidator(1)])
    seen_price = models.DecimalField(_("price seen"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("cart item")
        verbose_name_plural = _("cart items")
        constraints = (
            models.UniqueConstraint(fields=("cart", "variant"), name="cart_item_once"),
            models.CheckConstraint(name="cart_item_quantity", condition=Q(quantity__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.variant_id} × {self.quantity}"
