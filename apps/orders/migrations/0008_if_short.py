
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0007_changes_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='if_short',
            field=models.CharField(choices=[('leave', 'leave it out'), ('replace', 'replace it with something similar'), ('call', 'call me')], default='leave', max_length=10, verbose_name='if something runs out'),
        ),
    ]
