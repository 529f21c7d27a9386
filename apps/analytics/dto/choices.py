"""What can be asked, and how visits are told apart."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(IntegerChoices):
    """How far a customer came on one day; each stage implies those before it."""

    STARTED = 1, _("came")
    PRODUCT = 2, _("looked at a product")
    CART = 3, _("put into the cart")
    CHECKOUT = 4, _("began a checkout")
    ORDERED = 5, pgettext_lazy("funnel", "ordered")


class Door(TextChoices):
    """Through which a customer came."""

    BOT = "bot", _("bot")
    WEBAPP = "webapp", _("Mini App")
    API = "api", _("API")


class Step(TextChoices):
    """How days are put together: weeks begin on Monday."""

    DAY = "day", _("by day")
    WEEK = "week", _("by week")
    MONTH = "month", _("by month")


class OfferKind(TextChoices):
    """Whose effect is counted."""

    PROMOTION = "promotion", _("promotion")
    CODE = "code", _("promo code")
    ANY = "any", _("with any offer")
    NONE = "none", _("without an offer")


class Question(TextChoices):
    """What analytics can be asked, in the order of the page."""

    SALES = "sales", _("Sales")
    FUNNEL = "funnel", _("From visit to order")
    PRODUCTS = "products", _("Best sellers")
    IDLE = "idle", _("Goods that nobody buys")
    PROMOTIONS = "promotions", _("Effect of promotions")
    CUSTOMERS = "customers", _("New and returning customers")
    COHORTS = "cohorts", _("Customers who stay")
    STOCK = "stock", _("Stock turnover")
    WASTE = "waste", _("Waste")
