from django.db import migrations

# The operator <% uses the trigram index, but its threshold is a setting: it is bound to the function,
# so that every connection searches alike. Words come longest first: the first one narrows most.
CREATE = """
-- Loads the extension's library, so that its setting is known when the function is made.
SELECT show_limit();
CREATE FUNCTION catalog_products_like(words text[], at_most integer)
RETURNS TABLE (product_id bigint, likeness real) LANGUAGE sql STABLE
SET pg_trgm.word_similarity_threshold = 0.45 AS $$
    SELECT p.id, (SELECT avg(word_similarity(w, p.search_text))::real FROM unnest(words) w) AS near
    FROM catalog_product p
    WHERE words[1] <% p.search_text AND p.is_active AND p.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM unnest(words) w WHERE NOT w <% p.search_text)
    ORDER BY near DESC, p.id
    LIMIT at_most
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_initial")]
    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION catalog_products_like(text[], integer)"),
    ]
