"""How fast the shop writes to Telegram: counted in Redis, once for the bot and all workers.

Telegram takes about 30 messages a second in all, one a second in a chat after a short burst, and 20
a minute in a group (core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). When
it says "too many" (429) all of us wait as long as it asks.

Who waits for whom: an answer to a press takes its place at once, and others make room for it;
news of orders have a share that nobody else may use; what goes to many gets what is left over.
While Redis is away nobody counts: broadcasts wait, the rest goes on and heeds Telegram's own 429.
"""

import asyncio
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from apps.core.redis import CONNECTION_OPTIONS
from apps.notifications.errors import RetryLater

logger = logging.getLogger(__name__)

# A message waits here for its place so long; then its row does, and others go on.
PATIENCE = 2.0
_AWAY_SECONDS = 5.0
_EVERYBODY = 1
# A bucket fills with so many messages a second up to its size; each message takes one out.
# `share` is the reserve of order news. A message that others make room for leaves a debt, of a
# second's worth at most, so that a rush of answers delays nobody for long.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local paused = redis.call('PTTL', KEYS[1])
if paused > 0 then return {paused, 1} end
local urgency, rate = ARGV[1], tonumber(ARGV[2])
local chat_rate, chat_size, chat_floor = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local function level(key, rate, size)
  local kept = redis.call('HMGET', key, 'left', 'at')
  if not kept[1] then return size end
  return math.min(size, tonumber(kept[1]) + math.max(0, now - tonumber(kept[2])) * rate)
end
local function keep(key, left, rate, size)
  redis.call('HSET', key, 'left', tostring(left), 'at', string.format('%.6f', now))
  redis.call('PEXPIRE', key, math.ceil((size - left) / rate * 1000) + 1000)
end
local chat = level(KEYS[4], chat_rate, chat_size)
if chat < chat_floor + 1 then
  return {math.ceil((chat_floor + 1 - chat) / chat_rate * 1000), 2}
end
if rate > 0 then
  local size, for_many, share_rate, share_size = 4, 3, rate * 0.3, 5
  local whole, share = level(KEYS[2], rate, size), level(KEYS[3], share_rate, share_size)
  if urgency == 'bulk' and whole < for_many then
    return {math.ceil((for_many - whole) / rate * 1000), 1}
  end
  if urgency == 'news' and whole < 1 then
    if share < 1 then
      return {math.ceil(math.min((1 - whole) / rate, (1 - share) / share_rate) * 1000), 1}
    end
    keep(KEYS[3], share - 1, share_rate, share_size)
  end
  keep(KEYS[2], math.max(whole - 1, -rate), rate, size)
end
keep(KEYS[4], chat - 1, chat_rate, chat_size)
return {0, 0}
"""


class Urgency(StrEnum):
    """Why something is sent."""

    BULK = "bulk"
    NEWS = "news"
    ANSWER = "answer"


@dataclass(frozen=True)
class Chat:
    """What a kind of chat takes: so many a second, so many at once, some kept for answers."""

    rate: float
    size: int
    for_answers: int


_PRIVATE = Chat(1.0, 30, 0)
# 8 at once and then one in 5 s: never more than 20 in a minute.
_GROUP = Chat(0.2, 8, 3)


class Pace:
    """The count; `take` never waits, and says how long to."""

    def __init__(self, redis_url: str, *, prefix: str = "frozenfood:pace") -> None:
        self._redis = Redis.from_url(redis_url, **CONNECTION_OPTIONS)
        self._take = self._redis.register_script(_TAKE)
        self._prefix = prefix

    def take(self, *, chat_id: int, urgency: Urgency) -> None:
        """Take a message's place, or raise.

        Raises:
            RetryLater: It is not this message's turn.
        """
        kind = _GROUP if chat_id < 0 else _PRIVATE
        floor = 0 if urgency is Urgency.ANSWER else kind.for_answers
        if urgency is Urgency.BULK:
            floor = kind.size // 2
        keys = [self._key(name) for name in ("pause", "whole", "share", f"chat:{chat_id}")]
        rate = settings.TELEGRAM_MESSAGES_A_SECOND
        try:
            wait, whose = self._take(
                keys=keys, args=[urgency.value, rate, kind.rate, kind.size, floor]
            )
        except (RedisError, OSError) as error:
            if urgency is Urgency.BULK:
                raise RetryLater(_AWAY_SECONDS) from error
            return
        if wait:
            raise RetryLater(int(wait) / 1000, is_for_all=int(whose) == _EVERYBODY)

    def hold(self, seconds: float) -> None:
        """Let everybody wait, because Telegram asked one of us to."""
        if not settings.TELEGRAM_PACED:
            return
        logger.warning("Telegram asks the shop to wait %g s", seconds)
        try:
            self._redis.set(self._key("pause"), 1, px=max(1, int(seconds * 1000)))
        except (RedisError, OSError) as error:
            logger.warning("The others can't be told to wait: %s", error)

    def reset(self) -> None:
        """Forget all counts; for tests and benches."""
        for key in self._redis.scan_iter(self._key("*")):
            self._redis.delete(key)

    def _key(self, name: str) -> str:
        return f"{self._prefix}:{name}"


@cache
def pace() -> Pace:
    """Return this process's view of the count; it connects on first use."""
    return Pace(settings.REDIS_URL)


def wait_turn(*, chat_id: int, urgency: Urgency) -> None:
    """Wait until a message may go.

    Raises:
        RetryLater: That takes longer than is worth waiting here.
    """
    for seconds in _waits(chat_id, urgency):
        time.sleep(seconds)


async def await_turn(*, chat_id: int, urgency: Urgency) -> None:
    """Wait until a message may go, and let others run meanwhile.

    Raises:
        RetryLater: That takes longer than is worth waiting here.
    """
    if not settings.TELEGRAM_PACED:
        return
    waits = _waits(chat_id, urgency)
    # Nobody could set an event: it is another process that takes and leaves places.
    while (seconds := await asyncio.to_thread(next, waits, None)) is not None:  # noqa: ASYNC110
        await asyncio.sleep(seconds)


def _waits(chat_id: int, urgency: Urgency) -> Iterator[float]:
    """Yield how long to wait before each next try, until the place is taken."""
    if not settings.TELEGRAM_PACED:
        return
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            pace().take(chat_id=chat_id, urgency=urgency)
        except RetryLater as error:
            if time.monotonic() + error.seconds > deadline:
                raise
            seconds = error.seconds
        else:
            return
        yield seconds
