"""What the page of a broadcast shows above its fields, made from its row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.admin import short_moment
from apps.marketing import selectors, services
from apps.marketing.dto import BroadcastState
from apps.marketing.models import Broadcast

S = BroadcastState
_MOVING = frozenset({S.SCHEDULED, S.SENDING})
_UNDER_WAY = frozenset({S.SENDING, S.PAUSED})
TONES = {
    S.DRAFT: "", S.SCHEDULED: "info", S.SENDING: "info", S.PAUSED: "warning",
    S.FINISHED: "success", S.CANCELLED: "danger",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A broadcast as its page shows it."""

    sentence: str
    error: str
    is_begun: bool
    progress: dict[str, Any]


def page_of(row: Broadcast, now: datetime) -> Page:
    """Return what the page shows."""
    return Page(
        sentence=_sentence(row, now),
        error=row.last_error,
        is_begun=row.started_at is not None,
        progress=progress_of(row),
    )


def progress_of(row: Broadcast) -> dict[str, Any]:
    """Return how far it is; `key` changes whenever the page should be shown anew."""
    done = row.sent + row.unreachable + row.refused + row.unclear
    return {
        "done": done,
        "total": max(row.recipients, done, 1),
        "text": counters(row),
        "is_moving": row.state in _MOVING,
        "key": f"{row.state}-{bool(row.last_error)}",
    }


def counters(row: Broadcast) -> str:
    """Return what has become of it so far, zeros left out."""
    parts = [_("sent: %(sent)s of %(all)s") % {"sent": row.sent, "all": row.recipients}]
    if row.unreachable:
        parts.append(_("blocked the bot: %(count)s") % {"count": row.unreachable})
    if row.refused:
        parts.append(_("refused by Telegram: %(count)s") % {"count": row.refused})
    if row.state in _UNDER_WAY and (sleepers := getattr(row, "sleepers", 0)):
        parts.append(_("asleep until their own morning: %(count)s") % {"count": sleepers})
    if row.unclear:
        parts.append(_("arrival unknown: %(count)s") % {"count": row.unclear})
    return ", ".join(parts)


def people(count: int) -> str:
    """Return a number of people in words."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}


def _sentence(row: Broadcast, now: datetime) -> str:
    """Return what has become of it, and what comes next."""
    if row.state == S.DRAFT:
        count = selectors.audience_count(broadcast=row, now=now)
        return _("Whom it reaches now: %(people)s. Look at it in your own chat before it goes.") % {
            "people": people(count)
        }
    if row.state in _MOVING and (rest := _rest(row, now)) is not None:
        return rest
    if row.state == S.SCHEDULED and row.starts_at is not None:
        return _("It goes out at %(when)s.") % {"when": short_moment(row.starts_at)}
    ended = row.finished_at if row.state == S.FINISHED else None
    if ended is not None and row.ends_at is not None and row.ends_at <= ended:
        return _("Its time is over: whoever has not got it will not get it any more.")
    return {
        S.SCHEDULED: _("It is about to go out."),
        S.SENDING: _("It is on its way. Messages about orders overtake it."),
        S.PAUSED: _("It is paused. Whoever has it will not get it again."),
        S.FINISHED: _("It has come to everybody."),
        S.CANCELLED: _("It was stopped for good."),
    }[S(row.state)]


def _rest(row: Broadcast, now: datetime) -> str | None:
    """Return why nothing is sent just now, and when it goes on; None where it does not rest."""
    quiet, until = services.quiet_until(now), row.rests_until
    if quiet is not None and (row.state == S.SCHEDULED or (until is not None and until > now)):
        until = quiet if until is None else min(quiet, until)
        return _("Quiet hours: it goes on at %(when)s.") % {"when": short_moment(until)}
    if until is None or until <= now:
        return None
    return _("All who are awake have it. The first of the others is awake at %(when)s.") % {
        "when": short_moment(until)
    }
