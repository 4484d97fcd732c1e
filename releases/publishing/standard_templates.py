"""Release templates that most press offices need, to begin with."""

from __future__ import annotations

from django.db import transaction

from releases.models import ReleaseTemplate, Section, TemplateSection

STANDARD: dict[str, dict[str, str]] = {
    "Media advisory": {
        "title": "Media Advisory: [event] on [day]",
        "body": "[Name] will [what] on [day] at [place].\n\n"
        "**What:** [event]\n\n**When:** [day, time]\n\n**Where:** [address]\n\n"
        "**Who:** [speakers]",
    },
    "Statement": {
        "title": "[Name] Statement on [subject]",
        "body": "[Name] today issued the following statement on [subject]:\n\n“[Statement]”",
    },
    "Settlement": {
        "title": "[Name] Announces [amount] Settlement with [party] over [subject]",
        "body": "[Name] today announced a settlement of [amount] with [party], resolving "
        "allegations that [allegation].\n\n“[Quote],” said [name].",
    },
    "Recall": {
        "title": "[Name] Warns Consumers of Recall of [product]",
        "body": "[Name] today alerted consumers to the recall of [product] by [company] because "
        "of [hazard].",
    },
}
SECTIONS = {
    "Settlement": (Section.Kind.BACKGROUND, "Under the Settlement", "- [Term]"),
    "Recall": (Section.Kind.RESOURCES, "What Consumers Should Do", "- Stop using [product]."),
}


@transaction.atomic
def add_standard_templates() -> list[str]:
    """Add the standard templates that are missing and return their names."""
    missing = [name for name in STANDARD if not ReleaseTemplate.objects.filter(name=name).exists()]
    for name in missing:
        template = ReleaseTemplate.objects.create(name=name, end_mark="# # #", **STANDARD[name])
        if name in SECTIONS:
            kind, heading, body = SECTIONS[name]
            TemplateSection.objects.create(template=template, kind=kind, heading=heading, body=body)
    return missing
