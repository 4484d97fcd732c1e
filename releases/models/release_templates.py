"""Templates that new releases start from."""

from __future__ import annotations

from django.db import models

from releases.models import lengths
from releases.models.boilerplate import Boilerplate
from releases.models.clean_fields import CleanCharField, CleanLineField, CleanTextField
from releases.models.contacts import Contact
from releases.models.section import Section
from releases.models.topic import Topic


class ReleaseTemplate(models.Model):
    """A kind of release, with what each of them starts with."""

    name = CleanCharField(max_length=200, unique=True, help_text="For example Media advisory.")
    title = CleanLineField(
        "title pattern", blank=True, help_text="Put what is to be filled in between [brackets]."
    )
    subtitle = CleanTextField(blank=True)
    dateline = CleanLineField(blank=True)
    body = CleanTextField("text", blank=True, is_markdown=True)
    end_mark = CleanCharField("closing mark", max_length=40, blank=True)
    language = models.CharField(max_length=35, default="en")
    topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL)
    boilerplate = models.ForeignKey(Boilerplate, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="template_language_is_named",
                condition=models.Q(language__regex=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
                violation_error_message="Enter a language code, for example en or es.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateSection(models.Model):
    """A section that each release of a template starts with."""

    template = models.ForeignKey(ReleaseTemplate, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=Section.Kind, default=Section.Kind.BODY)
    heading = CleanLineField(blank=True)
    body = CleanTextField("text", is_markdown=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [*lengths.constraints("template", lengths.SECTION_LIMITS)]

    def __str__(self) -> str:
        return self.heading or self.get_kind_display()
