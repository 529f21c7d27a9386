"""What was typed is read as it was meant, by forms and by the API alike."""

import pytest
from django import forms
from rest_framework import serializers

KINDS = ("IntegerField", "DecimalField", "FloatField")


def form_of(kind):
    return forms.DecimalField() if kind == "DecimalField" else getattr(forms, kind)()


def api_field(kind):
    more = {"max_digits": 12, "decimal_places": 2} if kind == "DecimalField" else {}
    return getattr(serializers, kind)(**more)


class TestNumberFields:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("typed", ["1_0", "_1", "1_000.50"])
    def test_refuse_what_nobody_writes_as_they_refuse_letters(self, kind, typed):
        with pytest.raises(forms.ValidationError) as form:
            form_of(kind).clean(typed)
        with pytest.raises(serializers.ValidationError) as api:
            api_field(kind).run_validation(typed)

        assert form.value.code == "invalid"
        assert api.value.detail[0].code == "invalid"

    @pytest.mark.parametrize("kind", KINDS)
    def test_read_a_plain_number(self, kind):
        assert form_of(kind).clean(" 10 ") == 10
        assert api_field(kind).run_validation("10") == 10
        assert api_field(kind).run_validation(10) == 10
