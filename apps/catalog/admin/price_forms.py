"""What the pages of prices ask: a choice of packs, an operation, a table, a moment."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from apps.catalog.dto import PriceFilter, PriceMove, PriceOperation, PriceRounding, PriceTarget
from apps.catalog.models import Category, Product, ScheduledPrice, Tag
from apps.core.admin import DeedForm, money
from apps.core.time import now, shop_zone

UP, DOWN = "up", "down"


class PriceField(forms.DecimalField):
    """A price of a pack, with two places at most."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminDecimalFieldWidget(attrs={"inputmode": "decimal"})
        super().__init__(max_digits=12, decimal_places=2, widget=widget, **kwargs)


class WhyField(forms.CharField):
    """Why a price is changed, for those who read the history."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Reason"), max_length=200, required=False,
            widget=UnfoldAdminTextInputWidget(),
        )  # fmt: skip


class MomentField(forms.SplitDateTimeField):
    """A moment on the shop's clock; an hour that the clock skips or shows twice is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminSplitDateTimeWidget(), **kwargs)


class PriceForm(DeedForm):
    """What a pack costs from now on."""

    regular_price = PriceField(label=gettext_lazy("Regular price"))
    price = PriceField(
        label=gettext_lazy("Price asked"),
        help_text=gettext_lazy("The same as the regular one, or less on sale."),
    )
    reason = WhyField()

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        initial = {"regular_price": record.regular_price, "price": record.base_price}
        super().__init__(*args, record=record, initial=initial, **kwargs)


class ScheduleForm(DeedForm):
    """What a pack will cost, from when on, and until when."""

    price = PriceField(label=gettext_lazy("Price"))
    starts_at = MomentField(label=gettext_lazy("From"))
    ends_at = MomentField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("Empty: for good. Otherwise the price falls back by itself."),
    )
    reason = WhyField()


class WithdrawForm(DeedForm):
    """Which of a pack's scheduled prices is taken back."""

    schedule_id = forms.ChoiceField(
        label=gettext_lazy("Scheduled price"), widget=UnfoldAdminRadioSelectWidget()
    )

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        rows = record.scheduled_prices.pending(now()).order_by("starts_at")
        choices = [(str(row.public_id), span_of(row)) for row in rows]
        field: Any = self.fields["schedule_id"]
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]


class ChooseForm(forms.Form):
    """Which packs, and what is done to their prices."""

    selected = forms.CharField(required=False, max_length=120_000, widget=forms.HiddenInput())
    category = forms.ChoiceField(
        label=gettext_lazy("Category, with those under it"), required=False,
        widget=UnfoldAdminSelectWidget(),
    )  # fmt: skip
    tag = forms.ChoiceField(
        label=gettext_lazy("Tag"), required=False, widget=UnfoldAdminSelectWidget()
    )
    brand = forms.ChoiceField(
        label=gettext_lazy("Brand"), required=False, widget=UnfoldAdminSelectWidget()
    )
    search = forms.CharField(
        label=gettext_lazy("Words of the name or the SKU"), required=False, max_length=100,
        widget=UnfoldAdminTextInputWidget(),
    )  # fmt: skip
    price_min = PriceField(
        label=gettext_lazy("Price asked from"), required=False, min_value=Decimal(0)
    )
    price_max = PriceField(
        label=gettext_lazy("Price asked up to"), required=False, min_value=Decimal(0)
    )

    target = forms.ChoiceField(
        label=gettext_lazy("What is changed"), choices=PriceTarget.choices,
        initial=PriceTarget.REGULAR, widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy("Packs on sale keep their sale price when the regular one changes."),
    )  # fmt: skip
    move = forms.ChoiceField(
        label=gettext_lazy("How"), choices=PriceMove.choices, initial=PriceMove.PERCENT,
        widget=UnfoldAdminSelectWidget(),
    )  # fmt: skip
    direction = forms.ChoiceField(
        label=gettext_lazy("Up or down"),
        choices=((UP, gettext_lazy("dearer")), (DOWN, gettext_lazy("cheaper"))),
        initial=UP,
        widget=UnfoldAdminSelectWidget(),
    )
    amount = forms.DecimalField(
        label=gettext_lazy("By how much"), required=False, max_digits=12, decimal_places=2,
        min_value=Decimal(0), widget=UnfoldAdminDecimalFieldWidget(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    rounding = forms.ChoiceField(
        label=gettext_lazy("Rounded"), choices=PriceRounding.choices, initial=PriceRounding.NONE,
        widget=UnfoldAdminSelectWidget(),
    )  # fmt: skip
    reason = WhyField()

    FILTERS = ("category", "tag", "brand", "search", "price_min", "price_max")
    OPERATION = ("target", "move", "direction", "amount", "rounding", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("category", _categories())
        self._offer("tag", [(tag.code, tag.name) for tag in Tag.objects.order_by("code")])
        brands = Product.objects.existing().exclude(brand="").order_by("brand")
        self._offer("brand", [(b, b) for b in brands.values_list("brand", flat=True).distinct()])

    def clean_selected(self) -> tuple[int, ...]:
        """Read the ids of packs that were ticked on their list."""
        text = self.cleaned_data["selected"]
        if not all(part.isdecimal() and len(part) < 19 for part in text.split(",") if part):
            raise forms.ValidationError(_("Some values can't be used."))
        return tuple(int(part) for part in text.split(",") if part)

    @property
    def selected_count(self) -> int:
        """How many packs were ticked."""
        return len([part for part in str(self["selected"].value() or "").split(",") if part])

    def chosen(self) -> PriceFilter:
        """Return the choice of packs."""
        values = self.cleaned_data
        return PriceFilter(
            variant_ids=values["selected"], **{name: values[name] for name in self.FILTERS}
        )

    def operation(self) -> PriceOperation:
        """Return what is done to them."""
        values = self.cleaned_data
        amount = values["amount"] or Decimal(0)
        return PriceOperation(
            target=PriceTarget(values["target"]),
            move=PriceMove(values["move"]),
            amount=-amount if values["direction"] == DOWN else amount,
            rounding=PriceRounding(values["rounding"]),
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("any")), *choices]


class TableForm(forms.Form):
    """A table of new prices."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
    )
    reason = WhyField()


def moment_text(moment: datetime) -> str:
    """Return a moment with its year, in the shop's time: prices are looked at for years."""
    return date_format(moment.astimezone(shop_zone()), "j b Y, H:i")


def span_of(row: ScheduledPrice) -> str:
    """Return a scheduled price as a person says it."""
    words = {"price": money(row.price), "start": moment_text(row.starts_at)}
    if row.ends_at is None:
        return _("%(price)s from %(start)s for good") % words
    return _("%(price)s from %(start)s until %(end)s") % {
        **words,
        "end": moment_text(row.ends_at),
    }


def _categories() -> list[tuple[str, str]]:
    shelves: Any = Category.objects  # django-tree-queries has no types
    rows = shelves.with_tree_fields().order_siblings_by("position", "id")
    return [(row.slug, f"{'— ' * row.tree_depth}{row.name}") for row in rows]
