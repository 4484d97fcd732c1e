"""The table of rights, written by hand from docs/publishing.md.

A road is the name of an admin address without `releases_release_`, and where one address is several
roads, a word more: the action of the list, the page of an action, what is sent. In each state: who
may, by the first letter of their role (Writer, Publisher, Administrator; System for commands). A
small letter: what they send becomes a proposed correction. Anonymous visitors and staff without a
role may nothing.

`deed` is the audit entry that the road leaves ("-": none), `+` that the public reads a new version,
`then` the status of the release after it ("=": as before).
"""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("draft", "review", "embargoed", "public", "withdrawn", "removed", "blocked")
ROLES = ("anonymous", "none", "writer", "publisher", "administrator")
LETTERS = {"writer": "w", "publisher": "p", "administrator": "a", "system": "s"}

OF_A_RELEASE = """
road                      deed        then      draft review embargo public withdrawn removed blocked
change                    edited+     =         WPA   WPA    -       wPA    -         -       -
change dashes             edited+     =         WPA   WPA    PA      wPA    -         -       -
change files              edited+     =         WPA   WPA    -       PA     -         -       -
change topics             edited+     =         WPA   WPA    -       wPA    -         -       -
delete                    deleted     gone      -     -      -       -      -         -       -
delete unnumbered         deleted     gone      A     A      -       -      -         -       -
keep                      -           =         WPA   WPA    PA      WPA    -         -       -
discard                   -           =         WPA   WPA    PA      WPA    -         -       -
verb submit               submitted   in_review WPA   -      -       -      -         -       -
verb approve              approved+   approved  PA    PA     -       -      -         -       -
verb send-back            sent_back   draft     -     PA     -       -      -         -       -
verb reschedule           rescheduled approved  -     -      PA      -      -         -       -
verb recall               recalled    in_review -     -      PA      -      -         -       -
verb rename               renamed+    =         -     -      PA      PA     -         -       -
verb pair                 paired      =         WPA   WPA    PA      PA     PA        PA      PA
verb withdraw             withdrew+   withdrawn -     -      -       PA     -         -       -
verb remove               removed+    removed   -     -      -       A      A         -       A
verb block                blocked+    blocked   -     -      -       A      A         A       -
verb reinstate            reinstated+ approved  -     -      -       -      PA        A       A
verb approve-correction   accepted+   =         -     -      -       PA     -         -       -
verb decline-correction   declined    =         -     -      -       PA     PA        PA      PA
verb take-back-correction retracted   =         -     -      -       -      -         -       -
previews share            shared      =         -     -      PA      -      -         -       -
preview_revoke            revoked     =         PA    PA     PA      PA     PA        PA      PA
changelist approve_many   approved+   approved  PA    PA     -       -      -         -       -
changelist withdraw_many  withdrew+   withdrawn -     -      -       PA     -         -       -
changelist file_many      filed+      =         WPA   WPA    -       PA     -         -       -
import file               updated+    =         WPA   WPA    -       PA     -         -       -
import paste              -           =         -     -      -       -      -         -       -
import_draft              updated+    =         -     -      -       -      -         -       -
import_releases           updated+    =         S     S      -       S      -         -       -
"""  # noqa: E501 - a table

# Of one's own: nobody approves what they wrote or proposed, unless they say why; everybody takes
# their own proposal back.
OF_ONES_OWN = """
road                      deed        then      draft review embargo public withdrawn removed blocked
verb approve              approved+   approved  -     -      -       -      -         -       -
verb approve-correction   accepted+   =         -     -      -       -      -         -       -
changelist approve_many   approved+   approved  -     -      -       -      -         -       -
verb take-back-correction retracted   =         -     -      -       WPA    WPA       WPA     WPA
"""  # noqa: E501 - a table

# With CORRECTIONS_NEED_APPROVAL=1 publishers propose what they change of a public text, too.
WHERE_CORRECTIONS_NEED_APPROVAL = """
road                      deed        then      draft review embargo public withdrawn removed blocked
change                    edited+     =         WPA   WPA    -       wpa    -         -       -
change dashes             edited+     =         WPA   WPA    PA      wpa    -         -       -
change topics             edited+     =         WPA   WPA    -       wpa    -         -       -
change files              edited+     =         WPA   WPA    -       PA     -         -       -
verb rename               renamed+    =         -     -      PA      PA     -         -       -
verb withdraw             withdrew+   withdrawn -     -      -       PA     -         -       -
import file               updated+    =         WPA   WPA    -       -      -         -       -
import_releases           updated+    =         S     S      -       S      -         -       -
"""  # noqa: E501 - a table

# What makes a row, or changes one that is no release: of which table, and who may.
WITHOUT_A_RELEASE = """
road                              changes       may
add                               release       WPA
keep_new                          workingcopy   WPA
discard_new                       workingcopy   WPA
import file                       release       WPA
import_draft                      release       WPA
topic_add                         topic         PA
topic_change                      topic         PA
topic_delete                      topic         A
topic_changelist delete_selected  topic         A
"""

# These addresses of the admin change no release and no topic, whoever sends what.
OF_NO_RELEASE = """
release_preview release_earlier release_history release_import_outcome topic_history
auditline_changelist auditline_add auditline_history auditline_delete auditline_change
searchchange_changelist searchchange_add searchchange_history searchchange_delete
searchchange_change
"""
# Nor do those of accounts, of sign-in and of the admin as a whole, by how their names begin.
OF_THE_SITE = (
    *("auth_", "axes_", "login", "logout", "password_", "second-factor"),
    *("index", "autocomplete", "jsi18n", "view_on_site", "app_list"),
)
# Commands that import nothing for anybody; tests/archive/ holds that a restore leaves an archive
# that is not empty alone.
COMMANDS = """
copy_files devdb export_archive find_unclean_text makemessages probe_embargo rebuild_index
reset_second_factor
restore_archive run serve sweep_files sync_search update_index
"""


@dataclass(frozen=True)
class Cell:
    """One road in one state: who may walk it, and what it leaves."""

    road: str
    deed: str
    has_version: bool
    then: str
    state: str
    may: str

    def allows(self, role: str) -> bool:
        """Whether the role may walk it."""
        letter = LETTERS.get(role)
        return letter is not None and letter in self.may.lower()

    def proposes(self, role: str) -> bool:
        """Whether what the role sends waits for a publisher."""
        return LETTERS.get(role, "?") in self.may


def rows(table: str) -> dict[str, list[str]]:
    """Its columns after the name of the road, by that name."""
    head, *lines = table.strip().splitlines()
    count = len(head.split()) - 1
    cells = (line.rsplit(maxsplit=count) for line in lines)
    return {road.strip(): rest for road, *rest in cells}


def cells(table: str) -> dict[str, list[Cell]]:
    """The cells of a table of releases, by road."""
    return {
        road: [
            Cell(road, deed.strip("+").replace("_", " "), deed.endswith("+"), then, state, may)
            for state, may in zip(STATES, states, strict=True)
        ]
        for road, (deed, then, *states) in rows(table).items()
    }
