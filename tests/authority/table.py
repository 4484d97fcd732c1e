"""Table of rights, written by hand from docs/publishing.md.

A road is a way to change a release: the name of an admin URL without `releases_release_`, and, if
one URL offers several changes, another word: the list's action, the action page, or what is sent.
The columns list the roles that may use it in each state, by first letter (Writer, Publisher,
Administrator; System for commands). A lowercase letter: the change becomes a proposed correction.
Anonymous visitors and staff without a role may do nothing.

`action` is that of the resulting audit entry ("-": none), followed by `+` if the release gets a new
version; `then` is the release's next status ("=": unchanged).
"""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("draft", "review", "embargoed", "public", "withdrawn", "removed", "blocked")
ROLES = ("anonymous", "none", "writer", "publisher", "administrator")
LETTERS = {
    "anonymous": "v",  # a visitor, who has an invitation's link
    **{"none": "n", "writer": "w", "publisher": "p", "administrator": "a"},
    **{"root": "r", "system": "s"},
}

OF_A_RELEASE = """
road                      action      then      draft review embargo public withdrawn removed blocked
change                    edited+     =         WPA   WPA    -       wPA    -         -       -
change dashes             edited+     =         WPA   WPA    PA      wPA    -         -       -
change files              edited+     =         WPA   WPA    -       PA     -         -       -
change documents          edited+     =         WPA   WPA    -       PA     -         -       -
change files deleted      edited+     =         WPA   WPA    -       PA     -         -       -
change topics             edited+     =         WPA   WPA    -       wPA    -         -       -
delete                    deleted     gone      -     -      -       -      -         -       -
delete unnumbered         deleted     gone      A     A      -       -      -         -       -
keep                      -           =         WPA   WPA    PA      WPA    -         -       -
discard                   -           =         WPA   WPA    PA      WPA    -         -       -
comments                  -           =         WPA   WPA    WPA     WPA    WPA       WPA     WPA
presence                  -           =         WPA   WPA    WPA     WPA    WPA       WPA     WPA
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
press send                sent_to_press =       -     -      PA      PA     -         -       -
press_cancel              press_canceled =      PA    PA     PA      PA     PA        PA      PA
changelist approve_many   approved+   approved  PA    PA     -       -      -         -       -
changelist withdraw_many  withdrew+   withdrawn -     -      -       PA     -         -       -
changelist add_topics     filed+      =         WPA   WPA    -       PA     -         -       -
boilerplate               edited      =         WPA   WPA    -       -      -         -       -
translation               edited      =         WPA   WPA    -       -      -         -       -
queued                    edited      =         WPA   -      -       -      -         -       -
queued publish            approved+   approved  PA    -      -       -      -         -       -
topic_file                filed+      =         WPA   WPA    -       PA     -         -       -
import file               updated+    =         WPA   WPA    -       PA     -         -       -
import paste              updated+    =         WPA   WPA    -       PA     -         -       -
import_draft              updated+    =         -     -      -       -      -         -       -
import_releases           updated+    =         S     S      -       S      -         -       -
"""  # noqa: E501 - a table

# Own work: nobody approves what they wrote or proposed without a reason; everybody can take back
# their own proposal.
OF_ONES_OWN = """
road                      action      then      draft review embargo public withdrawn removed blocked
verb approve              approved+   approved  -     -      -       -      -         -       -
verb approve override     approved+   approved  PA    PA     -       -      -         -       -
verb approve-correction   accepted+   =         -     -      -       -      -         -       -
verb approve-correction override accepted+ =    -     -      -       PA     -         -       -
changelist approve_many   approved+   approved  -     -      -       -      -         -       -
verb take-back-correction retracted   =         -     -      -       WPA    WPA       WPA     WPA
"""  # noqa: E501 - a table

# With CORRECTIONS_NEED_APPROVAL=1, publishers also propose their changes to public texts.
WHERE_CORRECTIONS_NEED_APPROVAL = """
road                      action      then      draft review embargo public withdrawn removed blocked
change                    edited+     =         WPA   WPA    -       wpa    -         -       -
change dashes             edited+     =         WPA   WPA    PA      wpa    -         -       -
change topics             edited+     =         WPA   WPA    -       wpa    -         -       -
change files              edited+     =         WPA   WPA    -       PA     -         -       -
changelist add_topics     filed+      =         WPA   WPA    -       -      -         -       -
verb rename               renamed+    =         -     -      PA      PA     -         -       -
verb withdraw             withdrew+   withdrawn -     -      -       PA     -         -       -
verb approve-correction   accepted+   =         -     -      -       PA     -         -       -
import file               updated+    =         WPA   WPA    -       -      -         -       -
import_releases           updated+    =         S     S      -       S      -         -       -
"""  # noqa: E501 - a table

# Roads that create a row, or change one that is not a release: the table, and who may.
WITHOUT_A_RELEASE = """
road                              changes       may
add                               release       WPA
keep_new                          workingcopy   WPA
discard_new                       workingcopy   WPA
import file                       release       WPA
import_draft                      release       WPA
start                             release       WPA
start standard                    releasetemplate PA
copy                              release       WPA
translate                         release       WPA
contact_add                       contact       PA
contact_change                    contact       PA
contact_delete                    contact       A
contact_changelist delete_selected contact      A
boilerplate_add                   boilerplate   PA
boilerplate_change                boilerplate   PA
boilerplate_delete                boilerplate   A
boilerplate_changelist delete_selected boilerplate A
releasetemplate_add               releasetemplate PA
releasetemplate_change            releasetemplate PA
releasetemplate_delete            releasetemplate A
releasetemplate_changelist delete_selected releasetemplate A
redirect_add                      redirect      PA
redirect_change                   redirect      PA
redirect_delete                   redirect      A
redirect_changelist delete_selected redirect    A
missedaddress_delete              missedaddress A
missedaddress_changelist delete_selected missedaddress A
synonym_add                       synonym       PA
synonym_change                    synonym       PA
synonym_delete                    synonym       A
synonym_changelist delete_selected synonym      A
pinnedresult_add                  pinnedresult  PA
pinnedresult_change               pinnedresult  PA
pinnedresult_delete               pinnedresult  A
pinnedresult_changelist delete_selected pinnedresult A
journalist_add                    journalist    PA
journalist_change                 journalist    PA
journalist_import                 journalist    PA
journalist_export                 auditentry    A
journalist_changelist clear       journalist    PA
journalist_delete                 journalist    A
journalist_changelist delete_selected journalist A
presstag_add                      presstag      PA
presstag_change                   presstag      PA
presstag_delete                   presstag      A
presstag_changelist delete_selected presstag    A
missedsearch_delete               missedsearch  A
missedsearch_changelist delete_selected missedsearch A
topic_add                         topic         PA
topic_change                      topic         PA
topic_merge                       topic         A
topic_delete                      topic         A
topic_changelist delete_selected  topic         A
"""

# Accounts, groups and records of the site itself, by who may change them. Root: a superuser.
OF_THE_SITE = """
road                                     changes            may
auth_user_add                            user               AR
auth_user_invite                         invitation         AR
auth_user_revoke                         invitation         AR
auth_user_deactivate                     user               AR
auth_user_deactivate above               user               R
auth_user_reactivate                     user               AR
invitation                               user               VNWPAR
invitation wrong                         user               -
auth_user_change                         user               AR
auth_user_change groups                  user_groups        AR
auth_user_change rights                  user               R
auth_user_change above                   user               R
auth_user_password_change                user               AR
auth_user_password_change above          user               R
auth_user_delete                         user               -
auth_group_add                           group              R
auth_group_change                        group_permissions  R
auth_group_delete                        group              R
auth_group_changelist delete_selected    group              R
axes_accesslog_add                       accesslog          -
axes_accesslog_change                    accesslog          -
axes_accesslog_delete                    accesslog          -
axes_accessattempt_add                   accessattempt      -
axes_accessattempt_change                accessattempt      -
axes_accessattempt_delete                accessattempt      -
axes_accessfailurelog_add                accessfailurelog   -
axes_accessfailurelog_change             accessfailurelog   -
axes_accessfailurelog_delete             accessfailurelog   -
password_change                          user               NWPAR
my-settings save                         staffsettings      NWPAR
my-settings density                      staffsettings      NWPAR
my-settings new-address                  staffsettings      NWPAR
second-factor begin                      totpdevice         NWPAR
second-factor off                        totpdevice         -
office_change                            office             AR
searchchange_changelist retry            searchchange       R
outgoingmail_changelist retry            outgoingmail       R
outgoingcall_changelist retry            outgoingcall       R
"""

# Admin URLs that never change a row.
CHANGING_NOTHING = """
release_check release_check_new release_links
release_image_upload release_image_upload_new release_image_pending release_image_pending_new
release_image_reuse release_image_reuse_new
release_editor_preview release_editor_paste
release_preview release_earlier release_history release_import_run topic_history
contact_history boilerplate_history releasetemplate_history
redirect_history missedaddress_history missedaddress_add missedaddress_change
synonym_history pinnedresult_history journalist_history presstag_history
missedsearch_history missedsearch_add missedsearch_change
auditentry_changelist auditentry_add auditentry_history auditentry_delete auditentry_change
office_changelist office_add office_history office_delete
outgoingmail_add outgoingmail_history outgoingmail_delete outgoingmail_change
outgoingcall_add outgoingcall_history outgoingcall_delete outgoingcall_change
searchchange_add searchchange_history searchchange_delete searchchange_change
auth_user_changelist auth_user_history auth_group_history
axes_accesslog_changelist axes_accesslog_history
axes_accessattempt_changelist axes_accessattempt_history
axes_accessfailurelog_changelist axes_accessfailurelog_history
index calendar login password_change_done second-factor-qr autocomplete jsi18n
"""
EXEMPT = {
    "calendar-month": "calendar of another month",
    "calendar-feed": "reads, by a secret address: tests/admin/test_my_settings.py",
    "release_images": "reads: tests/admin/test_image_library.py",
    "release_queue": "opens the first draft of the queue",
    "release_queue_settle": "drops import warnings alone: tests/admin/test_import_queue.py",
    "release_import_step": "steps of one's own import: tests/admin/test_import_runs.py",
    "logout": "ends one's own session",
    "view_on_site": "redirects to a public page",
    "app_list": "index with the models of one app",
}

# Commands with their arguments that change no release, section, file or version.
COMMANDS = {
    "build_data_files": (),
    "find_unclean_text": ("--fix-drafts",),
    "rebuild_index": ("--noinput",),
    "reset_second_factor": ("writer",),
    "sweep_files": ("--remove",),
    "read_bounces": (),
    "send_mail": (),
    "sync_search": (),
    "update_index": (),
}
COMMANDS_EXEMPT = {
    "copy_files": "copies files between storages: tests/infra/storage/test_storage_settings.py",
    "check_addresses": "counts old addresses alone: tests/management/test_check_addresses.py",
    "import_redirects": "adds redirects alone: tests/management/test_import_redirects.py",
    "devdb": "starts a database server",
    "export_archive": "reads in a transaction that is read only",
    "makemessages": "writes translations",
    "render_pages": "stores rendered pages alone: tests/management/test_render_pages.py",
    "probe_embargo": "asks a site over HTTP",
    "restore_archive": "restores into an empty archive alone: tests/archive/test_archive.py",
    "run": "starts a server; imports by import_releases",
    "serve": "starts a server",
}


@dataclass(frozen=True)
class Cell:
    """One road in one state: who may use it, and its result."""

    road: str
    action: str
    has_version: bool
    then: str
    state: str
    may: str

    def allows(self, role: str) -> bool:
        """Return whether the role may use it."""
        letter = LETTERS.get(role)
        return letter is not None and letter in self.may.lower()

    def proposes(self, role: str) -> bool:
        """Return whether the role's change becomes a proposal."""
        return LETTERS.get(role, "?") in self.may


def rows(table: str) -> dict[str, list[str]]:
    """Return the columns of each row by the name of the road."""
    head, *lines = table.strip().splitlines()
    count = len(head.split()) - 1
    cells = (line.rsplit(maxsplit=count) for line in lines)
    return {road.strip(): rest for road, *rest in cells}


def cells(table: str) -> dict[str, list[Cell]]:
    """Return the cells of a table of releases, by road."""
    return {
        road: [
            Cell(road, action.strip("+").replace("_", " "), action.endswith("+"), then, state, may)
            for state, may in zip(STATES, states, strict=True)
        ]
        for road, (action, then, *states) in rows(table).items()
    }
