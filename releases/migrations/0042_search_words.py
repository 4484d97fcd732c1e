# ruff: noqa: E501 - help texts
"""Synonyms, with those shipped, pinned results and counts of searches without results."""

import django.db.models.deletion
from django.db import migrations, models

from releases.search.query.standard_synonyms import STANDARD_SYNONYMS

RIGHTS = {
    "publisher": (
        *("view_synonym", "add_synonym", "change_synonym", "view_missedsearch"),
        *("view_pinnedresult", "add_pinnedresult", "change_pinnedresult"),
    ),
    "administrator": ("delete_synonym", "delete_pinnedresult", "delete_missedsearch"),
}
NAMES = {"missedsearch": "search without results", "pinnedresult": "pinned result"}


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
    name = NAMES.get(model, model)
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        codename=codename, content_type=content_type, defaults={"name": f"Can {action} {name}"}
    )
    return found


def add_standard(apps, schema_editor):
    """Add the shipped entries, which staff change from here on."""
    synonym = apps.get_model("releases", "Synonym")
    synonym.objects.bulk_create(synonym(**each._asdict()) for each in STANDARD_SYNONYMS)


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0041_redirects"),
    ]

    operations = [
        migrations.CreateModel(
            name="PinnedResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "queries",
                    models.TextField(
                        help_text="One a line, as readers type them. Capitals, accents and plurals do not matter.",
                        verbose_name="searches",
                    ),
                ),
                (
                    "releases",
                    models.TextField(
                        help_text="Numbers, such as 2012-0001, one a line, in the order to show. Each is shown only while it is public."
                    ),
                ),
                (
                    "until",
                    models.DateField(
                        blank=True,
                        help_text="Leave empty to recommend them until changed.",
                        null=True,
                        verbose_name="last day",
                    ),
                ),
            ],
            options={
                "ordering": ["queries", "id"],
            },
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        help_text="Separated by commas, such as: cell phone, mobile phone. They find each other.",
                        max_length=500,
                        verbose_name="words or phrases",
                    ),
                ),
                (
                    "finds",
                    models.CharField(
                        blank=True,
                        help_text="Fill this in for one way only: the words above find these, but these do not find the words above. For example, fentanyl also finds opioid.",
                        max_length=500,
                        verbose_name="also finds",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("synonym", "Synonym"),
                            ("nickname", "Nickname"),
                            ("abbreviation", "Abbreviation"),
                        ],
                        default="synonym",
                        max_length=20,
                    ),
                ),
                (
                    "is_used",
                    models.BooleanField(
                        default=True,
                        help_text="Untick to switch the entry off and keep it.",
                        verbose_name="in use",
                    ),
                ),
            ],
            options={
                "ordering": ["words", "id"],
            },
        ),
        migrations.AddField(
            model_name="office",
            name="search_words",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Random, changed with synonyms and pinned results; empty: those shipped.",
                max_length=32,
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
                    ("office", "changed the office’s settings"),
                    ("redirected", "redirected"),
                    ("redirect changed", "changed the redirect of"),
                    ("redirect deleted", "deleted the redirect of"),
                    ("synonym added", "added the synonym"),
                    ("synonym changed", "changed the synonym"),
                    ("synonym deleted", "deleted the synonym"),
                    ("pinned", "pinned results of the search"),
                    ("pins changed", "changed the pinned results of the search"),
                    ("pins deleted", "deleted the pinned results of the search"),
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
                help_text="Empty for an account, a redirect, the search or the office.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="audit_entries",
                to="releases.release",
            ),
        ),
        migrations.CreateModel(
            name="MissedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("query", models.CharField(max_length=100, verbose_name="search")),
                ("week", models.DateField(help_text="Its Monday.")),
                ("searches", models.PositiveIntegerField()),
                ("results", models.PositiveSmallIntegerField()),
            ],
            options={
                "verbose_name": "search without results",
                "verbose_name_plural": "searches without results",
                "ordering": ["-searches", "-week", "-id"],
                "default_permissions": ("view", "delete"),
                "constraints": [
                    models.UniqueConstraint(fields=("query", "week"), name="one_count_per_week")
                ],
            },
        ),
        migrations.RunPython(add_standard, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
