"""What PostgreSQL itself refuses: a rewritten box, and units that come back twice."""

from django.db import migrations

from apps.core.triggers import append_only

GUARDS = """
CREATE FUNCTION fulfilment_guard_packed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a closed box is never changed'
    USING ERRCODE = '23514', CONSTRAINT = 'fulfilment_pick_closed';
END $$;
CREATE TRIGGER fulfilment_guard_packed BEFORE UPDATE OR DELETE ON fulfilment_pick
FOR EACH ROW WHEN (OLD.packed_at IS NOT NULL) EXECUTE FUNCTION fulfilment_guard_packed();

CREATE FUNCTION fulfilment_guard_returns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held integer;
    came integer;
BEGIN
    SELECT quantity INTO held FROM fulfilment_pick
    WHERE id = NEW.pick_id AND packed_at IS NOT NULL FOR UPDATE;
    SELECT coalesce(sum(quantity), 0) INTO came FROM fulfilment_pickreturn
    WHERE pick_id = NEW.pick_id;
    IF held IS NULL OR came + NEW.quantity > held THEN
        RAISE EXCEPTION 'more units came back than the box had'
        USING ERRCODE = '23514', CONSTRAINT = 'fulfilment_return_fits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fulfilment_guard_returns BEFORE INSERT ON fulfilment_pickreturn
FOR EACH ROW EXECUTE FUNCTION fulfilment_guard_returns();
"""
UNGUARD = """
DROP TRIGGER fulfilment_guard_returns ON fulfilment_pickreturn;
DROP FUNCTION fulfilment_guard_returns();
DROP TRIGGER fulfilment_guard_packed ON fulfilment_pick;
DROP FUNCTION fulfilment_guard_packed();
"""


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0005_picking_recalls")]

    operations = [
        migrations.RunSQL(GUARDS, UNGUARD),
        append_only("fulfilment_pickreturn"),
    ]
