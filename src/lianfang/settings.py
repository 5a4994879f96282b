"""Django's settings. Everything that can be set from outside is listed in docs/develop/settings.md."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from lianfang.accounts.roles import roles_named
from lianfang.databases import database_settings
from lianfang.datadir import data_dir, old_keys, secret_key

LIANFANG_DATA: Path = data_dir()
LIANFANG_DATABASE: str = os.environ.get("LIANFANG_DATABASE", "")
#: Under which address others reach the server, e.g. https://lianfang.example.cn. Empty: this machine only.
LIANFANG_ORIGIN: str = os.environ.get("LIANFANG_ORIGIN", "").rstrip("/")
#: The built desk application; made by `npm run build` in web/.
LIANFANG_WEB: Path = Path(
    os.environ.get("LIANFANG_WEB") or Path(__file__).resolve().parents[2] / "web" / "desk" / "dist"
)
#: The built phone app; made by the same command.
LIANFANG_FIELD: Path = Path(
    os.environ.get("LIANFANG_FIELD") or Path(__file__).resolve().parents[2] / "web" / "field" / "dist"
)
#: The built page on which residents report themselves; made by the same command.
LIANFANG_RESIDENT: Path = Path(
    os.environ.get("LIANFANG_RESIDENT") or Path(__file__).resolve().parents[2] / "web" / "resident" / "dist"
)

#: Roles that must have a second factor, e.g. administrator,data_centre,auditor; "all" for every role.
LIANFANG_SECOND_FACTOR = roles_named(os.environ.get("LIANFANG_SECOND_FACTOR", ""))
#: Minutes without a request after which a session ends, and hours after which it ends in any case.
LIANFANG_SESSION_IDLE = int(os.environ.get("LIANFANG_SESSION_IDLE") or 120)
LIANFANG_SESSION_HOURS = int(os.environ.get("LIANFANG_SESSION_HOURS") or 12)

#: Where the daily update goes by itself: addresses in the words of apprise, separated by spaces.
LIANFANG_NOTIFY: list[str] = os.environ.get("LIANFANG_NOTIFY", "").split()
#: From which hour of the day on it goes (local time).
LIANFANG_NOTIFY_HOUR = int(os.environ.get("LIANFANG_NOTIFY_HOUR") or 8)

_BEHIND_TLS = LIANFANG_ORIGIN.startswith("https://")

DEBUG = False
SECRET_KEY = secret_key(LIANFANG_DATA)
SECRET_KEY_FALLBACKS = old_keys(LIANFANG_DATA)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, [urlsplit(LIANFANG_ORIGIN).hostname])]
CSRF_TRUSTED_ORIGINS = [LIANFANG_ORIGIN] if LIANFANG_ORIGIN else []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django_tasks",
    "django_tasks_db",
    "lianfang.kernel",
    "lianfang.territory",
    "lianfang.accounts",
    "lianfang.desk",
    "lianfang.registry",
    "lianfang.linkage",
    "lianfang.screening",
    "lianfang.screening.selfreport",
    "lianfang.incidents",
    "lianfang.gates",
    "lianfang.sync",
    "lianfang.wiring.apps.WiringConfig",
]
MIDDLEWARE = [
    "lianfang.api.refusals.RefusalsInCodes",
    "django.middleware.security.SecurityMiddleware",
    "lianfang.headers.ContentSecurityPolicy",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lianfang.api.idempotency.KeepAnswers",
]
ROOT_URLCONF = "lianfang.urls"
WSGI_APPLICATION = "lianfang.wsgi.application"
TEMPLATES: list[dict[str, object]] = []

DATABASES = {"default": database_settings(LIANFANG_DATABASE, LIANFANG_DATA)}
#: The queue of background work (kernel.jobs) lies in the same database: enqueued when the transaction commits.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "display_name")}),
    )
]

SESSION_COOKIE_NAME = "lianfang_session"
# The cookie lasts as long as a session may at most; accounts.presence ends those that idle.
SESSION_COOKIE_AGE = LIANFANG_SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = _BEHIND_TLS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _BEHIND_TLS
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if _BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _BEHIND_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

LANGUAGE_CODE = "zh-hans"
USE_I18N = False  # the server sends codes; words are the client's
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
