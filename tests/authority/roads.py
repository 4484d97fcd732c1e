"""Roads to a change of a release, each walked as a browser does, with all fields of the page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from django.db import transaction
from django.utils import timezone

from releases import publishing
from releases.admin.moment_forms import NOW
from releases.media import intake
from releases.media.attachments import attach_image
from releases.media.intake import PreparedUpload
from releases.models import (
    AuditEntry,
    Boilerplate,
    Image,
    PreviewLink,
    ProposedCorrection,
    Release,
    ReleaseTemplate,
)
from releases.publishing import drafts
from tests.admin.sending import sent_from
from tests.authority.import_roads import (
    carried,
    import_by_command,
    import_file,
    import_mended,
    import_new,
    import_paste,
)
from tests.authority.part_roads import (
    MISSED,
    MISSED_SEARCH,
    OLD_PINNED,
    OLD_REDIRECT,
    OLD_SYNONYM,
    PARTS,
    make_part,
    of_parts,
)
from tests.authority.press_roads import (
    JOURNALIST,
    cancel_press,
    clear_journalist,
    import_journalists,
    mail_the_press,
    make_journalist,
    make_list,
    send_to_press,
)
from tests.authority.walk import (
    CHANGED,
    LATER,
    TOKEN,
    WHY,
    Walk,
)
from tests.media import samples


def form_of(walk: Walk, **changed: Any) -> dict[str, Any]:
    """Return the fields of the release's form, without parts."""
    release = walk.release
    data = {name: getattr(release, name) or "" for name in Release.PRINTED_FIELDS}
    for prefix in ("sections", "images", "attachments"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    kind = {"change_kind": "correction", "change_note": "Two, not one."}
    return {**data, "slug": release.slug, "seen": walk.seen, **kind, **changed}


def change(walk: Walk, **changed: Any) -> None:
    """Save the form, confirming the diff if the page asks for it."""
    page = walk.post("release_change", walk.release.pk, **form_of(walk, **changed))
    if walk.stale is not None:
        return
    if page.status_code == 200 and page.context and "adminform" in page.context:
        again = sent_from(page.context)
        if again.get("read"):
            walk.post("release_change", walk.release.pk, **again)


def change_files(kind: str, **row: Any) -> Callable[[Walk], None]:
    """Send one row of images or attachments, after the existing ones."""

    def send(walk: Walk) -> None:
        there = getattr(walk.release, kind).first()
        given = {name: value() if callable(value) else value for name, value in row.items()}
        fields = {"position": 0, "id": there.pk if there else "", **given}
        counts = {"TOTAL_FORMS": 1, "INITIAL_FORMS": int(there is not None)}
        named = {f"{kind}-{name}": value for name, value in counts.items()}
        change(walk, **named, **{f"{kind}-0-{name}": value for name, value in fields.items()})

    return send


@cache
def _picture() -> PreparedUpload:
    return intake.prepare_image(samples.upload(samples.photograph()))


def attach_picture(walk: Walk) -> None:
    """Attach a picture to the release if its state allows that."""
    if walk.release.status in ("draft", "in_review", "approved"):
        with suppress(publishing.ActionRefusedError), transaction.atomic():
            attach_image(Image(release=walk.release, alt="Two halves"), _picture())
            publishing.record_change(walk.release, "update", "With a picture.")


def verb(name: str, **fields: Any) -> Callable[[Walk], None]:
    """Press the button on the action's page."""

    def press(walk: Walk) -> None:
        proposal = ProposedCorrection.objects.filter(release=walk.release).first()
        given = {"proposal": proposal.pk} if proposal else {"proposal": 0}
        walk.post("release_verb", walk.release.pk, name, seen=walk.seen, **given, **fields)

    return press


def propose(walk: Walk, is_own: bool) -> None:
    """Leave an open proposal if the state allows one."""
    latest = walk.release.versions.last()
    if latest is None or walk.release.is_embargoed():
        return
    ProposedCorrection.objects.create(
        release=walk.release,
        kind="correction",
        note=WHY,
        content=ProposedCorrection.content_of({**walk.release.snapshot(), "body": CHANGED}),
        base_number=1,
        proposed_by=walk.person if is_own and walk.person else walk.colleague,
        proposed_at=timezone.now(),
    )


def write(walk: Walk) -> None:
    """Make the person an author of the current text."""
    if walk.person:
        by: Any = {"by": walk.person, "action": AuditEntry.Action.EDITED, "at": timezone.now()}
        AuditEntry.objects.create(release=walk.release, subject="", **by)


def bulk(action: str, **fields: Any) -> Callable[[Walk], None]:
    """Select the release in the list, and confirm."""

    def send(walk: Walk) -> None:
        seen = {f"seen_{walk.release.pk}": walk.seen}
        chosen = {"action": action, "_selected_action": walk.release.pk, "apply": "1"}
        walk.post("release_changelist", **chosen, **seen, **fields, topics=[walk.topic.name])

    return send


def pair(walk: Walk) -> None:
    verb("pair", original=walk.original.number)(walk)


def share(walk: Walk) -> None:
    until = timezone.localtime() + LATER
    expires = {"expires_at": until.strftime("%Y-%m-%d %H:%M")}
    walk.post("release_previews", walk.release.pk, recipient="Jane Roe", seen=walk.seen, **expires)


def revoke(walk: Walk) -> None:
    link = PreviewLink.objects.get(release=walk.release)
    walk.post("release_preview_revoke", walk.release.pk, link.pk)


def queued(walk: Walk, **pressed: str) -> None:
    fields = ("title", "date", "dateline", "contact", "language", "body")
    typed = {name: getattr(walk.release, name) or "" for name in fields}
    typed |= {"seen": walk.seen}
    walk.post("release_queued", walk.release.pk, **{**typed, **pressed})


def take_boilerplate(walk: Walk) -> None:
    walk.post("release_boilerplate", walk.release.pk, boilerplate=Boilerplate.objects.get().pk)


def translate_beside(walk: Walk) -> None:
    typed = {"title": "Noticias", "body-1": CHANGED}
    walk.post("release_translation", walk.release.pk, seen=walk.seen, **typed)


def part_of(walk: Walk) -> None:
    """A boilerplate with a text."""
    publishing.save_boilerplate(Boilerplate(name="About"), "About the County", "It serves all.")


def translation_of_another(walk: Walk) -> None:
    Release.objects.filter(pk=walk.release.pk).update(translation_of=walk.original)
    walk.release.refresh_from_db()


def open_preview(walk: Walk) -> None:
    now = timezone.now()
    given = {"made_at": now, "expires_at": now + LATER, "digest": "0" * 64}
    PreviewLink.objects.create(release=walk.release, recipient="Jane Roe", **given)


def write_without_number(walk: Walk) -> None:
    """Create a draft without a number if the release is a draft."""
    status = walk.release.status
    if status in ("draft", "in_review"):
        printed = {"title": "News", "date": walk.release.date, "body": CHANGED}
        walk.release = Release.objects.create(status=status, **printed)


def keep_copy(walk: Walk) -> None:
    if walk.person:
        drafts.save_copy(walk.person, walk.release, "", [["title", "Typed"]], timezone.now())


ROADS: dict[str, Callable[[Walk], None]] = {
    "change": lambda walk: change(walk, body=CHANGED),
    "change dashes": lambda walk: change(
        walk, body=walk.release.body.replace("–", "—"), change_kind="minor", change_note=""
    ),
    "change files": change_files(
        "images", upload=lambda: samples.upload(samples.photograph()), alt="Two halves"
    ),
    "change documents": change_files(
        "attachments",
        upload=lambda: samples.upload(samples.pdf("page"), "Complaint.pdf"),
        title="Complaint",
    ),
    "change files deleted": change_files("images", alt="Two halves", DELETE="on"),
    "change topics": lambda walk: change(walk, topics=[walk.topic.pk]),
    "delete": lambda walk: walk.post("release_delete", walk.release.pk, post="yes"),
    "delete unnumbered": lambda walk: walk.post("release_delete", walk.release.pk, post="yes"),
    "keep": lambda walk: walk.post("release_keep", walk.release.pk, **form_of(walk, title="Typed")),
    "discard": lambda walk: walk.post("release_discard", walk.release.pk),
    "comments": lambda walk: walk.post("release_comments", walk.release.pk, text="Is it?"),
    "presence": lambda walk: walk.post("release_presence", walk.release.pk),
    "verb submit": verb("submit"),
    "verb approve": verb("approve", effect=NOW),
    "verb approve override": verb("approve", effect=NOW, override=WHY),
    "verb send-back": verb("send-back", reason=WHY),
    "verb reschedule": verb("reschedule", effect=NOW, confirm="on", asked=f"{NOW} "),
    "verb recall": verb("recall", reason=WHY),
    "verb rename": verb("rename", slug="another"),
    "verb pair": pair,
    "verb withdraw": verb("withdraw", reason=WHY),
    "verb remove": verb("remove", reason=WHY),
    "verb block": verb("block", reason=WHY),
    "verb reinstate": verb("reinstate", reason=WHY),
    "verb approve-correction": verb("approve-correction"),
    "verb approve-correction override": verb("approve-correction", override=WHY),
    "verb decline-correction": verb("decline-correction", reason=WHY),
    "verb take-back-correction": verb("take-back-correction"),
    "previews share": share,
    "preview_revoke": revoke,
    "press send": send_to_press,
    "press_cancel": cancel_press,
    "changelist approve_many": bulk("approve_many", effect=NOW),
    "changelist withdraw_many": bulk("withdraw_many", reason=WHY),
    "changelist add_topics": bulk("add_topics"),
    "queued": lambda walk: queued(walk, body=CHANGED, save="yes"),
    "queued publish": lambda walk: queued(walk, publish="yes", override=WHY),
    "boilerplate": take_boilerplate,
    "topic_file": lambda walk: walk.post(
        "topic_file", walk.topic.pk, releases=walk.release.number or walk.release.title
    ),
    "translation": translate_beside,
    "import file": import_file,
    "import paste": import_paste,
    "import_draft": import_mended,
    "import_releases": import_by_command,
}

# Preparation before walking a road.
BEFORE: dict[str, Callable[[Walk], None]] = {
    "delete unnumbered": write_without_number,
    "discard": keep_copy,
    "verb approve-correction": lambda walk: propose(walk, is_own=False),
    "verb decline-correction": lambda walk: propose(walk, is_own=False),
    "verb take-back-correction": lambda walk: propose(walk, is_own=False),
    "preview_revoke": open_preview,
    "press send": make_list,
    "press_cancel": mail_the_press,
    "boilerplate": part_of,
    "translation": translation_of_another,
    "change files deleted": attach_picture,
}


def add(walk: Walk) -> None:
    data = {**form_of(walk), "title": "Brand New", "slug": "", "seen": "", "form_token": TOKEN}
    walk.post("release_add", **data)


def keep_new(walk: Walk) -> None:
    walk.post("release_keep_new", title="Typed", form_token=TOKEN)


def keep_new_copy(walk: Walk) -> None:
    if walk.person:
        drafts.save_copy(walk.person, None, TOKEN, [["title", "Typed"]], timezone.now())


def delete_topics(walk: Walk) -> None:
    chosen = {"action": "delete_selected", "_selected_action": walk.topic.pk, "post": "yes"}
    walk.post("topic_changelist", **chosen)


WITHOUT_A_RELEASE: dict[str, Callable[[Walk], None]] = {
    "add": add,
    "keep_new": keep_new,
    "discard_new": lambda walk: walk.post("release_discard_new", form_token=TOKEN),
    "import file": import_new,
    "import_draft": lambda walk: walk.post(
        "release_import_draft", **carried(b"Brand New\n\nText.")
    ),
    "start": lambda walk: walk.post("release_start", template=ReleaseTemplate.objects.get().pk),
    "start standard": lambda walk: walk.post("release_start", standard="yes"),
    "copy": lambda walk: walk.post("release_copy", walk.release.pk),
    "translate": lambda walk: walk.post("release_translate", walk.release.pk, language="es"),
    **{
        f"{model}_{page}": of_parts(f"{model}_{page.split()[0]}", **given)
        for model, fields in PARTS.items()
        for page, given in (
            ("add", fields),
            ("change", {**fields, "name": "Other"}),
            ("delete", {"post": "yes"}),
            ("changelist delete_selected", {"post": "yes"}),
        )
    },
    **{
        f"{model}_{page}": of_parts(f"{model}_{page.split()[0]}", post="yes")
        for model in ("missedaddress", "missedsearch")
        for page in ("delete", "changelist delete_selected")
    },
    "journalist_import": import_journalists,
    "journalist_export": lambda walk: walk.post("journalist_export"),
    "journalist_changelist clear": clear_journalist,
    "topic_add": lambda walk: walk.post("topic_add", name="Roads", slug="roads"),
    "topic_change": lambda walk: walk.post("topic_change", walk.topic.pk, name="Sea", slug="water"),
    "topic_merge": lambda walk: walk.post("topic_merge", walk.topic.pk, into="Other"),
    "topic_delete": lambda walk: walk.post("topic_delete", walk.topic.pk, post="yes"),
    "topic_changelist delete_selected": delete_topics,
}
BEFORE["discard_new"] = keep_new_copy
BEFORE["topic_merge"] = make_part("topic", name="Other", slug="other")
BEFORE["start"] = make_part("releasetemplate", name="Statement")
for _model, _given in (
    ("contact", {"name": "Ben Roe", "phone": "(555) 010-0100"}),
    ("boilerplate", {"name": "Old"}),
    ("releasetemplate", {"name": "Old"}),
    ("redirect", OLD_REDIRECT),
    ("missedaddress", MISSED),
    ("synonym", OLD_SYNONYM),
    ("pinnedresult", OLD_PINNED),
    ("missedsearch", MISSED_SEARCH),
    ("journalist", JOURNALIST),
    ("presstag", {"name": "Old"}),
):
    for _page in ("change", "delete", "changelist delete_selected"):
        BEFORE[f"{_model}_{_page}"] = make_part(_model, **_given)

BEFORE["journalist_changelist clear"] = lambda walk: make_journalist().stop(
    "bounced", "550", timezone.now()
)

# The same if the person is the author or proposer.
BEFORE_OF_ONES_OWN: dict[str, Callable[[Walk], None]] = {
    "verb approve": write,
    "verb approve override": write,
    "changelist approve_many": write,
    "verb approve-correction": lambda walk: propose(walk, is_own=True),
    "verb approve-correction override": lambda walk: propose(walk, is_own=True),
    "verb take-back-correction": lambda walk: propose(walk, is_own=True),
}
