"""What a check of the books finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Discrepancy:
    """A counter that does not agree with the rows it counts; both values as they are printed."""

    subject: str
    counter: str
    expected: str
    found: str
