"""The settings of Rapport: one data folder, a handful of environment variables, safe by default."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

import rapport
from rapport.config import logs, sqlite

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("RAPPORT_HOME", "~/.local/share/rapport")).expanduser().resolve()
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret_key() -> str:
    """Make the installation's key at its first start; only its owner may read it."""
    path, mine = HOME / "secret.key", HOME / f"secret.key.{os.getpid()}"
    if not path.exists():
        with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())  # after a power cut an empty key would let nobody start
        # Several processes may start at once: the first one's key is everybody's, and whole from its first moment.
        with contextlib.suppress(FileExistsError):
            os.link(mine, path)
        mine.unlink()
    return path.read_text().strip()


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SystemExit(f"RAPPORT_DATABASE_URL must begin with postgresql://, not {parts.scheme}://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c statement_timeout=30000 -c lock_timeout=10000"},
    }


SECRET_KEY = _secret_key()
DEBUG = False
DATABASE_URL = os.environ.get("RAPPORT_DATABASE_URL", "")
DATABASES = {"default": _postgresql(DATABASE_URL) if DATABASE_URL else sqlite.settings(HOME / "db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PUBLIC_URL = os.environ.get("RAPPORT_URL", "")
SOURCE_URL = os.environ.get("RAPPORT_SOURCE_URL", "/source/")
_public = urlsplit(PUBLIC_URL)
IS_HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, [_public.hostname])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")] if PUBLIC_URL else []

INSTALLED_APPS = [
    "rapport.foundation.kernel.actors",
    "rapport.foundation.kernel.access",
    "rapport.foundation.kernel.ledger",
    "rapport.foundation.kernel.fields",
    "rapport.foundation.kernel.records",
    "rapport.foundation.kernel.search",
    "rapport.foundation.kernel.jobs",
    "rapport.foundation.ui",
    "rapport.foundation.accounts",
    "rapport.customers.people",
    "rapport.customers.timeline",
    "rapport.customers.capture",
    "rapport.steering.adoption",
    "rapport.doors.connect.imports",
    "rapport.doors.operations.health",
    "rapport.doors.operations.copies",
    "rapport.doors.operations.upgrades",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    # Apps above the floors, by name; nothing below knows of them.
    *filter(None, (name.strip() for name in os.environ.get("RAPPORT_PLUGINS", "").split(","))),
]
MIDDLEWARE = [
    "rapport.foundation.ui.requests.named",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "rapport.foundation.ui.middleware.safe_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rapport.foundation.accounts.middleware.known_actor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rapport.foundation.ui.middleware.read_only",
    "rapport.doors.operations.copies.middleware.strict",
]
ROOT_URLCONF = "rapport.config.urls"
WSGI_APPLICATION = "rapport.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.csp",
                "django.contrib.messages.context_processors.messages",
                "rapport.foundation.ui.shell.context",
            ],
            "builtins": ["rapport.foundation.ui.templatetags.ui"],
        },
    }
]

AUTH_USER_MODEL = "actors.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "rapport.foundation.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,30/15m/ip", "login": "60/m/ip"}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
# In the cookie alone, the newest of them: what overflows into the session is written after the act it tells of, and may
# fail where that act has succeeded.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
if IS_HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-rapport", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
else:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "rapport", "rapport-csrf"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "blob:", "data:"],
    "connect-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# Stated limits: a form of a record is small; only the import streams, to a file, whatever its size.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILES = HOME / "files"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("da", _("Danish")),
    ("lv", _("Latvian")),
    ("ms", _("Malay")),
    ("fil", _("Filipino")),
    ("ta", _("Tamil")),
]
LOCALE_PATHS = [PACKAGE / "foundation" / "ui" / "locale"]

STATIC_URL = "static/"
# By version: while one takes the place of another, both have pages to draw.
STATIC_ROOT = HOME / "static" / rapport.__version__
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "rapport.foundation.ui.stylesheet.JoinedFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
UNDO_DAYS = 30
# Whoever knows it may read numbers at /metrics/; without one there is no such page.
METRICS_TOKEN = os.environ.get("RAPPORT_METRICS_TOKEN", "")
# Of when the copy is that is served to be read, and nothing else (ISO 8601): `rapport open` says so.
READ_ONLY = os.environ.get("RAPPORT_READ_ONLY", "")
# Whether what was sent is acknowledged only once the first place of copies has it (docs/operations/backups.md).
STRICT = os.environ.get("RAPPORT_STRICT") == "1"

LOGGING = logs.settings(HOME, os.environ.get("RAPPORT_LOG", "WARNING"))
