from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inventory", "0008_clearance")]

    operations = [
        migrations.AddIndex(
            "stockmovement",
            BrinIndex(fields=["created_at"], name="inventory_movement_time", pages_per_range=32),
        ),
    ]
