"""The project's settings, with the environment of the tests."""

import os

os.environ["SECRET_KEY"] = "of the tests only, and as long as a real one has to be: 0123456789"
os.environ["HTTPS"] = "off"
os.environ["OFFICE_NAME"] = "Office of the Attorney General"
os.environ["PRESS_CONTACT"] = "(555) 010-0100, press@example.gov"
os.environ["SECURITY_CONTACT"] = "mailto:security@example.gov"

from pressroom.settings import *  # noqa: F403

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATIC_ROOT = VAR_DIR / "tests" / "static"  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 - a thread's connection would outlive the test
RESPONSE_CACHE_BYTES = 0  # tests of the response cache have a file of their own
