"""What promotions and promo codes say no to."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError
from apps.core.money import format_money


class PromotionNotFound(NotFound):
    """There is no such promotion."""

    code = "promotion_not_found"
    message = _("There is no such promotion.")


class PromoCodeNotFound(NotFound):
    """There is no such promo code for staff to work on."""

    code = "staff_promo_code_not_found"
    message = _("There is no such promo code.")


class InvalidOffer(ShopError):
    """The parts of a promotion or a promo code don't fit each other; `field` says which part."""

    kind = Kind.INVALID
    code = "invalid_offer"
    message = _("This can't be saved: {reason}")

    def __init__(self, *, field: str, reason: str) -> None:
        super().__init__(field=field, reason=reason)


class PromoCodeTaken(ShopError):
    """Another promo code that is switched on is spelt the same."""

    kind = Kind.CONFLICT
    code = "promo_code_taken"
    message = _("The code {promo_code} is in use already. Stop the other one first.")


class OfferOver(ShopError):
    """What has ended can't be switched on without a later end."""

    kind = Kind.CONFLICT
    code = "offer_over"
    message = _("It has ended already: give it a later end first.")


class PromoCodeUnknown(NotFound):
    """Nobody made such a code, or it was stopped."""

    code = "promo_code_unknown"
    message = _("We don't know this promo code. Is there a typing error in it?")


class PromoCodeNotStarted(ShopError):
    """The code will be good, but is not yet."""

    kind = Kind.CONFLICT
    code = "promo_code_not_started"
    message = _("This promo code isn't valid yet.")


class PromoCodeExpired(ShopError):
    """The code was good."""

    kind = Kind.CONFLICT
    code = "promo_code_expired"
    message = _("This promo code has expired.")


class PromoCodeUsedUp(ShopError):
    """All its uses, or its budget, went to others."""

    kind = Kind.CONFLICT
    code = "promo_code_used_up"
    message = _("This promo code has been used up, sorry.")


class PromoCodeUsedByYou(ShopError):
    """The customer used it as often as one may."""

    kind = Kind.CONFLICT
    code = "promo_code_used_by_you"
    message = _("You have used this promo code already.")


class PromoCodeBelowMinimum(ShopError):
    """The goods are worth too little for it."""

    kind = Kind.CONFLICT
    code = "promo_code_below_minimum"
    message = _("This promo code needs goods for {minimum}: {missing} more.")

    def __str__(self) -> str:
        sums = {k: format_money(v) for k, v in self.facts.items() if isinstance(v, Decimal)}
        return str(self.message).format(**(self.facts | sums))


class PromoCodeNotFirstOrder(ShopError):
    """It is for people who never ordered."""

    kind = Kind.CONFLICT
    code = "promo_code_not_first_order"
    message = _("This promo code is for a first order only.")


class PromoCodeNotForCart(ShopError):
    """It gives nothing for these goods."""

    kind = Kind.CONFLICT
    code = "promo_code_not_for_cart"
    message = _("This promo code gives nothing for what is in your cart.")


class PromoCodeGiftGone(ShopError):
    """Its gift is sold out."""

    kind = Kind.CONFLICT
    code = "promo_code_gift_gone"
    message = _("The gift of this promo code has run out, sorry.")


class TooManyPromoCodes(ShopError):
    """So many codes that don't exist are guesses."""

    kind = Kind.TOO_MANY
    code = "too_many_promo_codes"
    message = _("Too many wrong promo codes. Please try again in a few minutes.")

    def __init__(self, *, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class OfferUsedUp(ShopError):
    """The budget of a promotion went to others while the customer decided."""

    kind = Kind.CONFLICT
    code = "offer_used_up"
    message = _("An offer in your cart has just run out. Please look at your order again.")
