"""How long one go at many payments waits for each provider, so that none holds up the others."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from django.conf import settings

from apps.payments.dto import Provider
from apps.payments.errors import ProviderUnavailable

_SILENCES = 2
# A refusal to answer that comes at once costs nobody anything; one that took longer is silence.
_SLOW_SECONDS = 2.0


class Patience:
    """One go: whoever lets us wait once, or gives no answer twice, is left alone until the next."""

    def __init__(self) -> None:
        self._silences: Counter[str] = Counter()

    @property
    def silent(self) -> frozenset[str]:
        """Providers that are not asked any more."""
        return frozenset(
            provider
            for provider in Provider.values
            if self._silences[_who_answers(provider)] >= _SILENCES
        )

    @contextmanager
    def listening(self, provider: str) -> Iterator[None]:
        """Note whether a provider answers what is asked of it inside; nothing is swallowed."""
        begun = monotonic()
        try:
            yield
        except ProviderUnavailable:
            is_slow = monotonic() - begun > _SLOW_SECONDS
            self._silences[_who_answers(provider)] += _SILENCES if is_slow else 1
            raise


def _who_answers(provider: str) -> str:
    """Return whose server is asked: for payments in the chat it is the acquirer's."""
    if provider == Provider.TELEGRAM and settings.TELEGRAM_ACQUIRER:
        return str(settings.TELEGRAM_ACQUIRER)
    return provider
