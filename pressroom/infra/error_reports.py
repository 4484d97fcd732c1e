"""Django's error reports, without the secrets of this site."""

from __future__ import annotations

import re

from django.views.debug import SafeExceptionReporterFilter


class SecretsFilter(SafeExceptionReporterFilter):
    """Hide settings and environment variables that hold addresses with a password or keys."""

    hidden_settings = re.compile(
        rf"{SafeExceptionReporterFilter.hidden_settings.pattern}"
        r"|URL(?!CONF)|MAILBOX|WEBHOOK|PROVIDER",
        re.IGNORECASE,
    )
