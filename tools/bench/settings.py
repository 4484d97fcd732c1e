"""Settings of the throwaway site, with Haystack's Whoosh backend as an additional engine."""

import os

os.environ.pop("DATABASE_URL", None)
os.environ["SECRET_KEY"] = "of the measurements only, as long as a real one: 0123456789"
os.environ["HTTPS"] = "off"

from pressroom.settings import *  # noqa: F403

HAYSTACK_CONNECTIONS["stock"] = {  # noqa: F405
    "ENGINE": "haystack.backends.whoosh_backend.WhooshEngine",
    "PATH": str(VAR_DIR / "stock"),  # noqa: F405
    "SILENTLY_FAIL": False,
}
