"""Order numbers: short, easy to read aloud, and telling nobody how many orders there were."""

# Letters that look the same in Russian and in Latin; O would be taken for a zero.
_LETTERS = "ABCEHKMPTXY"
_DIGITS = 100_000
_CIRCLE = len(_LETTERS) * _DIGITS
# Prime to the circle, so that a round visits every number once, in a scattered order.
_STEP, _START = 679_891, 31_337


def order_number(serial: int) -> str:
    """Return the number of the order with this serial number: "K-48213".

    After 1,100,000 orders a round is over and the letter gets a digit: "K1-48213".
    """
    turn, place = divmod(serial, _CIRCLE)
    letter, digits = divmod((place * _STEP + _START) % _CIRCLE, _DIGITS)
    return f"{_LETTERS[letter]}{turn or ''}-{digits:05d}"
