"""Add proposed corrections; triggers make proposals and decisions immutable."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PROPOSALS_STAY = """
CREATE FUNCTION releases_refuse_proposal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'proposed corrections stay as written and as decided: % of release %',
        OLD.id, OLD.release_id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'proposals_stay';
END $$;
CREATE TRIGGER proposals_are_not_deleted BEFORE DELETE ON releases_proposedcorrection
    FOR EACH ROW EXECUTE FUNCTION releases_refuse_proposal_change();
CREATE TRIGGER proposals_stay BEFORE UPDATE ON releases_proposedcorrection
    FOR EACH ROW WHEN (
        OLD.* IS DISTINCT FROM NEW.* AND (
            OLD.status <> 'open'
            OR (OLD.release_id, OLD.kind, OLD.note, OLD.content, OLD.base_number,
                OLD.proposed_by_id, OLD.proposed_at)
            IS DISTINCT FROM (NEW.release_id, NEW.kind, NEW.note, NEW.content, NEW.base_number,
                NEW.proposed_by_id, NEW.proposed_at)
        )
    )
    EXECUTE FUNCTION releases_refuse_proposal_change();
"""
DROP_PROPOSALS_STAY = """
DROP TRIGGER proposals_are_not_deleted ON releases_proposedcorrection;
DROP TRIGGER proposals_stay ON releases_proposedcorrection;
DROP FUNCTION releases_refuse_proposal_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0017_proposed_moment"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditline",
            name="deed",
            field=models.CharField(
                choices=[
                    ("created", "created it"),
                    ("edited", "edited it"),
                    ("submitted", "submitted it for review"),
                    ("sent back", "sent it back"),
                    ("approved", "approved it"),
                    ("rescheduled", "moved its release"),
                    ("recalled", "called it back before its release"),
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
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="ProposedCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("minor", "minor edit"),
                            ("correction", "correction"),
                            ("update", "update"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, help_text="What changes and why; public once approved."
                    ),
                ),
                (
                    "content",
                    models.JSONField(
                        help_text="As in a version's snapshot: text, sections, topics."
                    ),
                ),
                (
                    "base_number",
                    models.PositiveIntegerField(help_text="The version that it was written on."),
                ),
                ("proposed_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                            ("withdrawn", "taken back"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "reason",
                    models.TextField(blank=True, help_text="Why it was decided so; for staff."),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposed_corrections",
                        to="releases.release",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("release",),
                        name="one_open_proposal_a_release",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "minor"),
                            models.Q(
                                ("kind__in", ["correction", "update"]),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_has_kind_and_note",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("reason", ""),
                                ("status", "open"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("status__in", ["approved", "declined", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_is_open_or_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("status", "declined"), _negated=True),
                        name="declined_proposal_has_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PROPOSALS_STAY, DROP_PROPOSALS_STAY),
    ]
