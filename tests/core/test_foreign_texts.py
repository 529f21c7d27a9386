"""Everything that the API's libraries can say is said in Russian, by them or by us."""

import inspect

import django_filters.fields
import pytest
from django.utils.functional import Promise
from django.utils.translation import override
from rest_framework import exceptions, fields, relations, serializers, validators

from apps.core.foreign_texts import TEXTS

SOURCES = (
    exceptions, fields, relations, serializers, validators, django_filters.fields,
)  # fmt: skip


def _said():
    """Yield each text that a class of theirs may answer with."""
    for module in SOURCES:
        for kind in vars(module).values():
            if inspect.isclass(kind):
                for name, value in vars(kind).items():
                    texts = value.values() if name == "default_error_messages" else (value,)
                    yield from (text for text in texts if isinstance(text, Promise))


class TestForeignTexts:
    def test_are_russian_or_named_for_translation(self):
        texts = list(_said())
        with override("en"):
            english = [str(text) for text in texts]

        with override("ru"):
            silent = {said for said, text in zip(english, texts, strict=True) if said == str(text)}

        assert len(texts) > 100
        assert {text for text in silent if text.strip(" …")} - TEXTS == set()

    @pytest.mark.parametrize("text", sorted(TEXTS))
    def test_are_still_said(self, text):
        with override("en"):
            assert text in {str(said) for said in _said()}
