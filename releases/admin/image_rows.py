"""Images in a release's form: order, alt text, lead image, focal point and place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.forms import Script
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator

from releases.admin.files import SIZE_LIMIT, FileInline, UploadForm, links
from releases.admin.form_data import CHOSEN
from releases.admin.ordered_rows import OrderedForm, OrderedForms, PositionField
from releases.admin.status import OPEN_STATUSES
from releases.media import intake
from releases.media.attachments import attach_image
from releases.media.intake import PreparedUpload
from releases.media.picture_limits import MAX_PIXELS
from releases.models import Image, Release
from releases.models.files import CENTER

ACCEPTED = "image/jpeg,image/png,image/webp,image/avif"
LIMITS = f"JPEG, PNG, WebP or AVIF. {SIZE_LIMIT} and {MAX_PIXELS // 1_000_000} million pixels."
TWO_LINES = forms.Textarea(attrs={"rows": 2, "cols": 60})
ALT_REQUIRED = "Describe the picture for people who cannot see it, or tick “decorative”."
ALT_NOT_ALLOWED = "A decorative picture has no alt text. Clear this field or untick “decorative”."
ONE_LEAD = "Choose one lead image. {} are ticked."
BELOW = "With the images below the text"
GONE = "After paragraph {}, which is no longer there: shown below the text"
AS_TYPED = "After paragraph {} as typed"
EXCERPT = 60  # characters
TYPED_PLACE = re.compile(r"typed-([1-9]\d{0,3})")


def excerpts(paragraphs: Iterable[str]) -> list[str]:
    """Return the first words of each paragraph, by which the form names it."""
    return [Truncator(text).chars(EXCERPT) for text in paragraphs]


class PlaceField(forms.TypedChoiceField):
    """Number of a saved paragraph or, as “typed-3”, the place of a typed one."""

    may_be_typed = False

    def valid_value(self, value: Any) -> bool:
        is_typed = self.may_be_typed and TYPED_PLACE.fullmatch(str(value)) is not None
        return is_typed or super().valid_value(value)


def _to_number(value: Any) -> int:
    return int(str(value).removeprefix("typed-"))


class ImageForm(OrderedForm, UploadForm):
    """Form of an image, which has alt text or is decorative."""

    # ImageInline sets these for each request: the saved paragraphs by number, and whether they
    # are only places, as in a draft.
    paragraphs: dict[int, str] = {}
    is_draft = True

    upload = forms.FileField(
        label="File", widget=forms.FileInput(attrs={"accept": ACCEPTED}), help_text=LIMITS
    )
    after_paragraph = PlaceField(
        label="Place",
        required=False,
        coerce=_to_number,
        empty_value=None,
        help_text="In the text. A lead image is always at the top.",
    )
    position = PositionField(
        required=False,
        min_value=0,
        max_value=1000,
        help_text="1 comes first. Without a number it comes last.",
    )

    class Meta:
        model = Image
        fields = [
            *("upload", "handle", "alt", "decorative", "caption", "credit", "rights"),
            *("is_lead", "focus_x", "focus_y", "after_paragraph", "position"),
        ]
        labels = {"focus_x": "Focal point: % from the left", "focus_y": "% from the top"}
        help_texts = {"is_lead": "Shown at the top of the page and in link previews."}
        widgets = {"alt": TWO_LINES, "caption": TWO_LINES} | dict.fromkeys(
            ["credit", "rights"], forms.TextInput(attrs={"size": 40})
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["position"] = None
        place: Any = self.fields["after_paragraph"]
        place.may_be_typed = self.is_draft
        place.choices = self._places()
        for name in ("focus_x", "focus_y"):
            self.fields[name].required = False

    def _places(self) -> list[tuple[Any, str]]:
        """Return the paragraphs after which the image can be, by number."""
        numbers = self.paragraphs
        named = zip(numbers, excerpts(numbers.values()), strict=True)
        stored = self.instance.after_paragraph
        gone = [(stored, GONE.format(stored))] if stored and stored not in numbers else []
        after = [(n, f"After paragraph {n}: {text}") for n, text in named]
        typed = self._typed_place()
        as_typed = [(typed[0], AS_TYPED.format(typed[1]))] if typed else []
        return [("", BELOW), *after, *gone, *as_typed]

    def _typed_place(self) -> re.Match[str] | None:
        """Return the chosen place if it is in the text as typed."""
        sent = self.data.get(self.add_prefix("after_paragraph")) if self.is_draft else None
        return TYPED_PLACE.fullmatch(sent or "")

    def is_placed_as_typed(self) -> bool:
        return bool(self.instance.pk and self._typed_place())

    def clean_focus_x(self) -> int:
        return _or_center(self.cleaned_data["focus_x"])

    def clean_focus_y(self) -> int:
        return _or_center(self.cleaned_data["focus_y"])

    def take(self, upload: UploadedFile) -> PreparedUpload:
        return intake.prepare_image(upload)

    def clean(self) -> dict[str, Any]:
        """Require exactly one of alt text and decorative."""
        cleaned = super().clean() or {}
        described = bool(cleaned.get("alt", "").strip())
        if "alt" in cleaned and described == bool(cleaned.get("decorative")):
            self.add_error("alt", ALT_NOT_ALLOWED if described else ALT_REQUIRED)
        return cleaned

    def save(self, commit: bool = True) -> Image:
        # Django asks for an unsaved instance only where there is nothing left to add.
        return attach_image(self.instance, self.prepared) if commit else self.instance


def placed_as_typed(formsets: Iterable[Any]) -> set[int]:
    """Return the keys of the saved images whose place is in the text as just saved."""
    rows: list[Any] = [
        row for each in formsets if isinstance(each, ImageForms) for row in each.forms
    ]
    return {row.instance.pk for row in rows if row.is_placed_as_typed()}


class ImageForms(OrderedForms):
    """Images of a release, at most one of them the lead image."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk and index is not None:  # older rows all have position 0
            form.initial["position"] = form.position_before = index + 1

    def clean(self) -> None:
        """Require at most one lead image."""
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms]
        leads = sum(bool(form.cleaned_data.get("is_lead")) for form in kept if form.is_valid())
        if leads > 1:
            raise forms.ValidationError(ONE_LEAD.format(leads))

    def save(self, commit: bool = True) -> Any:
        # First, because the database checks after each row that there is only one.
        kept = [image.pk for image in self.remaining() if image.is_lead and image.pk]
        Image.objects.filter(release=self.instance).exclude(pk__in=kept).update(is_lead=False)
        return super().save(commit)


class ImageInline(FileInline):
    model = Image
    form = ImageForm
    formset = ImageForms
    template = "admin/releases/release/images.html"
    fields = [
        ("preview", "file_links"),
        *("upload", "handle", "alt", ("decorative", "is_lead"), "caption", ("credit", "rights")),
        *(("after_paragraph", "position"), ("focus_x", "focus_y")),
    ]
    readonly_fields = ["preview", "file_links"]

    class Media:
        css = {"all": ["css/admin/images.css"]}
        js = [Script("js/images.js", type="module")]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return a formset whose forms know the saved paragraphs."""
        formset = super().get_formset(request, obj, **kwargs)
        # `obj` may have the text that was just sent.
        saved = Release.objects.filter(pk=obj.pk).only("status", "body").first() if obj else None
        formset.form.paragraphs = saved.numbered_paragraphs() if saved else {}
        formset.form.is_draft = saved is None or saved.status in OPEN_STATUSES
        formset.chosen, formset.accepted, formset.limits = CHOSEN, ACCEPTED, LIMITS
        formset.most_bytes = intake.MAX_BYTES
        return formset

    @admin.display(description="preview")
    def preview(self, image: Image) -> str:
        """Show the smallest rendition."""
        if not image.pk:
            return "–"
        smallest = image.stored()[1]
        return format_html(
            '<img src="{}" alt="{}" width="{}" height="{}" class="thumbnail">',
            image.address(smallest.name),
            image.alt,
            *_thumbnail_size(image),
        )

    @admin.display(description="file")
    def file_links(self, image: Image) -> str:
        """Link the original, for staff only, and the public full-size copy."""
        return links(image, f"{image.width} × {image.height} pixels") if image.pk else "–"


def _or_center(percent: int | None) -> int:
    return CENTER if percent is None else percent


def _thumbnail_size(image: Image) -> tuple[int, int]:
    """Return width and height in pixels, each at most 240."""
    scale = min(240 / image.width, 240 / image.height, 1)
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))
