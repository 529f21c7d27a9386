"""Visits are only added; an erased person's number may be replaced, and nothing else."""

from django.db import migrations

GUARD = """
CREATE FUNCTION marketing_campaignvisit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.visitor > 0 AND NEW.visitor < 0
        AND (NEW.id, NEW.link_id, NEW.is_new, NEW.created_at)
        = (OLD.id, OLD.link_id, OLD.is_new, OLD.created_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of marketing_campaignvisit are never changed' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER marketing_campaignvisit_append_only
BEFORE UPDATE OR DELETE ON marketing_campaignvisit
FOR EACH ROW EXECUTE FUNCTION marketing_campaignvisit_append_only();
"""
UNGUARD = """
DROP TRIGGER marketing_campaignvisit_append_only ON marketing_campaignvisit;
DROP FUNCTION marketing_campaignvisit_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("marketing", "0004_favourites_and_links")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
