# ruff: noqa: E501 - help texts
"""Settings of the office, which administrators may change."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


def grant(apps, schema_editor):
    """Let administrators, where the role still exists, see and change the office."""
    # Django creates permissions only after all migrations.
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="releases", model="office"
    )
    group = apps.get_model("auth", "Group").objects.filter(name="administrator").first()
    for action in ("view", "change"):
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            codename=f"{action}_office",
            content_type=content_type,
            defaults={"name": f"Can {action} office"},
        )
        if group:
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0037_image_layout"),
    ]

    operations = [
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
                help_text="Empty for an account or the office.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="audit_entries",
                to="releases.release",
            ),
        ),
        migrations.CreateModel(
            name="Office",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "contact",
                    models.CharField(
                        blank=True,
                        help_text="For journalists, on every public page: phone, e-mail, hours.",
                        max_length=500,
                        verbose_name="press contact",
                    ),
                ),
                (
                    "footer",
                    models.TextField(
                        blank=True,
                        help_text="At the foot of every public page. Empty: a sentence about the archive.",
                        max_length=1000,
                        verbose_name="footer text",
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        blank=True,
                        help_text="Scheme and host of the site, such as https://press.example.gov: the beginning of links in e-mails, feeds, citations and PDF files. Ids in feeds never change.",
                        max_length=200,
                        verbose_name="canonical address",
                    ),
                ),
                (
                    "seal_alt",
                    models.CharField(
                        blank=True,
                        help_text="For people who cannot see it, for example “Seal of the County”.",
                        max_length=200,
                        verbose_name="description of the seal",
                    ),
                ),
                ("seal_key", models.CharField(blank=True, editable=False, max_length=32)),
                ("seal_files", models.JSONField(blank=True, default=list, editable=False)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name_plural": "office settings",
                "default_permissions": ("view", "change"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_office"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seal_key", ""),
                            models.Q(("seal_alt", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="seal_has_alt_text",
                        violation_error_message="Describe the seal for people who cannot see it.",
                    ),
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
