"""What gateways share about reading what a stranger sent."""

from apps.core.text import is_clean


def are_names(*values: object) -> bool:
    """Tell whether these are texts that can be kept, and none is empty."""
    return all(isinstance(value, str) and value and is_clean(value) for value in values)
