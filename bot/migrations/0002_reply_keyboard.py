from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("bot", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="dialogue",
            name="has_reply_keyboard",
            field=models.BooleanField(default=False, verbose_name="shows a reply keyboard"),
        ),
    ]
