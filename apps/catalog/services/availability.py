"""What inventory publishes onto packs: how much is left, as a band."""

from collections.abc import Mapping

from django.db import connection

from apps.catalog.dto import Availability
from apps.catalog.services.versions import renew_catalog_on_commit
from apps.core.transactions import retrying_atomic

# Rows in key order; NO KEY, so that order lines that point at a pack need not wait.
_PUBLISH = """
WITH changed AS (
    SELECT v.id, band.value
    FROM catalog_variant v
    JOIN unnest(%(ids)s::bigint[], %(bands)s::text[]) AS band (id, value) ON band.id = v.id
    WHERE v.availability <> band.value
    ORDER BY v.id
    FOR NO KEY UPDATE OF v
)
UPDATE catalog_variant v SET availability = changed.value
FROM changed WHERE changed.id = v.id
"""


@retrying_atomic
def publish_availability(*, bands: Mapping[int, Availability]) -> None:
    """Write the stock bands of packs, by variant id; unknown ids are passed over."""
    if not bands:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _PUBLISH, {"ids": list(bands), "bands": [str(band.value) for band in bands.values()]}
        )
        if cursor.rowcount:
            renew_catalog_on_commit()
