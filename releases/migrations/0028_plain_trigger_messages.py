"""Plain messages of the triggers. Their functions are otherwise unchanged."""

from django.db import migrations

MESSAGES = {  # by function: old and new parts of its source
    "releases_refuse_version_change": {"stays as it is": "cannot be changed or deleted"},
    "releases_refuse_number_change": {"% can not become %": "cannot change % to %"},
    "releases_refuse_audit_change": {
        "audit lines are append-only: line %": "audit entries are append-only: entry %",
        "stays as it is": "cannot be changed or deleted",
    },
    "releases_refuse_moment_loss": {
        "it keeps a moment of release": "its release time cannot be removed"
    },
    "releases_refuse_proposal_change": {
        "proposed corrections stay as written and as decided": (
            "proposed corrections and decisions cannot be changed or deleted"
        )
    },
    "releases_refuse_deletion": {
        "it is withdrawn, not deleted": "withdraw it instead of deleting it"
    },
    "releases_refuse_draft": {
        "it is withdrawn, never a draft again": "it cannot become a draft again"
    },
    "releases_refuse_truncate": {"% is never emptied": "% cannot be truncated"},
    "releases_refuse_feed_authority_change": {"they are made with %": "they contain %"},
    "releases_contradiction": {
        "does not read as its last version": "differs from its last version"
    },
    "releases_refuse_contradiction": {
        "What was released changes by the actions of publishing alone.": (
            "Released content can be changed only through releases.publishing."
        )
    },
    "releases_refuse_other_topics": {
        "does not read as its last version in its topics. What was released ": (
            "differs from its last version in its topics. Released content "
        ),
        "changes by the actions of publishing alone.": (
            "can be changed only through releases.publishing."
        ),
    },
}


def use_new(apps, schema_editor):
    for function, parts in MESSAGES.items():
        _replace(schema_editor, function, parts)


def use_old(apps, schema_editor):
    for function, parts in MESSAGES.items():
        _replace(schema_editor, function, {new: old for old, new in parts.items()})


def _replace(schema_editor, function, parts):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
        [definition] = cursor.fetchone()
    for old, new in parts.items():
        definition = definition.replace(old, new)
    schema_editor.execute(definition, params=None)  # it contains percent signs


class Migration(migrations.Migration):
    dependencies = [("releases", "0027_plain_texts")]

    operations = [migrations.RunPython(use_new, use_old)]
