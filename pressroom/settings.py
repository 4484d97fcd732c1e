"""Django settings of every deployment; the environment supplies what differs between machines.

Safe by default: debug off, HTTPS required, no secret with a usable default. The README lists the
environment variables.
"""

import datetime
import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from pressroom.infra import cache, call_settings, catalogs, logs, mail_settings, office, storage
from pressroom.infra.db.lag_setting import read_max_lag
from pressroom.infra.site_identity import (
    read_feed_authority,
    read_license,
    read_origin,
    require_strong_key,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))


def read_secret_key() -> str:
    """Return the key from the environment, else from the file that `make run` wrote."""
    key_file = VAR_DIR / "secret_key"
    if key := os.environ.get("SECRET_KEY"):
        return key
    if key_file.is_file():
        return key_file.read_text(encoding="ascii").strip()
    if DEBUG:
        return "for-development-only"
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to a long random string, or run `make run` once, "
        "which creates one under var/."
    )


DEBUG = os.environ.get("DEBUG") == "1"
SECRET_KEY = read_secret_key() if DEBUG else require_strong_key("SECRET_KEY", read_secret_key())
# Previous keys, the latest first: what they signed remains valid. docs/operations.md
SECRET_KEY_FALLBACKS = [
    require_strong_key("SECRET_KEY_FALLBACKS", key)
    for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",")
    if key
]
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

# Scheme and host of absolute URLs. docs/operations.md
SITE_ORIGIN = read_origin(os.environ.get("SITE_ORIGIN", ""), ALLOWED_HOSTS)
# Authority in feed ids (RFC 4151) until the database stores one. docs/operations.md
FEED_ID_AUTHORITY = read_feed_authority(os.environ.get("FEED_ID_AUTHORITY", ""))

# The office; what administrators enter in the admin comes before these.
OFFICE_READER = "releases.models.office.read_text"
OFFICE_NAME = os.environ.get("OFFICE_NAME", "Press Office")
OFFICE_TIME_ZONE = os.environ.get("OFFICE_TIME_ZONE", "America/Los_Angeles")
PRESS_CONTACT = os.environ.get("PRESS_CONTACT", "")
# Publishers, too, only propose corrections of public releases, and a colleague approves them.
CORRECTIONS_NEED_APPROVAL = os.environ.get("CORRECTIONS_NEED_APPROVAL") == "1"
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT", "")
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https://", "tel:")):
    raise ImproperlyConfigured(
        f"SECURITY_CONTACT is {SECURITY_CONTACT!r}: it must begin with mailto:, https:// or tel:."
    )

# Applications
INSTALLED_APPS = [
    "releases",
    "haystack",
    "csp",
    "releases.apps.DeskAdmin",
    "pressroom.infra.accounts.apps.SignIns",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]
# Django 6.1 asks for django.contrib.postgres because of ArrayField; nothing it adds is used here.
SILENCED_SYSTEM_CHECKS = ["postgres.E005"]
MIDDLEWARE = [
    "pressroom.infra.logs.RequestLogMiddleware",
    "pressroom.infra.db.replicas.ReplicaMiddleware",  # before anything reads the database
    "pressroom.infra.office.OfficeMiddleware",
    "releases.web.response_cache.middleware.ResponseCacheMiddleware",  # sees complete responses
    "pressroom.infra.http.middleware.ResponsePolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "pressroom.infra.http.middleware.ProxyHTTPSRedirectMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "releases.web.languages.PathLanguageMiddleware",
    "pressroom.infra.http.throttling.SizeLimitMiddleware",  # before anything reads a body
    "pressroom.infra.http.throttling.ThrottleMiddleware",
    "releases.web.old_addresses.OldAddressMiddleware",
    "pressroom.infra.accounts.sessions.AdminSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "pressroom.infra.accounts.sessions.SessionLimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "pressroom.urls"
WSGI_APPLICATION = "pressroom.wsgi.application"

# What infra/ treats specially, by the beginning of its path.
ADMIN_PATH = "/admin/"
SECRET_PATHS = [
    *("/preview/", "/admin/invitation/"),
    *("/alerts/confirm/", "/alerts/mine/", "/alerts/end/"),
]  # the segment after each is a secret: logs mask it
PRIMARY_PATHS = [ADMIN_PATH, *SECRET_PATHS, "/health/"]  # never read from a replica
THROTTLED_VIEW = "releases.web.views.errors.too_many_requests"
TEMPLATES = [
    {
        "BACKEND": "pressroom.infra.templates.Templates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pressroom.infra.office.context",
            ],
        },
    },
]

# Database: the server in DATABASE_URL, else the embedded one. DATABASE_POOLED=1: PgBouncer in
# transaction mode. DATABASE_REPLICA_URL: a standby that serves public pages while its lag is at
# most DATABASE_REPLICA_MAX_LAG seconds. docs/scale-out.md
EMBEDDED_POSTGRES = None
if not os.environ.get("DATABASE_URL"):
    EMBEDDED_POSTGRES = import_string("pressroom.infra.db.embedded.Server")(VAR_DIR / "postgres")
DATABASE_POOLED = os.environ.get("DATABASE_POOLED") == "1"
# No request may wait forever, especially not for a lock. Commands may: see manage.py.
DATABASE_LIMITS = {  # seconds
    "statement_timeout": 30,
    "lock_timeout": 10,
    "idle_in_transaction_session_timeout": 180,  # reading an upload takes 90 at most
}
# Gives up on a machine that vanished after about ten seconds; TCP's default is sixteen minutes.
TCP_KEEPALIVE = {
    "keepalives_idle": 5,  # seconds
    "keepalives_interval": 2,  # seconds
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}


def database(entry: Any, connect_timeout: int) -> dict[str, Any]:
    """Return the DATABASES entry with timeouts and connection reuse; `connect_timeout` in s."""
    options = {**entry.get("OPTIONS", {}), "connect_timeout": connect_timeout, **TCP_KEEPALIVE}
    # PgBouncer refuses startup parameters.
    if not DATABASE_POOLED and not os.environ.get("WITHOUT_DATABASE_LIMITS"):
        limits = [f"-c {name}={seconds}s" for name, seconds in DATABASE_LIMITS.items()]
        options["options"] = " ".join([options.get("options", ""), *limits]).strip()
    return {
        **entry,
        "CONN_MAX_AGE": 60,  # seconds
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
        "OPTIONS": options,
    }


DATABASES = {
    "default": database(
        EMBEDDED_POSTGRES.database_settings() if EMBEDDED_POSTGRES else dj_database_url.config(),
        connect_timeout=5,
    )
}
DATABASE_REPLICA_MAX_LAG = read_max_lag(os.environ.get("DATABASE_REPLICA_MAX_LAG", "10"))
if replica_url := os.environ.get("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = database(dj_database_url.parse(replica_url), connect_timeout=2)
    DATABASE_ROUTERS = ["pressroom.infra.db.replicas.ReplicaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# Search
SEARCH_URL = os.environ.get("SEARCH_URL", "")
SEARCH_ENGINES: dict[str, dict[str, Any]] = {
    "": {
        "ENGINE": "releases.search.embedded.backend.WhooshEngine",
        "PATH": VAR_DIR / "index",
    },
    "opensearch": {
        "ENGINE": "releases.search.opensearch.backend.OpenSearchEngine",
        "URL": SEARCH_URL,
    },
}
if (SEARCH_SCHEME := SEARCH_URL.partition(":")[0]) not in SEARCH_ENGINES:
    raise ImproperlyConfigured(
        "SEARCH_URL must begin with opensearch://, or be unset to search with Whoosh."
    )
HAYSTACK_CONNECTIONS = {
    "default": {
        **SEARCH_ENGINES[SEARCH_SCHEME],
        "SILENTLY_FAIL": False,
        "INCLUDE_SPELLING": False,
    },
}
HAYSTACK_LIMIT_TO_REGISTERED_MODELS = False

# "default" is per process. "shared" (expensive results) and "throttle" (points a network used this
# minute) move to the Redis in CACHE_URL, if set, and all processes share them
# (docs/response-cache.md).
IN_PROCESS = "django.core.cache.backends.locmem.LocMemCache"
CACHES: dict[str, dict[str, Any]] = cache.cache_settings(
    os.environ.get("CACHE_URL", ""),
    {
        "default": {"BACKEND": IN_PROCESS},
        "shared": {"BACKEND": IN_PROCESS, "LOCATION": "shared"},
        "throttle": {
            "BACKEND": IN_PROCESS,
            "LOCATION": "throttle",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        },
    },
)
RESPONSE_CACHE_BYTES = cache.read_megabytes(os.environ.get("RESPONSE_CACHE_MB", "1000"))

# E-mail: the server in EMAIL_URL; unset, nothing is sent, and the admin says so. docs/operations.md
EMAIL_URL = os.environ.get("EMAIL_URL", "")
EMAIL = mail_settings.read_email_url(EMAIL_URL)
DEFAULT_FROM_EMAIL = mail_settings.read_sender(os.environ.get("DEFAULT_FROM_EMAIL", ""), EMAIL)
EMAIL_TIMEOUT = 20  # seconds
EMAIL_PER_MINUTE = mail_settings.read_limit(os.environ.get("EMAIL_PER_MINUTE", ""))  # 0: no limit
globals().update(EMAIL)
# Where reports of mail that came back go to, and the mailbox that they are read from.
BOUNCE_ADDRESS = os.environ.get("BOUNCE_ADDRESS", "")
BOUNCE_MAILBOX = mail_settings.read_mailbox_url(os.environ.get("BOUNCE_MAILBOX", ""))

# Calls to other sites when a release is published or changed, each off by default. docs/alerts.md
WEBHOOKS = call_settings.read_webhooks(os.environ.get("WEBHOOKS", ""))
WEBSUB_HUB = call_settings.read_https_url("WEBSUB_HUB", os.environ.get("WEBSUB_HUB", ""))
INDEXNOW_KEY = call_settings.read_indexnow_key(os.environ.get("INDEXNOW_KEY", ""))
INDEXNOW_URL = "https://api.indexnow.org/indexnow"

# Language and time
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "releases" / "locale"]
LANGUAGES = [("en", "English"), *catalogs.languages(LOCALE_PATHS[0])]
FORMAT_MODULE_PATH = "pressroom.infra.formats"
TIME_ZONE = OFFICE_TIME_ZONE
USE_TZ = True

# Static files: hashed names, compressed, served by the application itself. Uploads: in the folder
# MEDIA_ROOT, or in the bucket in MEDIA_STORAGE. docs/storage.md
# Folder with typefaces for PDFs, besides those of the system. docs/operations.md
PDF_FONTS = os.environ.get("PDF_FONTS", "")
# Files of /data/, and their license: a name, and after it its address.
DATA_DIR = VAR_DIR / "data"
DATA_LICENSE = read_license(os.environ.get("DATA_LICENSE", ""))
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_STORAGE = os.environ.get("MEDIA_STORAGE", "")
STORAGES = {
    "default": storage.backend(MEDIA_STORAGE),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# Images and attachments are served by a view that checks whether they are public, never as plain
# files. A reverse proxy can send the bytes: MEDIA_HANDOVER=x-accel (nginx, from the internal
# location MEDIA_INTERNAL_URL) or x-sendfile (Apache, lighttpd).
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
MEDIA_INTERNAL_URL = "/media-files/"
MEDIA_HANDOVER = os.environ.get("MEDIA_HANDOVER", "")
if MEDIA_HANDOVER not in {"", "x-accel", "x-sendfile"}:
    raise ImproperlyConfigured(
        f"MEDIA_HANDOVER is {MEDIA_HANDOVER!r}: it must be x-accel, x-sendfile or unset."
    )
if MEDIA_HANDOVER and MEDIA_STORAGE:
    raise ImproperlyConfigured(
        "MEDIA_HANDOVER and MEDIA_STORAGE are both set, but a reverse proxy can only send files "
        "from a folder: unset MEDIA_HANDOVER."
    )
# Readable by the site's account only, or by its group where a reverse proxy sends the files.
FILE_UPLOAD_PERMISSIONS = 0o640 if MEDIA_HANDOVER else 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750 if MEDIA_HANDOVER else 0o700
PRIVATE_UMASK = 0o027 if MEDIA_HANDOVER else 0o077
# Enough for the largest release (models/lengths.py): 300 sections, 100 images, 100 documents.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000
DATA_UPLOAD_MAX_NUMBER_FILES = 250
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "releases.web.upload_size.LimitedUploadHandler",
]

# Transport. HTTPS=on redirects every plain request to https. HTTPS=proxy: the same, and our reverse
# proxy terminates TLS and sets X-Forwarded-Proto. HTTPS=off: plain HTTP on loopback, as in
# `make run`; behind a reverse proxy it behaves like HTTPS=proxy.
HTTPS = os.environ.get("HTTPS", "off" if DEBUG else "on")
if HTTPS not in {"on", "proxy", "off"}:
    raise ImproperlyConfigured(f"HTTPS is {HTTPS!r}: it must be on, proxy or off.")
if HTTPS != "on":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS != "off"
SECURE_REDIRECT_EXEMPT = ["^health/"]  # load balancers probe it over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS != "off"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
if HTTPS != "off":  # __Host-: browsers accept the cookie from this host only, and only over TLS
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Sign-in. docs/sign-in.md
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarity": {},
        "CommonPassword": {},
        "NumericPassword": {},
        "MinimumLength": {"min_length": 12},
    }.items()
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds that the link of an invitation works
LOGIN_URL = "admin:login"
CSRF_FAILURE_VIEW = "pressroom.infra.accounts.resumed_forms.csrf_failure"
# Its page lists what was typed: labels where a field's name is none, and fields that nobody types.
RESUMED_FORM_LABELS = {"release_at": "Public from"}
RESUMED_FORM_HIDDEN = frozenset(
    ("id", "release", "seen", "read", "handle", "named", "asked", "effect", "action", "apply")
)
INTERRUPTED_FILES_STORE = "releases.media.interrupted_uploads"
PUBLISHERS_PERMISSION = "releases.approve_release"
REQUIRE_SECOND_FACTOR = os.environ.get("REQUIRE_SECOND_FACTOR", "")
if REQUIRE_SECOND_FACTOR not in {"", "publishers", "staff"}:
    raise ImproperlyConfigured(
        f"REQUIRE_SECOND_FACTOR is {REQUIRE_SECOND_FACTOR!r}: it may be publishers, staff or unset."
    )
OTP_TOTP_ISSUER = office.issuer
SESSION_COOKIE_AGE = 4 * 3600  # seconds without a request
SESSION_LONGEST = 12 * 3600  # seconds, even if active
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Five failures lock one username from one IP address for 15 minutes. The account's owner can still
# sign in from elsewhere, and further failures do not extend the lock.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = datetime.timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "pressroom.infra.http.client_ip.client_address"
AXES_LOCKOUT_TEMPLATE = "admin/locked.html"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 1_000_000  # at the limit axes drops the newest entries
AXES_SENSITIVE_PARAMETERS = ["code"]  # never logged, like the password
AXES_VERBOSE = False

# Logs go to standard error. LOG_FORMAT=json (the default of `serve`): one JSON object per line, and
# one line per request.
LOG_LEVEL = os.environ.get("LOG_LEVEL", "WARNING")
LOG_FORMAT = os.environ.get("LOG_FORMAT", "line")
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}: it must be line or json.")
LOGGING = logs.settings_for(LOG_LEVEL, LOG_FORMAT)
DEFAULT_EXCEPTION_REPORTER_FILTER = "pressroom.infra.error_reports.SecretsFilter"
