"""The funnel's events are only added; an erased person's number may be replaced, and nothing else."""

from django.db import migrations

GUARD = """
CREATE FUNCTION analytics_funnelevent_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.visitor > 0 AND NEW.visitor < 0
        AND (NEW.id, NEW.day, NEW.door, NEW.stage, NEW.created_at)
        = (OLD.id, OLD.day, OLD.door, OLD.stage, OLD.created_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of analytics_funnelevent are never changed' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER analytics_funnelevent_append_only BEFORE UPDATE OR DELETE ON analytics_funnelevent
FOR EACH ROW EXECUTE FUNCTION analytics_funnelevent_append_only();
"""
UNGUARD = """
DROP TRIGGER analytics_funnelevent_append_only ON analytics_funnelevent;
DROP FUNCTION analytics_funnelevent_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_funnel_and_daily_sums")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
