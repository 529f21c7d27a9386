"""Why a question can't be answered."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, ShopError


class PeriodImpossible(ShopError):
    """The first day is not before the end, or lies in the future or before the shop."""

    code = "period_impossible"
    message = _("The period must begin before it ends, not before {earliest} and not after today.")


class PeriodTooLong(ShopError):
    """Nobody reads so many days at once."""

    code = "period_too_long"
    message = _("The period is longer than {years} years. Please choose a shorter one.")


class QuestionTooHeavy(ShopError):
    """The answer took longer than a shop that is selling may be kept busy with it."""

    kind = Kind.UNAVAILABLE
    code = "question_too_heavy"
    message = _("This takes too long to count just now. Please choose a shorter period.")
    retry_after = 30
