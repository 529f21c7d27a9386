"""Search: Russian and English full text, then the other keyboard layout, then likeness.

One statement holds all three; the later ones run only when the earlier found nothing. What is
searched is kept by `services.index_products`.
"""

from typing import Any

from apps.catalog.spelling import head_and_prefix, normalised, other_layout, words_of

# So many matches are ranked at most: ranking reads whole vectors.
RANKED_AT_MOST = 400

# Words as typed, or all but the last as typed and the last as a beginning.
_QUERY = """(websearch_to_tsquery('{config}', %({text})s)
    || (websearch_to_tsquery('{config}', %({text}_head)s)
        && to_tsquery('{config}', %({text}_prefix)s)))"""
_BY_WORDS = """
SELECT m.id, ts_rank(coalesce(m.search_ru, ''), m.russian)
    + ts_rank(coalesce(m.search_en, ''), m.english) AS rank
FROM (
    SELECT p.id, p.search_ru, p.search_en, q.russian, q.english
    FROM catalog_product p, (SELECT {russian} AS russian, {english} AS english) q
    WHERE (p.search_ru @@ q.russian OR p.search_en @@ q.english)
        AND p.is_active AND p.deleted_at IS NULL AND p.category_id = ANY(%(categories)s)
    ORDER BY p.id LIMIT %(ranked)s
) m
"""


def _by_words(text: str) -> str:
    return _BY_WORDS.format(
        russian=_QUERY.format(config="russian", text=text),
        english=_QUERY.format(config="english", text=text),
    )


FOUND = f"""
WITH typed AS MATERIALIZED ({_by_words("typed")}),
swapped AS MATERIALIZED (
    SELECT * FROM ({_by_words("swapped")}) s WHERE NOT EXISTS (SELECT 1 FROM typed)
),
found AS MATERIALIZED (
    SELECT id, rank FROM typed
    UNION ALL
    SELECT id, rank FROM swapped
    UNION ALL
    SELECT l.product_id, l.likeness FROM (
        SELECT product_id, max(likeness) AS likeness FROM (
            SELECT * FROM catalog_products_like(%(typed_words)s::text[], %(ranked)s)
            UNION ALL
            SELECT * FROM catalog_products_like(%(swapped_words)s::text[], %(ranked)s)
        ) both_layouts GROUP BY product_id
    ) l
    WHERE NOT EXISTS (SELECT 1 FROM typed) AND NOT EXISTS (SELECT 1 FROM swapped)
)
"""  # noqa: S608


def search_parameters(search: str) -> dict[str, Any]:
    """Return the parameters of `FOUND` for what a person typed (clipped at 100 letters)."""
    parameters: dict[str, Any] = {"ranked": RANKED_AT_MOST}
    typed = normalised(search)
    for name, text in (("typed", typed), ("swapped", other_layout(typed))):
        head, prefix = head_and_prefix(text)
        parameters |= {
            name: text,
            f"{name}_head": head,
            f"{name}_prefix": prefix,
            f"{name}_words": words_of(text),
        }
    return parameters
