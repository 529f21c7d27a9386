from django.db import migrations

from apps.core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_changes")]

    operations = [append_only("orders_orderchange"), append_only("orders_linerefund")]
