"""Help texts, labels and messages of constraints in plain English."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0026_plain_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="name",
            field=models.CharField(
                editable=False, help_text="File name in the URL. Never changes.", max_length=100
            ),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="original_name",
            field=models.TextField(editable=False, help_text="File name of the upload."),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="text",
            field=models.TextField(
                blank=True, editable=False, help_text="Extracted text, for search."
            ),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="title",
            field=models.CharField(
                help_text="Public title, for example “Complaint”.", max_length=500
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
                ],
                db_column="deed",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="by",
            field=models.ForeignKey(
                help_text="Empty for the system, for example a command-line import.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="origin",
            field=models.TextField(
                blank=True, help_text="Where the action came from, for example “admin”."
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="subject",
            field=models.TextField(help_text="Number and title of the release at that time."),
        ),
        migrations.AlterField(
            model_name="image",
            name="alt",
            field=models.TextField(
                blank=True,
                help_text="Describes the picture to people who cannot see it.",
                max_length=2000,
                verbose_name="alt text",
            ),
        ),
        migrations.AlterField(
            model_name="image",
            name="credit",
            field=models.TextField(
                blank=True, help_text="For example “Photo: Jane Roe”.", max_length=2000
            ),
        ),
        migrations.AlterField(
            model_name="image",
            name="decorative",
            field=models.BooleanField(
                default=False, help_text="Adds nothing to the text, so it needs no alt text."
            ),
        ),
        migrations.AlterField(
            model_name="image",
            name="original_name",
            field=models.TextField(editable=False, help_text="File name of the upload."),
        ),
        migrations.AlterField(
            model_name="image",
            name="renditions",
            field=models.JSONField(
                editable=False,
                help_text="The full-size copy without metadata first, then smaller ones.",
            ),
        ),
        migrations.AlterField(
            model_name="image",
            name="rights",
            field=models.TextField(
                blank=True, help_text="Terms of use, for example “Public domain”.", max_length=2000
            ),
        ),
        migrations.AlterField(
            model_name="legacyurl",
            name="key",
            field=models.TextField(
                editable=False, help_text="Normalized path, for lookups.", unique=True
            ),
        ),
        migrations.AlterField(
            model_name="legacyurl",
            name="url",
            field=models.TextField(help_text="Original URL."),
        ),
        migrations.AlterField(
            model_name="previewlink",
            name="recipient",
            field=models.CharField(help_text="Name of the recipient.", max_length=300),
        ),
        migrations.AlterField(
            model_name="previewuse",
            name="file",
            field=models.TextField(
                blank=True, help_text="File name, or empty for the page itself."
            ),
        ),
        migrations.AlterField(
            model_name="proposedcorrection",
            name="base_number",
            field=models.PositiveIntegerField(help_text="Number of the version it is based on."),
        ),
        migrations.AlterField(
            model_name="proposedcorrection",
            name="content",
            field=models.JSONField(
                help_text="Text, sections and topics, as in a version's snapshot."
            ),
        ),
        migrations.AlterField(
            model_name="proposedcorrection",
            name="note",
            field=models.TextField(
                blank=True, help_text="What changes and why. Public once approved."
            ),
        ),
        migrations.AlterField(
            model_name="proposedcorrection",
            name="reason",
            field=models.TextField(
                blank=True, help_text="Reason for the decision. Only staff can see it."
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="contact",
            field=models.TextField(blank=True, help_text="Contact block, exactly as printed."),
        ),
        migrations.AlterField(
            model_name="release",
            name="dateline",
            field=models.TextField(
                blank=True, help_text="Place as printed, for example LOS ANGELES."
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="language",
            field=models.CharField(
                default="en", help_text="BCP 47 tag, for example en or es.", max_length=35
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="number",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text=(
                    "Permanent identifier: year of issue and serial number, for example 2012-0001."
                ),
                max_length=16,
                null=True,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="release_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Public from this time on.",
                null=True,
                verbose_name="released at",
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="slug",
            field=models.SlugField(
                blank=True,
                help_text="Readable part of the URL. Earlier ones redirect.",
                max_length=200,
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="source_bytes",
            field=models.BinaryField(
                help_text="Original bytes, if encoding source_text again would not reproduce them.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="source_key",
            field=models.TextField(
                editable=False,
                help_text="Source name, and the release's identifier there.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="status_reason",
            field=models.TextField(
                blank=True, help_text="Why it was withdrawn, removed or blocked. Public."
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                help_text="Release that replaces this withdrawn one.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced",
                to="releases.release",
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="title_withheld",
            field=models.BooleanField(
                default=False, help_text="Hide the title on the tombstone page too."
            ),
        ),
        migrations.AlterField(
            model_name="section",
            name="body",
            field=models.TextField(help_text="Restricted Markdown, like the release's body."),
        ),
        migrations.AlterField(
            model_name="sentform",
            name="outcome",
            field=models.JSONField(
                help_text="Outcome of each record of an import; null until it is done.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="similarreleases",
            name="others",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                help_text="Release ids. Filter with `published` before showing them.",
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="version",
            name="note",
            field=models.TextField(blank=True, help_text="What changed and why. Public."),
        ),
        migrations.AlterField(
            model_name="version",
            name="paragraph_numbers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveIntegerField(),
                help_text="Paragraph numbers, unless they are 1, 2, 3 …",
                null=True,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="version",
            name="words_changed",
            field=models.PositiveIntegerField(
                default=0, help_text="Number of words that differ from the previous version."
            ),
        ),
        migrations.AlterField(
            model_name="workingcopy",
            name="at",
            field=models.DateTimeField(help_text="Time of the last autosave."),
        ),
        migrations.AlterField(
            model_name="workingcopy",
            name="fields",
            field=models.JSONField(help_text="Pairs of name and value, as the browser sent them."),
        ),
        migrations.AlterField(
            model_name="workingcopy",
            name="form_token",
            field=models.CharField(
                blank=True,
                help_text="Token of the form, for a release not yet created.",
                max_length=32,
            ),
        ),
        migrations.AlterField(
            model_name="workingcopy",
            name="release",
            field=models.ForeignKey(
                help_text="Empty for a release not yet created.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="working_copies",
                to="releases.release",
            ),
        ),
        migrations.AlterConstraint(
            model_name="image",
            name="image_has_alt_text_or_is_decorative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("alt", ""), ("decorative", True)),
                    models.Q(("decorative", False), models.Q(("alt", ""), _negated=True)),
                    _connector="OR",
                ),
                name="image_has_alt_text_or_is_decorative",
                violation_error_message="An image needs an alt text unless it is decorative.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="public_release_is_complete",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "in_review"]),
                    models.Q(
                        ("date__isnull", False),
                        ("number__isnull", False),
                        ("release_at__isnull", False),
                        models.Q(("title", ""), _negated=True),
                        models.Q(("slug", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="public_release_is_complete",
                violation_error_message=(
                    "An approved release needs a title, a slug, a date, a number "
                    "and a release time."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="language_is_named",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__regex", "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")),
                name="language_is_named",
                violation_error_message="The language must be a BCP 47 tag, for example en or es.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="translation_is_of_another_release",
            constraint=models.CheckConstraint(
                condition=models.Q(("translation_of", models.F("id")), _negated=True),
                name="translation_is_of_another_release",
                violation_error_message="A release cannot be a translation of itself.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="withdrawn_release_has_reason",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["withdrawn", "removed", "blocked"]), _negated=True),
                    models.Q(("status_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="withdrawn_release_has_reason",
                violation_error_message="A withdrawn release needs a reason.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="successor_is_of_a_withdrawn_release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor__isnull", True),
                    models.Q(
                        ("status__in", ["withdrawn", "removed", "blocked"]),
                        models.Q(("successor", models.F("id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="successor_is_of_a_withdrawn_release",
                violation_error_message=(
                    "Only a withdrawn release can have a successor, which must be another release."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="slug_is_no_page_of_its_own",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("slug__in", ("cite", "preview", "versions")), _negated=True),
                    models.Q(("slug__regex", "^p[0-9]+$"), _negated=True),
                ),
                name="slug_is_no_page_of_its_own",
                violation_error_message="This slug is reserved for another page.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="release_title_is_bounded",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("title"), 2000
                ),
                name="release_title_is_bounded",
                violation_error_message=(
                    "The title of a release can have at most 2,000 characters: "
                    "shorten it or split it."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="release_subtitle_is_bounded",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("subtitle"), 5000
                ),
                name="release_subtitle_is_bounded",
                violation_error_message=(
                    "The subtitle of a release can have at most 5,000 "
                    "characters: shorten it or split it."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="release_dateline_is_bounded",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("dateline"), 1000
                ),
                name="release_dateline_is_bounded",
                violation_error_message=(
                    "The dateline of a release can have at most 1,000 "
                    "characters: shorten it or split it."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="release_contact_is_bounded",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("contact"), 10000
                ),
                name="release_contact_is_bounded",
                violation_error_message=(
                    "The contact block of a release can have at most 10,000 "
                    "characters: shorten it or split it."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="release_body_is_bounded",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("body"), 250000
                ),
                name="release_body_is_bounded",
                violation_error_message=(
                    "The text of a release can have at most 250,000 characters: "
                    "shorten it or split it."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="release",
            name="release_lines_are_bounded",
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
                name="release_lines_are_bounded",
                violation_error_message=(
                    "The text of a release can have at most 10,000 lines: split it."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="section",
            name="section_heading_is_bounded",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("heading"), 2000
                ),
                name="section_heading_is_bounded",
                violation_error_message=(
                    "The heading of a section can have at most 2,000 characters: "
                    "shorten it or split it."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="section",
            name="section_body_is_bounded",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("body"), 250000
                ),
                name="section_body_is_bounded",
                violation_error_message=(
                    "The text of a section can have at most 250,000 characters: "
                    "shorten it or split it."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="section",
            name="section_lines_are_bounded",
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
                name="section_lines_are_bounded",
                violation_error_message=(
                    "The text of a section can have at most 10,000 lines: split it."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="version",
            name="correction_has_note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["issued", "minor"]),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="correction_has_note",
                violation_error_message="A correction, update or withdrawal needs a public note.",
            ),
        ),
    ]
