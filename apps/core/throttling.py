"""Sliding-window limits: exact while Redis is there, per process while it is not."""

import math
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.core.client_address import client_address
from apps.core.redis import CONNECTION_OPTIONS

if TYPE_CHECKING:
    # Views import the throttles that settings name, so not the other way round.
    from rest_framework.views import APIView

# Every process counts for itself while Redis is away; there a guess must not get cheaper.
# (Wrong passwords are counted in PostgreSQL besides, whatever happens to Redis.)
_STRICT_SCOPES = frozenset({"login"})


@dataclass(frozen=True)
class Window:
    """How a caller stands: so many a minute, so many left, a next one frees in so many seconds.

    Said in the fields of draft-ietf-httpapi-ratelimit-headers-06, the last revision that has them
    one by one; later ones put the same into `RateLimit`, which few clients read yet.
    """

    limit: int
    remaining: int
    reset_seconds: int

    def headers(self) -> dict[str, str]:
        """Return what every answer says of it."""
        return {
            "RateLimit-Policy": f"{self.limit};w=60",
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class Limiter:
    """Count the requests of the last minute: in Redis, or here while Redis is away."""

    def __init__(self, redis_url: str) -> None:
        self.namespace = "limits"
        self._shared = MovingWindowRateLimiter(
            RedisStorage(redis_url, key_prefix="frozenfood", **CONNECTION_OPTIONS)
        )
        self._own = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, *, scope: str, who: str) -> tuple[bool, Window]:
        """Count one request, unless there were too many; tell how the caller stands.

        Raises:
            KeyError: settings.THROTTLE_RATES does not know the scope.
        """
        rate = settings.THROTTLE_RATES[scope]
        try:
            return self._hit(self._shared, RateLimitItemPerMinute(rate), scope, who)
        except (RedisError, OSError):
            if scope in _STRICT_SCOPES:
                rate = max(1, rate // 2)
            return self._hit(self._own, RateLimitItemPerMinute(rate), scope, who)

    def _hit(
        self, counter: MovingWindowRateLimiter, item: RateLimitItem, scope: str, who: str
    ) -> tuple[bool, Window]:
        key = (self.namespace, scope, who)
        is_allowed = counter.hit(item, *key)
        resets_at, remaining = counter.get_window_stats(item, *key)
        seconds = max(0, math.ceil(resets_at - time.time()))
        return is_allowed, Window(item.amount, max(0, remaining), seconds)


@cache
def limiter() -> Limiter:
    """Return this process's limiter; it connects on first use."""
    return Limiter(settings.REDIS_URL)


class SlidingWindowThrottle(BaseThrottle):
    """Limit a caller: the person, or the address while nobody is signed in.

    A view names its scope by `throttle_scope`; the others share `default` and `anonymous`.
    """

    window: Window | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count the request; the answer's headers tell how the caller stands."""
        user_id = request.user.pk if request.user is not None else None
        who = f"user:{user_id}" if user_id else f"address:{client_address(request._request)}"
        scope = getattr(view, "throttle_scope", None) or ("default" if user_id else "anonymous")
        is_allowed, self.window = limiter().hit(scope=scope, who=who)
        # LimitMiddleware writes it onto the answer, also when the view fails later.
        request._request.rate_window = self.window  # type: ignore[attr-defined]
        return is_allowed

    def wait(self) -> float | None:
        """Return in how many seconds the next request will pass."""
        return float(self.window.reset_seconds) if self.window else None
