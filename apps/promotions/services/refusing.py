"""Why a promo code gives nothing, as the refusal that says so."""

from decimal import Decimal

from apps.core.errors import ShopError
from apps.promotions.dto import CodeState
from apps.promotions.errors import (
    PromoCodeBelowMinimum,
    PromoCodeExpired,
    PromoCodeGiftGone,
    PromoCodeNotFirstOrder,
    PromoCodeNotForCart,
    PromoCodeNotStarted,
    PromoCodeUnknown,
    PromoCodeUsedByYou,
    PromoCodeUsedUp,
)

_REFUSALS: dict[CodeState, type[ShopError]] = {
    CodeState.STOPPED: PromoCodeUnknown,
    CodeState.NOT_STARTED: PromoCodeNotStarted,
    CodeState.EXPIRED: PromoCodeExpired,
    CodeState.USED_UP: PromoCodeUsedUp,
    CodeState.USED_BY_YOU: PromoCodeUsedByYou,
    CodeState.NOT_FIRST_ORDER: PromoCodeNotFirstOrder,
    CodeState.GIFT_GONE: PromoCodeGiftGone,
    CodeState.NOTHING_FITS: PromoCodeNotForCart,
}


def refusal_of(state: CodeState, *, minimum: Decimal, missing: Decimal) -> ShopError:
    """Return the error that a code's state is; sums matter to a least total only."""
    if state == CodeState.BELOW_MINIMUM:
        return PromoCodeBelowMinimum(minimum=minimum, missing=missing)
    return _REFUSALS[state]()
