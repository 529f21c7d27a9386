from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0007_days_without_a_list")]

    operations = [
        migrations.AlterField(
            model_name="providercall",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting"),
                    ("done", "done"),
                    ("failed", "refused"),
                    ("withdrawn", "no longer wanted"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]
