from django.db import migrations

from apps.core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_initial")]
    operations = [append_only("payments_moneyentry")]
