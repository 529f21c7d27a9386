"""What promotions and promo codes tell a person, in the reader's language."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.money import format_money
from apps.promotions.dto import Chance, CodeState, OfferKind, Reward, Scope, Step


def named(offer: Any) -> str:
    """Return an offer's name in the reader's language: of an `Offer`, a `Step` or a row."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return str(getattr(offer, f"name_{language}", "") or offer.name_ru)


def reward(offer: Any) -> str:
    """Return what an offer gives in a few words: −15 %, 3 for 2, gift, free delivery."""
    if offer.reward == Reward.N_FOR_M:
        return _("%(buy)s for the price of %(pay)s") % {"buy": offer.buy, "pay": offer.pay}
    if offer.reward == Reward.GIFT:
        return _("a gift")
    if offer.reward == Reward.FREE:
        return _("free delivery")
    about = _("%s on delivery") if offer.scope == Scope.DELIVERY else "%s"
    if offer.reward == Reward.PERCENT:
        return about % percent(offer.value)
    if offer.reward == Reward.FIXED_PRICE and offer.scope == Scope.DELIVERY:
        return _("delivery for %s") % format_money(offer.value)
    if offer.reward == Reward.FIXED_PRICE:
        return _("for %s") % format_money(offer.value)
    return about % f"−{format_money(offer.value)}"


def percent(value: Decimal) -> str:
    """Return a reduction as a shop writes it: −15 %, −12,5 %."""
    number = f"{value:.2f}".rstrip("0").rstrip(".")
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return f"−{number.replace('.', ',') if language == 'ru' else number}\u00a0%"


def explain(step: Step) -> str:
    """Return which offer did something, and what: “Vegetable week”, −15 %."""
    name = _("Promo code %s") % step.name_ru if step.kind == OfferKind.CODE else quoted(step)
    # A gift lies beside its offer's name: no need to call it one.
    return name if step.reward == Reward.GIFT else f"{name}, {reward(step)}"


def quoted(offer: Any) -> str:
    """Return an offer's name in quotation marks."""
    return _("“%s”") % named(offer)


def chance(near: Chance) -> str:
    """Return what a few goods more would bring."""
    return _("%(missing)s more, and you get: %(reward)s (%(name)s)") % {
        "missing": format_money(near.missing),
        "reward": reward(near.offer),
        "name": quoted(near.offer),
    }


def code_state(state: CodeState, *, missing: Decimal = Decimal(0)) -> str:
    """Return how a promo code stands, for the person who has it in the cart."""
    if state == CodeState.BELOW_MINIMUM:
        return _("works from %(missing)s more") % {"missing": format_money(missing)}
    texts = {
        CodeState.APPLIED: _("applied"),
        CodeState.AT_DELIVERY: _("counts for the delivery"),
        CodeState.NOT_FIRST_ORDER: _("is for a first order only"),
        CodeState.NOTHING_FITS: _("gives nothing for these goods"),
        CodeState.GIFT_GONE: _("its gift has run out"),
        CodeState.STOPPED: _("is no longer valid"),
        CodeState.NOT_STARTED: _("isn't valid yet"),
        CodeState.EXPIRED: _("has expired"),
        CodeState.USED_UP: _("has been used up"),
        CodeState.USED_BY_YOU: _("you have used it already"),
    }
    return texts[state]


def units(count: int) -> str:
    """Return so many packs in words."""
    return ngettext("%(count)s pack", "%(count)s packs", count) % {"count": count}
