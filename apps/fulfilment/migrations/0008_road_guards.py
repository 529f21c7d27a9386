"""What PostgreSQL itself refuses: a stop opened again, and money that was handed over."""

from django.db import migrations

from apps.core.triggers import append_only

GUARDS = """
CREATE FUNCTION fulfilment_guard_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- How the money was taken may be corrected until it is handed over.
    IF TG_OP = 'UPDATE' AND (NEW.run_id, NEW.order_id, NEW.state, NEW.closed_at, NEW.taken)
        IS NOT DISTINCT FROM (OLD.run_id, OLD.order_id, OLD.state, OLD.closed_at, OLD.taken) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a closed stop is never changed'
    USING ERRCODE = '23514', CONSTRAINT = 'fulfilment_stop_closed';
END $$;
CREATE TRIGGER fulfilment_guard_stop BEFORE UPDATE OR DELETE ON fulfilment_stop
FOR EACH ROW WHEN (OLD.state IN ('done', 'failed')) EXECUTE FUNCTION fulfilment_guard_stop();

CREATE FUNCTION fulfilment_guard_shift() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'money that was handed over is never counted anew'
    USING ERRCODE = '23514', CONSTRAINT = 'fulfilment_shift_over';
END $$;
CREATE TRIGGER fulfilment_guard_shift BEFORE UPDATE OR DELETE ON fulfilment_cashshift
FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION fulfilment_guard_shift();

CREATE FUNCTION fulfilment_guard_shift_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM fulfilment_cashshift
    WHERE id = NEW.shift_id AND closed_at IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'money that was handed over is never counted anew'
        USING ERRCODE = '23514', CONSTRAINT = 'fulfilment_shift_over';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fulfilment_guard_shift_entry BEFORE INSERT ON fulfilment_shiftentry
FOR EACH ROW EXECUTE FUNCTION fulfilment_guard_shift_entry();
"""
UNGUARD = """
DROP TRIGGER fulfilment_guard_shift_entry ON fulfilment_shiftentry;
DROP FUNCTION fulfilment_guard_shift_entry();
DROP TRIGGER fulfilment_guard_shift ON fulfilment_cashshift;
DROP FUNCTION fulfilment_guard_shift();
DROP TRIGGER fulfilment_guard_stop ON fulfilment_stop;
DROP FUNCTION fulfilment_guard_stop();
"""


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0007_couriers_day")]

    operations = [
        migrations.RunSQL(GUARDS, UNGUARD),
        append_only("fulfilment_shiftentry"),
    ]
