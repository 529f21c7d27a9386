"""Callers of the API whom no door surprises: what is refused is what the description names."""

from typing import Any

from django.urls import Resolver404
from rest_framework.test import APIClient

from apps.core.refusals import refusals_of
from apps.core.schema import CODES_OF_DOORS

# They belong to no operation: there is none for the method, or the shop is at fault.
_OF_NONE = {"method_not_allowed", "internal_error"}


class Caller(APIClient):
    """A client that fails the test where an operation refuses with a code it does not name."""

    def request(self, **kwargs: Any) -> Any:
        """Send a request and look at the code of a refusal."""
        answer = super().request(**kwargs)
        if answer.get("Content-Type") == "application/problem+json":
            code = answer.json()["code"]
            assert code in CODES_OF_DOORS | _OF_NONE | _codes_of(answer, kwargs), (
                f"{kwargs['REQUEST_METHOD']} {kwargs['PATH_INFO']} answers {code}, "
                "which its description does not name"
            )
        return answer


def _codes_of(answer: Any, asked: dict[str, Any]) -> set[str]:
    """Return the codes that the description reads from the door's code."""
    try:
        view = answer.resolver_match.func
    except Resolver404:
        return set()
    method = asked["REQUEST_METHOD"].lower()
    handler = getattr(view.cls, (getattr(view, "actions", None) or {}).get(method, method), None)
    doors = [(handler, view.cls)] if handler else []
    doors += [(one.authenticate, one) for one in view.cls.authentication_classes]
    return {refusal.code for door, owner in doors for refusal in refusals_of(door, owner)}
