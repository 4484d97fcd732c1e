"""Fields for the release time, used to approve and reschedule releases.

A typed moment is first spelled out on the button; pressing that button schedules the release.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format

from releases import publishing
from releases.admin.status import format_moment
from releases.models import Release
from releases.parsing.moments import clock_of
from releases.parsing.office_times import UnreadableTimeError, read_moment

OFFICE_CLOCK = f"in the office’s time zone ({settings.OFFICE_TIME_ZONE.replace('_', ' ')})"
ZONE_HELP = (
    f"For example, 2024-05-16 09:00, in the office’s time zone ({settings.OFFICE_TIME_ZONE})."
)
NOT_A_MOMENT = "Enter a date and time in figures, for example 2024-05-16 09:00."
DATE_MISSING = "Enter the date of publication."
TIME_MISSING = "Enter the time of publication, for example 9:00 am."
DATE_FORMATS = ["%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%b %d, %Y"]
AMBIGUOUS_MOMENT = (
    "The clocks change at this time, so it occurs twice or not at all. Choose another time, or add "
    "the UTC offset, for example 2024-11-03 01:30-08:00."
)
FIRST_YEAR, LAST_YEAR = 1900, 2199
NO_SUCH_YEAR = f"Enter a year between {FIRST_YEAR} and {LAST_YEAR}."
SCHEDULE, NOW, AS_PRINTED = "schedule", "now", "printed"
TYPED_LATER = (
    "You typed {}, but this button publishes now. Confirm that the release may be published now."
)
PRESS_TO_CONFIRM = "Nothing is scheduled yet. Check the date and time on the button, then press it."
NUMBER_GAP_NOTE = (
    "Approval assigns a number. Once a later number is public, the gap shows that this release "
    "exists, but not what it says."
)


class MomentField(forms.DateTimeField):
    """Date and time between `FIRST_YEAR` and `LAST_YEAR`."""

    default_error_messages = {"invalid": NOT_A_MOMENT}

    def to_python(self, value: Any) -> datetime.datetime | None:
        try:
            at = super().to_python(value)
        except forms.ValidationError as error:
            is_ambiguous = error.code == "ambiguous_timezone"
            raise forms.ValidationError(AMBIGUOUS_MOMENT) if is_ambiguous else error from None
        if at and not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise forms.ValidationError(NO_SUCH_YEAR)
        return at


@dataclass(frozen=True)
class Button:
    """Submit button with the effect it sends and its label."""

    effect: str
    label: str


class MomentFields(forms.Form):
    """Fields and buttons to choose when the public may see a release."""

    release_day = forms.DateField(
        label="Public from",
        required=False,
        input_formats=DATE_FORMATS,
        validators=[
            MinValueValidator(datetime.date(FIRST_YEAR, 1, 1), NO_SUCH_YEAR),
            MaxValueValidator(datetime.date(LAST_YEAR, 12, 31), NO_SUCH_YEAR),
        ],
        widget=forms.DateInput(
            format="%Y-%m-%d",
            attrs={
                "type": "date",
                "min": f"{FIRST_YEAR}-01-01",
                "max": f"{LAST_YEAR}-12-31",
                "data-named-on": "schedule",
            },
        ),
    )
    release_time = forms.CharField(
        label="Time",
        required=False,
        max_length=40,
        help_text=f"For example 9:00 am, 6.30pm, 18:30 or noon, {OFFICE_CLOCK}.",
        widget=forms.TextInput(
            attrs={"size": 14, "autocomplete": "off", "data-named-on": "schedule"}
        ),
    )
    confirm = forms.BooleanField(required=False, label="Yes, I confirm this")

    release: Release
    typed: datetime.datetime | None = None
    questions: tuple[str, ...] = ()  # to confirm for the chosen moment

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if at := self.initial.get("release_at"):
            local = timezone.localtime(at)
            self.initial["release_day"] = local.date()
            self.initial["release_time"] = clock_of(local)

    @property
    def effect(self) -> str:
        """Return the effect of the pressed button."""
        effect = self.data.get("effect", SCHEDULE)
        return effect if effect in (NOW, AS_PRINTED) else SCHEDULE

    @property
    def named(self) -> str:
        """Return the moment on the schedule button in ISO 8601; "" for none."""
        at = self._future_moment()
        return at.isoformat() if at else ""

    @property
    def token(self) -> str:
        """Return what a confirmation applies to, so that it is void for another moment."""
        return f"{self.effect} {self.named if self.effect == SCHEDULE else ''}"

    def clean(self) -> dict[str, Any]:
        """Require a future moment that the pressed button has spelled out."""
        cleaned = super().clean() or self.cleaned_data
        day, time = cleaned.pop("release_day", None), cleaned.pop("release_time", "")
        self.typed = self._read(day, time)
        if self.effect == AS_PRINTED and not self.can_be_dated_as_printed:
            self.add_error(None, "The printed date is not in the past. Choose “Publish now”.")
        if self.effect == SCHEDULE and not {"release_day", "release_time"} & self.errors.keys():
            for sentence in self._objections(self.typed):
                self.add_error("release_time", sentence)
        return cleaned

    def _read(self, day: datetime.date | None, time: str) -> datetime.datetime | None:
        """Return the typed moment; add what is wrong with it to the errors."""
        if day and time:
            try:
                return read_moment(day, time, timezone.get_current_timezone())
            except UnreadableTimeError as unreadable:
                self.add_error("release_time", str(unreadable))
        elif day or time:
            name, sentence = (
                ("release_time", TIME_MISSING) if day else ("release_day", DATE_MISSING)
            )
            if self.effect == SCHEDULE and name not in self.errors:
                self.add_error(name, sentence)
        return None

    def chosen(self) -> dict[str, Any]:
        """Return the moment chosen by the pressed button (None: now) and the confirmation.

        Raises ConfirmationRequiredError if another moment is typed.
        """
        moments = {AS_PRINTED: self.release.start_of_day, NOW: lambda: None}
        at = moments.get(self.effect, lambda: self.typed)()
        is_confirmed = self.cleaned_data["confirm"] and self.data.get("asked") == self.token
        if not is_confirmed and (words := self._overlooked()):
            now = timezone.now()
            others = publishing.confirmation_reasons(self.release, at or now, now)
            raise publishing.ConfirmationRequiredError(words, *others)
        return {"release_at": at, "confirmed": is_confirmed}

    def _overlooked(self) -> str:
        """Return a question about a typed moment that the pressed button would not use."""
        is_typed = bool({"release_day", "release_time"} & {*self.changed_data})
        at = self._future_moment() if is_typed and self.effect != SCHEDULE else None
        return TYPED_LATER.format(format_moment(at)) if at else ""

    def buttons(self) -> list[Button]:
        """Return the buttons in order."""
        # The Enter key presses the first, so that one must not publish immediately.
        at = self._future_moment()
        schedule = f"Schedule for {format_moment(at)}" if at else "Schedule …"
        available = [Button(SCHEDULE, schedule), Button(NOW, "Publish now to everyone")]
        if self.release.date and self.can_be_dated_as_printed:
            printed = f"Publish, dated as printed ({date_format(self.release.date)})"
            available.append(Button(AS_PRINTED, printed))
        if self.questions:
            return [button for button in available if button.effect == self.effect]
        return available

    def notes(self) -> Iterator[str]:
        """Yield hints about the choice of the release time, one sentence each."""
        now = timezone.now()
        if proposed := publishing.proposed_moment(self.release, now):
            yield f"The proposed time is {format_moment(proposed)}."
        elif self.release.proposed_release_at:
            passed = format_moment(self.release.proposed_release_at)
            yield f"The proposed time, {passed}, has passed."
        is_now = bool(self.questions) and self.effect == NOW
        yield from self._date_differs(now if is_now else self._future_moment() or now)

    @property
    def can_be_dated_as_printed(self) -> bool:
        """Return whether the release may be published as of its printed date."""
        return False  # already approved

    def _future_moment(self) -> datetime.datetime | None:
        """Return the typed or proposed moment in UTC if it is in the future."""
        at = self.typed if self.is_bound else self.initial.get("release_at")
        return at.astimezone(datetime.UTC) if at and at > timezone.now() else None

    def _objections(self, at: datetime.datetime | None) -> Iterator[str]:
        if at is None:
            yield "Enter the date and time of publication."
        elif at <= timezone.now():
            yield publishing.PASSED
        elif self.data.get("named") != at.astimezone(datetime.UTC).isoformat():
            yield PRESS_TO_CONFIRM

    def _date_differs(self, at: datetime.datetime) -> Iterator[str]:
        date, day = self.release.date, timezone.localdate(at)
        if date is None or date == day:
            return
        yield (
            f"It is dated {date_format(date)} but would be published on {date_format(day)}. Lists "
            "use the publication date."
        )
        if self.can_be_dated_as_printed:
            yield f"Dated as printed, it is public now and listed under {date_format(date)}."


class ApprovalFields(MomentFields):
    """Fields and buttons to choose when an approved release becomes public."""

    @property
    def can_be_dated_as_printed(self) -> bool:
        """Return whether the printed date is in the past."""
        return self.release.date is not None and self.release.date < timezone.localdate()

    def notes(self) -> Iterator[str]:
        yield from super().notes()
        if not self.release.number:
            yield NUMBER_GAP_NOTE
