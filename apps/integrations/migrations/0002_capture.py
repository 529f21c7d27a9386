"""Events are written by the database, in the transaction of the change that they tell of.

The tables watched belong to apps below, which know nothing of it. Where nobody has subscribed to a
kind of event, nothing is written.
"""

from django.db import migrations

CAPTURE = """
CREATE FUNCTION integrations_record(kind text, facts jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO integrations_event (public_id, type, facts, created_at)
    SELECT gen_random_uuid(), kind, facts, clock_timestamp()
    WHERE EXISTS (
        SELECT FROM integrations_endpoint WHERE disabled_at IS NULL AND kind = ANY (types)
    )
$$;

CREATE FUNCTION integrations_order_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    facts jsonb := jsonb_build_object(
        'order_id', NEW.order_id, 'status', NEW.to_status, 'previous_status', NEW.from_status);
BEGIN
    PERFORM integrations_record('order.status_changed', facts);
    IF NEW.to_status IN ('placed', 'cancelled') THEN
        PERFORM integrations_record('order.' || NEW.to_status, facts);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER integrations_order_step AFTER INSERT ON orders_orderevent
FOR EACH ROW EXECUTE FUNCTION integrations_order_step();

CREATE FUNCTION integrations_money_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM integrations_record('order.refunded', jsonb_build_object(
        'order_id', (SELECT order_id FROM payments_payment WHERE id = NEW.payment_id),
        'amount', (-NEW.amount)::text));
    RETURN NULL;
END $$;
CREATE TRIGGER integrations_money_back AFTER INSERT ON payments_moneyentry
FOR EACH ROW WHEN (NEW.kind = 'refund') EXECUTE FUNCTION integrations_money_back();

CREATE FUNCTION integrations_stock_band() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    facts jsonb := jsonb_build_object(
        'sku', NEW.sku, 'availability', NEW.availability,
        'previous_availability', OLD.availability);
BEGIN
    PERFORM integrations_record('stock.changed', facts);
    -- A band below "in stock" is at the threshold or below it; what is on clearance is to run out.
    IF OLD.availability = 'in_stock' AND NEW.clearance_of_id IS NULL THEN
        PERFORM integrations_record('stock.low', facts);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER integrations_stock_band AFTER UPDATE OF availability ON catalog_variant
FOR EACH ROW WHEN (OLD.availability IS DISTINCT FROM NEW.availability)
EXECUTE FUNCTION integrations_stock_band();
"""

RELEASE = """
DROP TRIGGER integrations_stock_band ON catalog_variant;
DROP TRIGGER integrations_money_back ON payments_moneyentry;
DROP TRIGGER integrations_order_step ON orders_orderevent;
DROP FUNCTION integrations_stock_band();
DROP FUNCTION integrations_money_back();
DROP FUNCTION integrations_order_step();
DROP FUNCTION integrations_record(text, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0001_initial"),
        ("catalog", "0011_sold_by_weight"),
        ("orders", "0009_weighed_goods"),
        ("payments", "0007_days_without_a_list"),
    ]

    operations = [migrations.RunSQL(CAPTURE, RELEASE)]
