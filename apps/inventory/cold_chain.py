"""How warm goods may be when they arrive: the limits, and where they come from.

Quick-frozen food is kept at −18 °C or lower "with possibly brief upward fluctuations of no more
than 3 °C in transport" (Council Directive 89/108/EEC, article 5.1). Deep-frozen goods, kept at
−24 °C by their makers, are allowed the same 3 °C. What is warmer is put aside until somebody has
judged it. What is warmer by another 6 °C has begun to thaw: it goes back with the driver.
"""

from decimal import Decimal
from enum import StrEnum

from apps.catalog.dto import StorageClass

KEPT_AT = {
    StorageClass.FROZEN.value: Decimal("-18.0"),
    StorageClass.DEEP_FROZEN.value: Decimal("-24.0"),
}
BRIEF_RISE = Decimal("3.0")
THAWING = Decimal("6.0")

# What a thermometer in a lorry can show at all: beyond it is a slip of the finger.
COLDEST, WARMEST = Decimal("-60.0"), Decimal("40.0")


class Condition(StrEnum):
    """What a temperature at arrival means for the goods."""

    FIT = "fit"
    WARM = "warm"
    THAWED = "thawed"


def limit_of(storage_class: str) -> Decimal:
    """Return the highest temperature in °C at which such goods are received."""
    return KEPT_AT[storage_class] + BRIEF_RISE


def condition_of(*, temperature: Decimal, storage_class: str) -> Condition:
    """Judge goods by their temperature in °C; each limit itself is still within."""
    limit = limit_of(storage_class)
    if temperature <= limit:
        return Condition.FIT
    return Condition.WARM if temperature <= limit + THAWING else Condition.THAWED


def is_plausible(temperature: Decimal) -> bool:
    """Tell whether a temperature in °C can have been measured, with one decimal."""
    return (
        temperature.is_finite()
        and COLDEST <= temperature <= WARMEST
        and temperature == temperature.quantize(Decimal("0.1"))
    )


def as_read(temperature: Decimal) -> str:
    """Return a temperature as people write it, with a true minus."""
    return f"{temperature:.1f} °C".replace("-", "−")
