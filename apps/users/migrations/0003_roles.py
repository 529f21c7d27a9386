from django.db import migrations

ROLES = ("owner", "manager", "warehouse", "courier", "marketing", "support")


def make_roles(apps, schema_editor):
    """Make the groups; their permissions follow `roles.ROLES` after every migration."""
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):

    dependencies = [
        ("users", "0002_profiles_and_attempts"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
