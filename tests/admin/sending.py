"""Form data as a browser would send it from an admin page."""

from collections.abc import Iterator
from typing import Any


def sent_from(context: Any) -> dict[str, Any]:
    """Return all fields of a change page unchanged, inlines included."""
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return {key: value for form in forms for key, value in _sent(form)}


def _sent(form: Any) -> Iterator[tuple[str, Any]]:
    for field in form:
        value = field.value()
        if value or (value == 0 and value is not False):
            sent = value if isinstance(value, list) else str(value).replace("\n", "\r\n")
            yield field.html_name, sent
