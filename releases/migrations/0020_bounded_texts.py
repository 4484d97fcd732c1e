from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

MOST = {
    "release": {
        "title": 2_000,
        "subtitle": 5_000,
        "dateline": 1_000,
        "contact": 10_000,
        "body": 250_000,
    },
    "section": {"heading": 2_000, "body": 250_000},
}
NAMES = {"body": "text", "contact": "contact block"}


def name_longer_texts(apps, schema_editor):
    """Name each text that has to be shortened first."""
    found = []
    for model, lengths in MOST.items():
        key = "pk" if model == "release" else "release_id"
        for field, most in lengths.items():
            rows = apps.get_model("releases", model).objects.annotate(size=Length(field))
            found += [
                f"Release {pk} in the admin: {model} {field}, {size:,} characters, at most {most:,}"
                for pk, size in rows.filter(size__gt=most).values_list(key, "size")
            ]
    if found:
        advice = (
            "Shorten or split these texts with the previous version of "
            "Pressroom, then migrate again:"
        )
        raise RuntimeError("\n".join([advice, *found]))


def constraint(model, field, most):
    return models.CheckConstraint(
        condition=LessThanOrEqual(Length(field), most),
        name=f"{model}_{field}_is_bounded",
        violation_error_message=(
            f"The {NAMES.get(field, field)} of a {model} has at most {most:,} characters: "
            "shorten it or split it."
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0019_working_copies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(name_longer_texts, migrations.RunPython.noop, elidable=True),
        *(
            migrations.AddConstraint(model, constraint(model, field, most))
            for model, lengths in MOST.items()
            for field, most in lengths.items()
        ),
    ]
