from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("payments", "0006_receipts_of_captures")]

    operations = [
        migrations.AddField(
            model_name="daycomparison",
            name="has_list",
            field=models.BooleanField(default=True, verbose_name="the provider has a list"),
        ),
        migrations.AddConstraint(
            model_name="daycomparison",
            constraint=models.CheckConstraint(
                condition=Q(has_list=True)
                | Q(their_payments=0, their_captured=0, their_refunded=0, differences=0),
                name="payments_day_without_list",
            ),
        ),
    ]
