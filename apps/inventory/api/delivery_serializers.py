"""Delivery notes as JSON, for staff."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.fields import MomentField
from apps.core.models import in_language
from apps.inventory.cold_chain import COLDEST, WARMEST
from apps.inventory.dto import DeliveryState, LineOutcome, RowReport, RowState
from apps.inventory.models import DeliveryLine, DeliveryNote
from apps.inventory.selectors.deliveries import Verdict

_MOST_UNITS = 1_000_000


def _temperature(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=4, decimal_places=1, min_value=COLDEST, max_value=WARMEST, **options
    )


class DeliverySerializer(serializers.Serializer[DeliveryNote]):
    """A delivery note; `revision` counts the changes of it and its lines."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    supplier = serializers.CharField()
    arrived_at = serializers.DateTimeField()
    temperature = _temperature(allow_null=True)
    vehicle = serializers.CharField()
    comment = serializers.CharField()
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    revision = serializers.IntegerField()
    refusal = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    line_count = serializers.IntegerField()
    units = serializers.IntegerField()


class LineProblemSerializer(serializers.Serializer[Any]):
    """Why a line can't be booked as it is."""

    code = serializers.CharField()
    detail = serializers.CharField()


class DeliveryLineSerializer(serializers.Serializer[DeliveryLine]):
    """One lot on a note; `outcome` is what booking makes, or made, of it."""

    id = serializers.IntegerField()
    sku = serializers.CharField(source="variant.sku")
    name = serializers.SerializerMethodField()
    code = serializers.CharField()
    made_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    quantity = serializers.IntegerField()
    cost = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    temperature = _temperature(allow_null=True)
    shelf = serializers.CharField()
    refusal = serializers.CharField()
    lot_id = serializers.IntegerField(allow_null=True)
    outcome = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()

    def get_name(self, line: DeliveryLine) -> str:
        """Return the product's name in the reader's language."""
        return in_language(line.variant.product, "name")

    @extend_schema_field(serializers.ChoiceField(choices=LineOutcome.choices, allow_null=True))
    def get_outcome(self, line: DeliveryLine) -> str | None:
        """Return the outcome, null while there are problems."""
        return self._verdict(line).outcome

    @extend_schema_field(LineProblemSerializer(many=True))
    def get_problems(self, line: DeliveryLine) -> list[dict[str, str]]:
        """Return what stands in the way of booking the line."""
        return [
            {"code": problem.code, "detail": str(problem)}
            for problem in self._verdict(line).problems
        ]

    def _verdict(self, line: DeliveryLine) -> Verdict:
        verdict: Verdict = self.context["verdicts"][line.pk]
        return verdict


class DeliveryDetailSerializer(DeliverySerializer):
    """A delivery note with its lines."""

    lines = DeliveryLineSerializer(many=True)


class DeliveryQuerySerializer(serializers.Serializer[Any]):
    """Which delivery notes are meant."""

    state = serializers.ChoiceField(choices=DeliveryState.choices, required=False)
    supplier = serializers.CharField(max_length=100, required=False)


class HeadSerializer(serializers.Serializer[Any]):
    """The head of a delivery note; times are ISO 8601 with their offset, temperatures in °C."""

    number = serializers.CharField(max_length=40)
    supplier = serializers.CharField(max_length=100)
    arrived_at = MomentField()
    temperature = _temperature(required=False, allow_null=True)
    vehicle = serializers.CharField(max_length=60, required=False, allow_blank=True)
    comment = serializers.CharField(max_length=200, required=False, allow_blank=True)


class LineValuesSerializer(serializers.Serializer[Any]):
    """What is known of a line; the rest may follow. One date is worked out from the other."""

    code = serializers.CharField(max_length=40, required=False, allow_blank=True)
    made_on = serializers.DateField(required=False, allow_null=True)
    expires_on = serializers.DateField(required=False, allow_null=True)
    quantity = serializers.IntegerField(min_value=0, max_value=_MOST_UNITS, required=False)
    cost = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    temperature = _temperature(required=False, allow_null=True)
    shelf = serializers.CharField(max_length=40, required=False, allow_blank=True)


class NewLineSerializer(LineValuesSerializer):
    """A new line: of a pack, by its SKU, or whatever a scanner has read."""

    sku = serializers.CharField(max_length=40, required=False)
    scanned = serializers.CharField(
        max_length=200, required=False, help_text="An EAN-13, or a whole GS1 label."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a line that names no pack, or two."""
        if ("sku" in attrs) == ("scanned" in attrs):
            raise serializers.ValidationError("Give either sku or scanned.")
        return attrs


class ImportRowSerializer(serializers.Serializer[Any]):
    """One row, all of it as text, as it stands in a table."""

    sku = serializers.CharField(max_length=80, required=False, allow_blank=True)
    barcode = serializers.CharField(max_length=80, required=False, allow_blank=True)
    code = serializers.CharField(max_length=80, allow_blank=True)
    made_on = serializers.CharField(max_length=80, required=False, allow_blank=True)
    expires_on = serializers.CharField(max_length=80, required=False, allow_blank=True)
    quantity = serializers.CharField(max_length=80, allow_blank=True)
    cost = serializers.CharField(max_length=80, required=False, allow_blank=True)
    temperature = serializers.CharField(max_length=80, required=False, allow_blank=True)
    shelf = serializers.CharField(max_length=80, required=False, allow_blank=True)


class ImportSerializer(serializers.Serializer[Any]):
    """Rows to be looked at (`dry_run`), or taken over: all of them or none."""

    rows = ImportRowSerializer(many=True, allow_empty=False)
    dry_run = serializers.BooleanField(default=True)


class RowReportSerializer(serializers.Serializer[RowReport]):
    """What an import makes of a row; rows are counted from 1."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=RowState.choices)
    title = serializers.CharField()
    detail = serializers.CharField()


class ImportReportSerializer(serializers.Serializer[Any]):
    """What an import makes of each row."""

    dry_run = serializers.BooleanField()
    rows = RowReportSerializer(many=True)


class BookSerializer(serializers.Serializer[Any]):
    """Book exactly the `revision` that was looked at, or whatever stands there by now."""

    revision = serializers.IntegerField(min_value=0, required=False, allow_null=True)
