from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0005_day_comparisons'),
    ]

    operations = [
        migrations.AddField(
            model_name='providercall',
            name='lines',
            field=models.JSONField(blank=True, db_default=[], default=list, verbose_name='lines'),
        ),
    ]
