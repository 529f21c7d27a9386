from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bot', '0003_sent_pictures'),
    ]

    operations = [
        migrations.AddField(
            model_name='lane',
            name='is_known',
            field=models.BooleanField(default=False),
        ),
    ]
