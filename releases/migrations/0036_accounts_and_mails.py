"""Invitations, audit entries about accounts, and the release that a mail is about."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("releases", "0035_changes_on_record"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="invitation",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="release",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="mails",
                to="releases.release",
            ),
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
                help_text="Empty for an account.",
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
                help_text="Number and title of the release, or name of the account, at that time."
            ),
        ),
    ]
