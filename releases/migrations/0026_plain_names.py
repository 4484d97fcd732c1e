"""Rename AuditLine to AuditEntry, its `deed` to `action`, and Likeness to SimilarReleases.

Tables and columns keep their names.
"""

import django.db.models.deletion
from django.db import migrations, models

ACTIONS = [
    ("created", "created it"),
    ("edited", "edited it"),
    ("submitted", "submitted it for review"),
    ("sent back", "sent it back"),
    ("approved", "approved it"),
    ("rescheduled", "moved its release"),
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
]


RENAMED = {
    "auditline": ("auditentry", "audit entry"),
    "likeness": ("similarreleases", "similar releases"),
}


def rename_permissions(apps, schema_editor):
    """Give groups and accounts the permissions by their new names."""
    # Django renames only the content types, and creates the new permissions after all migrations.
    for model, (new_model, title) in RENAMED.items():
        for old in apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label="releases", codename__endswith=f"_{model}"
        ):
            _replace(apps, old, new_model, title)


def _replace(apps, old, model, title):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="releases", model=model
    )
    verb = old.codename.split("_")[0]
    new, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        codename=f"{verb}_{model}",
        content_type=content_type,
        defaults={"name": f"Can {verb} {title}"},
    )
    new.group_set.add(*old.group_set.all())
    new.user_set.add(*old.user_set.all())
    if new.pk != old.pk:
        old.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0025_topics_on_record"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelTable("auditline", "releases_auditline"),
        migrations.RenameModel("AuditLine", "AuditEntry"),
        migrations.AlterModelOptions(
            "auditentry", {"ordering": ["id"], "verbose_name_plural": "audit entries"}
        ),
        migrations.AlterField(
            "auditentry",
            "deed",
            models.CharField(choices=ACTIONS, db_column="deed", max_length=20),
        ),
        migrations.RenameField("auditentry", "deed", "action"),
        migrations.AlterField(
            "auditentry",
            "release",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="audit_entries",
                to="releases.release",
            ),
        ),
        migrations.AlterModelTable("likeness", "releases_likeness"),
        migrations.RenameModel("Likeness", "SimilarReleases"),
        migrations.AlterModelOptions(
            "similarreleases", {"verbose_name_plural": "similar releases"}
        ),
        migrations.AlterField(
            "similarreleases",
            "release",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="similar_releases",
                serialize=False,
                to="releases.release",
            ),
        ),
        migrations.RunPython(rename_permissions, migrations.RunPython.noop),
    ]
