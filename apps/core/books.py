"""What a check of the books finds."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Discrepancy:
    """A counter that does not agree with the rows it counts; both values as they are printed."""

    subject: str
    counter: str
    expected: str
    found: str


Audit = Callable[[], list[Discrepancy]]
_audits: dict[str, Audit] = {}


def register(name: str, audit: Audit) -> None:
    """Enter an audit of an app that nobody above calls (in `AppConfig.ready`)."""
    _audits[name] = audit


def audits() -> tuple[Audit, ...]:
    """Return every audit that was entered, in the order of their names."""
    return tuple(_audits[name] for name in sorted(_audits))
