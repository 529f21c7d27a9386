from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_initial")]
    operations = [
        migrations.AddField(
            model_name="reservation",
            name="unreported",
            field=models.PositiveIntegerField(
                default=0, editable=False, verbose_name="lost, not told yet"
            ),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(
                condition=models.Q(("unreported__gt", 0)),
                fields=["order_line"],
                name="inventory_reservation_short",
            ),
        ),
    ]
