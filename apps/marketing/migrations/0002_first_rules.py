from django.db import migrations

RULES = ((14, 20), (7, 35), (3, 50))


def make_rules(apps, schema_editor):
    """Begin with steps that suit most goods; staff change them as they like."""
    rules = apps.get_model("marketing", "MarkdownRule")
    for days, percent in RULES:
        rules.objects.get_or_create(days=days, defaults={"percent": percent})


class Migration(migrations.Migration):
    dependencies = [("marketing", "0001_initial")]
    operations = [migrations.RunPython(make_rules, migrations.RunPython.noop)]
