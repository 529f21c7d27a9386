from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_discounts")]

    operations = [
        migrations.AddIndex(
            "orderevent",
            BrinIndex(fields=["created_at"], name="orders_event_time", pages_per_range=32),
        ),
    ]
