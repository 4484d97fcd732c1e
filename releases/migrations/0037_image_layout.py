"""Lead image, focal point and place in the text, as part of what versions record."""

import django.core.validators
from django.db import migrations, models

# Release.snapshot() without its topics. Values that are the default are absent, as in versions
# older than these columns.
SNAPSHOT = """
CREATE OR REPLACE FUNCTION releases_snapshot(of_release bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'number', number, 'slug', slug, 'title', title, 'subtitle', subtitle,
        'date', to_char(date, 'YYYY-MM-DD'), 'dateline', dateline, 'contact', contact,
        'body', body, 'end_mark', end_mark, 'language', language,
        'sections', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'kind', kind, 'heading', heading, 'body', body, 'after_end', after_end
            ) ORDER BY position), '[]') FROM releases_section WHERE release_id = of_release
        )
    ) || coalesce((
        SELECT jsonb_build_object('images', jsonb_agg(jsonb_build_object(
            'key', key, 'sha256', sha256, 'alt', alt, 'decorative', decorative,
            'caption', caption, 'credit', credit, 'rights', rights
        ){layout} ORDER BY position, id)) FROM releases_image WHERE release_id = of_release
        HAVING count(*) > 0
    ), '{{}}') || coalesce((
        SELECT jsonb_build_object('attachments', jsonb_agg(jsonb_build_object(
            'key', key, 'sha256', sha256, 'title', title, 'name', name
        ) ORDER BY position, id)) FROM releases_attachment WHERE release_id = of_release
        HAVING count(*) > 0
    ), '{{}}')
    FROM releases_release WHERE id = of_release
$$;
"""
LAYOUT = """ || jsonb_strip_nulls(jsonb_build_object(
            'is_lead', nullif(is_lead, false),
            'focus', CASE WHEN (focus_x, focus_y) <> (50, 50)
                THEN jsonb_build_array(focus_x, focus_y) END,
            'after_paragraph', after_paragraph
        ))"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0036_accounts_and_mails")]

    operations = [
        migrations.AddField(
            model_name="image",
            name="is_lead",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "Shown at the top of the page and in link previews. One for each release."
                ),
                verbose_name="lead image",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="focus_x",
            field=models.PositiveSmallIntegerField(
                default=50,
                help_text="Stays in sight where the picture is cropped.",
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="focal point, % from the left",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="focus_y",
            field=models.PositiveSmallIntegerField(
                default=50,
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="focal point, % from the top",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="after_paragraph",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Number of the paragraph that it follows.",
                null=True,
                verbose_name="place in the text",
            ),
        ),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.CheckConstraint(
                condition=models.Q(("focus_x__lte", 100), ("focus_y__lte", 100)),
                name="focal_point_is_in_the_image",
                violation_error_message="A focal point is given in percent, from 0 to 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_lead", True)),
                fields=("release",),
                name="one_lead_image_a_release",
                violation_error_message="A release can have only one lead image.",
            ),
        ),
        migrations.RunSQL(SNAPSHOT.format(layout=LAYOUT), SNAPSHOT.format(layout="")),
    ]
