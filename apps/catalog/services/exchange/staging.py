"""Files of pictures, written before the rows that name them, outside any transaction.

Their names stand in the job's row before the files do: whatever becomes of the process, somebody
finds and removes them.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from apps.catalog.models import CatalogExchange
from apps.catalog.pictures import renditions_of
from apps.catalog.services.exchange.archive import Archive
from apps.catalog.services.exchange.goods import ProductPlan
from apps.catalog.services.exchange.progress import Progress
from apps.catalog.services.exchange.writing import Stored
from apps.catalog.services.images import forget_files, rendition_names, store_renditions


class Staging:
    """The picture files that one job has written and no row names yet."""

    def __init__(self, exchange: CatalogExchange) -> None:
        self._exchange = exchange

    def store(
        self, products: Iterable[ProductPlan], archive: Archive, progress: Progress
    ) -> Stored:
        """Encode what comes, each file once, and write it for each product that shows it."""
        owners = defaultdict(list)
        for plan in products:
            for name in plan.gallery.comes if plan.gallery else ():
                owners[name].append((plan.slug, uuid.uuid4().hex))
        self._remember([stem for places in owners.values() for _slug, stem in places])
        progress.begin(len(owners))
        stored = {}
        for name, places in owners.items():
            renditions = renditions_of(archive.content(name))
            for slug, stem in places:
                files = store_renditions(renditions, stem=stem)
                stored[slug, name] = (files, archive.digest(name))
            progress.step()
        return stored

    def clear(self) -> None:
        """Remove the files of an attempt that came to nothing."""
        for stem in self._exchange.staged:
            forget_files(rendition_names(stem))
        if self._exchange.staged:
            self._remember([])

    def _remember(self, stems: list[str]) -> None:
        self._exchange.staged = stems
        CatalogExchange.objects.filter(pk=self._exchange.pk).update(staged=stems)
