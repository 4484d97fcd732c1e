# ruff: noqa: E501 - help texts
"""Redirects from old addresses, and counts of old addresses that lead nowhere."""

import django.db.models.deletion
from django.db import migrations, models

RIGHTS = {
    "publisher": ("view_redirect", "add_redirect", "change_redirect", "view_missedaddress"),
    "administrator": ("delete_redirect", "delete_missedaddress"),
}
NEVER_EMPTIED = """
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON releases_redirect
    EXECUTE FUNCTION releases_refuse_truncate();
"""


def grant(apps, schema_editor):
    """Grant the rights to the roles that still exist."""
    above = {**RIGHTS, "administrator": (*RIGHTS["publisher"], *RIGHTS["administrator"])}
    for role, codenames in above.items():
        group = apps.get_model("auth", "Group").objects.filter(name=role).first()
        if group:
            group.permissions.add(*(permission(apps, codename) for codename in codenames))


def permission(apps, codename):
    """Return the permission, creating it: Django creates permissions only after all migrations."""
    action, model = codename.rsplit("_", 1)
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="releases", model=model
    )
    name = {"missedaddress": "old address"}.get(model, model)
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        codename=codename, content_type=content_type, defaults={"name": f"Can {action} {name}"}
    )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0040_import_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="MissedAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=600, unique=True)),
                ("address", models.CharField(max_length=500)),
                ("hits", models.PositiveIntegerField(default=0)),
                ("last_seen", models.DateField()),
            ],
            options={
                "verbose_name": "old address",
                "verbose_name_plural": "old addresses",
                "ordering": ["-hits", "-last_seen", "-id"],
                "default_permissions": ("view", "delete"),
            },
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="action",
            field=models.CharField(
                choices=[
                    ("created", "created it"),
                    ("edited", "edited it"),
                    ("submitted", "submitted it for review"),
                    ("sent back", "sent it back"),
                    ("approved", "approved it"),
                    ("rescheduled", "changed its release time"),
                    ("recalled", "recalled its approval"),
                    ("corrected", "corrected it"),
                    ("updated", "updated it"),
                    ("proposed", "proposed a correction of it"),
                    ("accepted", "approved a proposed correction of it"),
                    ("declined", "declined a proposed correction of it"),
                    ("retracted", "took back a proposed correction of it"),
                    ("renamed", "changed its address"),
                    ("paired", "changed its translation"),
                    ("filed", "changed its topics"),
                    ("withdrew", "withdrew it"),
                    ("removed", "removed it"),
                    ("blocked", "blocked it by law"),
                    ("reinstated", "reinstated it"),
                    ("shared", "shared a preview of it"),
                    ("revoked", "revoked a preview of it"),
                    ("deleted", "deleted the draft"),
                    ("invited", "invited"),
                    ("invited again", "sent a new invitation to"),
                    ("uninvited", "revoked the invitation of"),
                    ("joined", "accepted the invitation of"),
                    ("deactivated", "deactivated the account of"),
                    ("reactivated", "reactivated the account of"),
                    ("role", "changed the role of"),
                    ("office", "changed the office’s settings"),
                    ("redirected", "redirected"),
                    ("redirect changed", "changed the redirect of"),
                    ("redirect deleted", "deleted the redirect of"),
                ],
                db_column="deed",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="release",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="Empty for an account, a redirect or the office.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="audit_entries",
                to="releases.release",
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="subject",
            field=models.TextField(
                help_text="Number and title of the release, account or old address, at that time."
            ),
        ),
        migrations.CreateModel(
            name="Redirect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        help_text="From the path on, such as /news/rss.php?section=2, or whole.",
                        max_length=500,
                        verbose_name="old address",
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=600, unique=True)),
                (
                    "target",
                    models.CharField(
                        blank=True,
                        help_text="A page of this site, such as /topics/water/, or a whole https:// address.",
                        max_length=500,
                        verbose_name="leads to",
                    ),
                ),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        choices=[(301, "moved to another address (301)"), (410, "gone (410)")],
                        default=301,
                        verbose_name="answer",
                    ),
                ),
            ],
            options={
                "ordering": ["key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", 301), models.Q(("target", ""), _negated=True)),
                            models.Q(("status", 410), ("target", "")),
                            _connector="OR",
                        ),
                        name="moved_addresses_have_a_target",
                        violation_error_message="An address that moved leads somewhere; one that is gone leads nowhere.",
                    )
                ],
            },
        ),
        migrations.RunSQL(NEVER_EMPTIED, "DROP TRIGGER never_emptied ON releases_redirect;"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
