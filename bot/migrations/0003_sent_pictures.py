from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("bot", "0002_reply_keyboard"),
    ]

    operations = [
        migrations.CreateModel(
            name="SentPicture",
            fields=[
                ("key", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("file_id", models.CharField(max_length=200)),
                ("sent_at", models.DateTimeField(auto_now=True)),
            ],
        ),
    ]
