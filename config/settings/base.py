"""What every profile shares; the environment overrides the few values that differ between machines."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from config import logs

from .api import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("VIIS_VAR") or BASE_DIR / "var")


def database(url: str) -> dict[str, object]:
    """The Django entry for `postgresql://user:password@host:port/name` (the host may be `?host=/socket`)."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": query.pop("port", "") or str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Prepared statements from the first use: a step is a handful of statements, always the same.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 1, **query},
    }


DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql://viis_app@127.0.0.1/viis")
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "")
# Where people reach the product: links in letters and mail begin with it.
BASE_URL = os.environ.get("VIIS_BASE_URL", "http://127.0.0.1:8000")
# Who mails come from.
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "VIIS <viis@example.lv>")
# The hour in Riga at which the daily digest of messages goes out.
DIGEST_HOUR = int(os.environ.get("VIIS_DIGEST_HOUR", "8"))
# So many finished cases of a kind are needed before an expected date is told.
EXPECTATION_LEAST_CASES = int(os.environ.get("VIIS_EXPECTATION_LEAST_CASES", "10"))
# Hashes of values in the audit are made with it; empty: with a key made from SECRET_KEY.
AUDIT_KEY = os.environ.get("AUDIT_KEY", "")
# The file of the key that seals the audit, and of those that sealed before it; only the demo makes its own.
AUDIT_SEAL_KEY: Path | str = os.environ.get("AUDIT_SEAL_KEY", "")
AUDIT_SEAL_KEY_MADE = False
AUDIT_SEAL_KEYS_BEFORE = [path for path in os.environ.get("AUDIT_SEAL_KEYS_BEFORE", "").split(":") if path]
# How long ended links and tokens and attempts to sign in are kept before they are cleared.
RETENTION_TECHNICAL_DAYS = int(os.environ.get("RETENTION_TECHNICAL_DAYS", "90"))
# None: no metrics; empty: for everybody; else for the bearer of the token.
METRICS_TOKEN: str | None = os.environ.get("METRICS_TOKEN")
# Webhooks go to https on the open internet alone; the demo and the tests may also send to this machine.
WEBHOOKS_TO_THIS_MACHINE = False
# After so many days without one accepted event a webhook is stopped, and its maker told.
WEBHOOKS_PATIENCE_DAYS = int(os.environ.get("WEBHOOKS_PATIENCE_DAYS", "3"))
# Whose electronic signatures are trusted: a folder with their certificates (PEM), under the name that
# people see; without it no signature is ever called valid.
SIGNATURE_TRUST_DIR = os.environ.get("SIGNATURE_TRUST_DIR", "")
SIGNATURE_TRUST_NAME = os.environ.get("SIGNATURE_TRUST_NAME", "") or "SIGNATURE_TRUST_DIR"
# Their lists of revoked certificates, brought there by whoever runs the product: nothing is fetched.
SIGNATURE_CRL_DIR = os.environ.get("SIGNATURE_CRL_DIR", "")
# Who validates which type of file: `cases.signatures.validation.Validator`.
SIGNATURE_VALIDATORS = {
    "application/pdf": "cases.signatures.pades.PdfValidator",
    "application/vnd.etsi.asic-e+zip": os.environ.get("SIGNATURE_CONTAINER_VALIDATOR")
    or "cases.signatures.containers.NotValidated",
}
# Who looks for harmful content in what people upload: `clamd://host:port` or `clamd:///path/of/its/socket`.
# With a scanner no upload is read before it was scanned; without one uploads are read unless that is refused.
SCANNER = os.environ.get("SCANNER", "")
UNSCANNED_ALLOWED = os.environ.get("UNSCANNED_ALLOWED", "yes") == "yes"
# Only the demo and the tests may move the business time.
CLOCK_MAY_MOVE = False

INSTALLED_APPS = [
    # From the top of the house down: of two commands with one name the higher one runs.
    "config",
    "web",
    "api",
    "processes",
    "analytics",
    "exchange",
    "cases",
    "accounts",
    "registries",
    "engine",
    "axes",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "config.requests.RequestLog",
    "config.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.recorded.RecordedMiddleware",
    "accounts.sessions.SessionEndMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": ["django.template.loaders.filesystem.Loader"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["accounts.hashers.Argon2"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
# A session ends after 8 hours whatever happens; after 30 idle minutes it ends earlier (accounts.sessions).
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "web.errors.csrf_failure"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Five wrong passwords for one name from one address lock that pair for a quarter of an hour:
# whoever guesses is stopped, and nobody can lock somebody else out from elsewhere on the last
# day of a deadline.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "accounts.services.sign_in.locked_out_response"
AXES_CLIENT_STR_CALLABLE = "accounts.services.sign_in.client_in_log"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "lv"
LANGUAGES = [("lv", "Latviešu"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Riga"
USE_I18N = True
USE_TZ = True
LOGGING = logs.LOGGING
logs.configure()

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT: Path | None = VAR_DIR / "static"

PROCESSES_DIR = BASE_DIR / "processes" / "bpmn"
# Processes to practise on: only the demo has them.
DEMONSTRATION_PROCESSES_DIR: Path | None = None
