"""What PostgreSQL itself refuses: a status that no step leads to, and a rewritten history."""

from django.db import migrations

from apps.core.triggers import append_only

# (from, to, method); an empty method is any. lifecycle.MOVES says the same; a test compares them.
MOVES = (
    ("awaiting_payment", "placed", ""),
    ("awaiting_payment", "expired", ""),
    ("awaiting_payment", "cancelled", ""),
    ("expired", "placed", ""),
    ("placed", "confirmed", ""),
    ("placed", "cancelled", ""),
    ("confirmed", "picking", ""),
    ("confirmed", "cancelled", ""),
    ("picking", "packed", ""),
    ("picking", "cancelled", ""),
    ("packed", "out_for_delivery", "delivery"),
    ("packed", "ready_for_pickup", "pickup"),
    ("packed", "cancelled", ""),
    ("out_for_delivery", "delivered", ""),
    ("out_for_delivery", "delivery_failed", ""),
    ("ready_for_pickup", "delivered", ""),
    ("ready_for_pickup", "returned", ""),
    ("delivery_failed", "packed", ""),
    ("delivery_failed", "returned", ""),
    ("delivered", "returned", ""),
)
FIRST = ("awaiting_payment", "placed")

_moves = ", ".join(f"('{source}', '{target}', '{method}')" for source, target, method in MOVES)
_first = ", ".join(f"'{status}'" for status in FIRST)

GUARD = f"""
CREATE FUNCTION orders_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status NOT IN ({_first}) THEN
            RAISE EXCEPTION 'an order never begins as %', NEW.status
            USING ERRCODE = '23514', CONSTRAINT = 'orders_order_lifecycle';
        END IF;
    ELSIF NOT EXISTS (
        SELECT 1 FROM (VALUES {_moves}) AS move (source, target, method)
        WHERE move.source = OLD.status AND move.target = NEW.status
        AND move.method IN ('', NEW.method)
    ) THEN
        RAISE EXCEPTION 'an order never goes from % to %', OLD.status, NEW.status
        USING ERRCODE = '23514', CONSTRAINT = 'orders_order_lifecycle';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_guard_first BEFORE INSERT ON orders_order
FOR EACH ROW EXECUTE FUNCTION orders_guard_status();
CREATE TRIGGER orders_guard_moves BEFORE UPDATE ON orders_order
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION orders_guard_status();
"""
UNGUARD = """
DROP TRIGGER orders_guard_moves ON orders_order;
DROP TRIGGER orders_guard_first ON orders_order;
DROP FUNCTION orders_guard_status();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE orders_order_number", "DROP SEQUENCE orders_order_number"
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        append_only("orders_orderevent"),
    ]
