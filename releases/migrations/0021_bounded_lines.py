from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Length, Replace
from django.db.models.lookups import LessThanOrEqual

LINES = 10_000
LINE_ENDS = Length("body") - Length(Replace(F("body"), Value("\n")))


def name_longer_texts(apps, schema_editor):
    """Name each text that has to be split first."""
    found = []
    for model, key in (("release", "pk"), ("section", "release_id")):
        rows = apps.get_model("releases", model).objects.annotate(line_ends=LINE_ENDS)
        found += [
            f"Release {pk} in the admin: {model} of {line_ends:,} lines, at most {LINES:,}"
            for pk, line_ends in rows.filter(line_ends__gt=LINES).values_list(key, "line_ends")
        ]
    if found:
        advice = "Split these texts with the program of before, then migrate again:"
        raise RuntimeError("\n".join([advice, *found]))


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0020_bounded_texts"),
    ]

    operations = [
        migrations.RunPython(name_longer_texts, migrations.RunPython.noop, elidable=True),
        *(
            migrations.AddConstraint(
                model,
                models.CheckConstraint(
                    condition=LessThanOrEqual(LINE_ENDS, LINES),
                    name=f"{model}_lines_are_bounded",
                    violation_error_message=(
                        f"The text of a {model} has at most {LINES:,} lines: split it."
                    ),
                ),
            )
            for model in ("release", "section")
        ),
    ]
