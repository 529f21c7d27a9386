"""Sliding-window limits."""

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView


class SlidingWindowThrottle(BaseThrottle):
    """Limit a caller."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Allow."""
        return True
