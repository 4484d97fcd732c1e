"""Create the three roles of a press office as groups."""

from django.db import migrations

WRITER = {
    "releases": [
        *("view_release", "add_release", "change_release"),
        *("view_section", "add_section", "change_section", "delete_section"),
        *("view_topic", "view_version", "view_auditline", "view_legacyurl"),
    ],
}
PUBLISHER = {
    "releases": [
        *WRITER["releases"],
        *("approve_release", "correct_release", "withdraw_release"),
        *("add_topic", "change_topic"),
    ],
}
ADMINISTRATOR = {
    "releases": [*PUBLISHER["releases"], "remove_release", "delete_release", "delete_topic"],
    "auth": ["view_user", "add_user", "change_user", "view_group"],
}
ROLES = {"writer": WRITER, "publisher": PUBLISHER, "administrator": ADMINISTRATOR}


def create_roles(apps, schema_editor):
    """Create the groups and add their permissions; additional permissions stay."""
    group_model = apps.get_model("auth", "Group")
    for role, granted in ROLES.items():
        group, _ = group_model.objects.get_or_create(name=role)
        for app, codenames in granted.items():
            group.permissions.add(*(_permission(apps, app, codename) for codename in codenames))


def _permission(apps, app, codename):
    """Return the permission, creating it: Django creates permissions only after all migrations."""
    action, model = codename.rsplit("_", 1)
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app, model=model
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        codename=codename, content_type=content_type, defaults={"name": f"Can {action} {model}"}
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0008_publishing"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
