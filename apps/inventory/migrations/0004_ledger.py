from django.db import migrations

from apps.core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_promises_lost")]
    operations = [
        append_only("inventory_stockmovement"),
        # Half-full pages: a popular row changes in place, without touching an index.
        migrations.RunSQL(
            "ALTER TABLE inventory_stocklevel SET (fillfactor = 50)",
            "ALTER TABLE inventory_stocklevel RESET (fillfactor)",
        ),
    ]
