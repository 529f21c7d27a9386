"""What PostgreSQL itself refuses: to change a delivery note that was booked or refused."""

from django.db import migrations

GUARD = """
CREATE FUNCTION inventory_keep_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'delivery note % is closed', OLD.id
    USING ERRCODE = '23514', CONSTRAINT = 'inventory_delivery_kept';
END $$;
CREATE TRIGGER inventory_keep_delivery BEFORE UPDATE OR DELETE ON inventory_deliverynote
FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION inventory_keep_delivery();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_deliveries_and_stocktakes")]
    operations = [
        migrations.RunSQL(
            GUARD,
            """
            DROP TRIGGER inventory_keep_delivery ON inventory_deliverynote;
            DROP FUNCTION inventory_keep_delivery();
            """,
        ),
    ]
