# ruff: noqa: E501 - sentences of constraints
"""Contacts, boilerplate and templates, and who may change them."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

RIGHTS = {
    "writer": ("view_contact", "view_boilerplate", "view_releasetemplate"),
    "publisher": (
        *("view_contact", "add_contact", "change_contact"),
        *("view_boilerplate", "add_boilerplate", "change_boilerplate"),
        *("view_releasetemplate", "add_releasetemplate", "change_releasetemplate"),
        *("view_templatesection", "add_templatesection"),
        *("change_templatesection", "delete_templatesection"),
    ),
    "administrator": ("delete_contact", "delete_boilerplate", "delete_releasetemplate"),
}


def grant(apps, schema_editor):
    """Grant the rights to the roles that still exist."""
    for role, codenames in roles_with(RIGHTS).items():
        group = apps.get_model("auth", "Group").objects.filter(name=role).first()
        if group:
            group.permissions.add(*(permission(apps, codename) for codename in codenames))


def roles_with(rights):
    """Return the rights of each role, with those of the roles below it."""
    publisher = (*rights["writer"], *rights["publisher"])
    return {
        **rights,
        "publisher": publisher,
        "administrator": (*publisher, *rights["administrator"]),
    }


def permission(apps, codename):
    """Return the permission, creating it: Django creates permissions only after all migrations."""
    action, model = codename.rsplit("_", 1)
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="releases", model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        codename=codename, content_type=content_type, defaults={"name": f"Can {action} {model}"}
    )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0032_staff_settings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Boilerplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(help_text="For staff.", max_length=200, unique=True)),
            ],
            options={
                "verbose_name_plural": "boilerplate",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="BoilerplateText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("heading", models.TextField(blank=True)),
                ("body", models.TextField(verbose_name="text")),
                ("at", models.DateTimeField()),
                (
                    "boilerplate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="releases.boilerplate",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddField(
            model_name="section",
            name="boilerplate",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="Version of the standard text that this section was copied from.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sections",
                to="releases.boilerplatetext",
            ),
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        blank=True, help_text="For example Press Secretary.", max_length=200
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=80)),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("valid_from", models.DateField(blank=True, help_text="Empty: always.", null=True)),
                (
                    "valid_until",
                    models.DateField(blank=True, help_text="Last day. Empty: no end.", null=True),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from", None),
                            ("valid_until", None),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="contact_ends_after_it_begins",
                        violation_error_message="The last day must not be before the first one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phone", ""), _negated=True),
                            models.Q(("email", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contact_can_be_reached",
                        violation_error_message="Enter a phone number or an e-mail address.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReleaseTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="For example Media advisory.", max_length=200, unique=True
                    ),
                ),
                (
                    "title",
                    models.TextField(
                        blank=True,
                        help_text="Put what is to be filled in between [brackets].",
                        verbose_name="title pattern",
                    ),
                ),
                ("subtitle", models.TextField(blank=True)),
                ("dateline", models.TextField(blank=True)),
                ("body", models.TextField(blank=True, verbose_name="text")),
                (
                    "end_mark",
                    models.CharField(blank=True, max_length=40, verbose_name="closing mark"),
                ),
                ("language", models.CharField(default="en", max_length=35)),
                (
                    "boilerplate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="releases.boilerplate",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="releases.contact",
                    ),
                ),
                (
                    "topics",
                    models.ManyToManyField(blank=True, related_name="+", to="releases.topic"),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="TemplateSection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("body", "body"),
                            ("background", "background"),
                            ("quote", "quote"),
                            ("resources", "resources"),
                            ("about", "about"),
                            ("notes", "notes"),
                        ],
                        default="body",
                        max_length=10,
                    ),
                ),
                ("heading", models.TextField(blank=True)),
                ("body", models.TextField(verbose_name="text")),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="releases.releasetemplate",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="boilerplatetext",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.expressions.CombinedExpression(
                        django.db.models.functions.text.Length("body"),
                        "-",
                        django.db.models.functions.text.Length(
                            django.db.models.functions.text.Replace(
                                models.F("body"), models.Value("\n")
                            )
                        ),
                    ),
                    10000,
                ),
                name="boilerplate_lines_are_bounded",
                violation_error_message="The text of a boilerplate can have at most 10,000 lines: split it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="boilerplatetext",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("heading"), 2000
                ),
                name="boilerplate_heading_is_bounded",
                violation_error_message="The heading of a boilerplate can have at most 2,000 characters: shorten it or split it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="boilerplatetext",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("body"), 250000
                ),
                name="boilerplate_body_is_bounded",
                violation_error_message="The text of a boilerplate can have at most 250,000 characters: shorten it or split it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="boilerplatetext",
            constraint=models.UniqueConstraint(
                fields=("boilerplate", "number"), name="boilerplate_version_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="releasetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__regex", "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")),
                name="template_language_is_named",
                violation_error_message="Enter a language code, for example en or es.",
            ),
        ),
        migrations.AddConstraint(
            model_name="templatesection",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.expressions.CombinedExpression(
                        django.db.models.functions.text.Length("body"),
                        "-",
                        django.db.models.functions.text.Length(
                            django.db.models.functions.text.Replace(
                                models.F("body"), models.Value("\n")
                            )
                        ),
                    ),
                    10000,
                ),
                name="template_lines_are_bounded",
                violation_error_message="The text of a template can have at most 10,000 lines: split it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="templatesection",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("heading"), 2000
                ),
                name="template_heading_is_bounded",
                violation_error_message="The heading of a template can have at most 2,000 characters: shorten it or split it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="templatesection",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("body"), 250000
                ),
                name="template_body_is_bounded",
                violation_error_message="The text of a template can have at most 250,000 characters: shorten it or split it.",
            ),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
