"""Django's templates, whose contexts are freed as soon as the page is rendered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends import django
from django.template.context import make_context


class Templates(django.DjangoTemplates):
    """Django's backend, whose templates free their contexts."""

    def get_template(self, template_name: str) -> Template:
        return Template(super().get_template(template_name).template, self)


class Template(django.Template):
    """Template that leaves no reference cycle."""

    def render(
        self, context: dict[str, Any] | None = None, request: HttpRequest | None = None
    ) -> Any:
        made = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            rendered = self.template.render(made)
        except TemplateDoesNotExist as error:
            django.reraise(error, self.backend)
        # Each dictionary in a context refers to it: all that a page has read would wait for the
        # cyclic collector.
        made.dicts.clear()
        return rendered
