"""Recent uploads by staff, counted against their quota."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Upload(models.Model):
    """One uploaded file, or all files of one import."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    byte_size = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["by", "at"], name="upload_quota")]

    def __str__(self) -> str:
        return f"{self.byte_size:,} bytes"
