"""What every environment shares. Secrets and addresses come from the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
import structlog

from core.observability import logs
from ecomnet.settings import environment

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = False
SECRET_KEY = environment.text("SECRET_KEY")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
# Where slips, certificates and messages send people: absolute addresses come from this alone, never from a request.
ECOMNET_PUBLIC_URL = environment.text("ECOMNET_PUBLIC_URL", "http://localhost:8000").rstrip("/")
# A second host of this deployment, without cookies, for packages that teachers bring. Empty: they are not played.
ECOMNET_CONTENT_ORIGIN = environment.text("ECOMNET_CONTENT_ORIGIN", "").rstrip("/")

INSTALLED_APPS = [
    "ecomnet.admin.EcomNetAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "ecomnet.static.EcomNetStaticFilesConfig",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "django_structlog",
    "django_prometheus",
    "phonenumber_field",
    "core",
    "ledger",
    "stations",
    "scheduling",
    "logistics",
    "finance",
    "education",
    "health",
    "tourism",
    "orders",
    "impact",
    "ecomnet",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "education.packages.origin.ContentOriginMiddleware",
    "core.web.middleware.VisitorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.web.middleware.HeadersMiddleware",
    "core.web.middleware.WayInMiddleware",
    "core.web.middleware.ReferenceMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.web.compression.CompressionMiddleware",
    "core.web.load_shedding.OverloadMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "core.web.rate_limits.LimitsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "stations.accounts.middleware.SignedInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "core.web.middleware.ReaderMiddleware",
    "core.web.middleware.AddressMiddleware",
    "core.web.middleware.RefusalMiddleware",
    "stations.accounts.middleware.DueStepsMiddleware",
    "stations.network.presence.PresenceMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.web.middleware.PartsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "ecomnet.urls"
WSGI_APPLICATION = "ecomnet.wsgi.application"
AUTH_USER_MODEL = "stations.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "stations.accounts.guessable.BreachedPassword"},
    {"NAME": "stations.accounts.guessable.SystemWordsValidator"},
    {"NAME": "stations.accounts.guessable.NumberOfSomebody"},
]
# The sign-in library serves the second factor only; limits are ours, per person and device (stations.accounts).
MFA_ADAPTER = "stations.accounts.adapter.SecondFactorAdapter"
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp"]
ACCOUNT_RATE_LIMITS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the framework's own, so that the administration wears our frame.
        "DIRS": [BASE_DIR / "ecomnet" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "core.language.template_source.FilesystemLoader",
                        "core.language.template_source.AppDirectoriesLoader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.web.shell.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "core.templatetags.words",
                "core.templatetags.frame",
                "core.templatetags.forms",
                "core.templatetags.lists",
                "core.templatetags.figures",
                "core.templatetags.written",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        environment.text("DATABASE_URL", "postgresql://ecomnet_app@localhost/ecomnet"),
        conn_max_age=60,
        conn_health_checks=True,
    ),
}
# A cursor on the server outlives a transaction: behind PgBouncer in transaction mode it would be lost.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
# Off behind a pooler in transaction mode, which gives each transaction another session of the server.
ECOMNET_PREPARED_STATEMENTS = environment.flag("ECOMNET_PREPARED_STATEMENTS", default=True)
# Of how many joined tables the planner tries every order; further ones are joined as written. With PostgreSQL's 8 the
# 20 tables of an appointment took 70 ms to plan and 1 ms to read. A pooler knows no options: there the role has it.
if ECOMNET_PREPARED_STATEMENTS:
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c join_collapse_limit=6")
# `migrate`, `reset` and partitions run as the owner; everything else as a role that may not change history.
ECOMNET_OWNER_DATABASE_URL = environment.text("ECOMNET_OWNER_DATABASE_URL", "")

# Redis is a wake-up signal only: sessions, limits and facts live in PostgreSQL, so that its absence stops nobody.
REDIS_URL = environment.text("REDIS_URL", "redis://localhost:6379/0")
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Our own words come before those that other packages have for the same English.
LOCALE_PATHS = sorted(BASE_DIR.glob("*/locale"))
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # stored instants; pages show the station's zone
FORMAT_MODULE_PATH = ["core.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Photos and papers: in a folder of this machine, or in a bucket for all machines.
ECOMNET_S3_BUCKET = environment.text("ECOMNET_S3_BUCKET", "")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.storage.HashedStaticFiles"},
}
if ECOMNET_S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "core.files.bucket.BucketStorage",
        "OPTIONS": {
            "bucket_name": ECOMNET_S3_BUCKET,
            "endpoint_url": environment.text("ECOMNET_S3_ENDPOINT", "") or None,
            "region_name": environment.text("ECOMNET_S3_REGION", "") or None,
            "access_key": environment.text("ECOMNET_S3_ACCESS_KEY"),
            "secret_key": environment.text("ECOMNET_S3_SECRET_KEY"),
            "addressing_style": "path",
            "signature_version": "s3v4",
        },
    }
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# No page of anybody else's has to load our files.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Source maps are for developers with time.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2")
MEDIA_ROOT = Path(environment.text("ECOMNET_MEDIA_ROOT", str(BASE_DIR / ".state" / "media")))

# Notes for the next page are kept in the session: a cookie would carry their words through browsers and proxies.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# What makes a browser a device of the system (`stations.accounts.browser`).
ECOMNET_DEVICE_COOKIE_NAME = "ecomnet_device"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "core.web.error_pages.forged"
MESSAGE_TAGS = {10: "info", 20: "info", 25: "ok", 30: "wait", 40: "bad"}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'", "blob:"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "report-uri": ["/csp/"],
    },
}

REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "core.api.explain",
    "DEFAULT_SCHEMA_CLASS": "core.api.Schema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "stations.accounts.authentication.DeviceTokenAuthentication",
        "stations.accounts.authentication.BrowserSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.access.Requires"],
    "DEFAULT_RENDERER_CLASSES": ["core.wire.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.wire.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.web.pagination.CursorPages",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
    # Instants stay instants until `core.wire` writes them, whatever zone the reader is in.
    "DATETIME_FORMAT": None,
}

KNOX_TOKEN_MODEL = "stations.DeviceToken"  # noqa: S105
REST_KNOX = {"TOKEN_TTL": timedelta(days=90)}

SPECTACULAR_SETTINGS = {
    "TITLE": "EcomNet",
    "DESCRIPTION": "The system under a network of village service stations.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVERS": [{"url": "/", "description": "This installation"}],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "core.api.describe_tags"],
    # One name in the schema for one list of words, however many fields hold it.
    "ENUM_NAME_OVERRIDES": {
        "DivisionLevelEnum": "stations.places.models.Division.Level",
        "StationStatusEnum": "stations.network.models.Station.Status",
        "StationPublicStateEnum": "stations.network.queries.STATE_CHOICES",
        "CertificateStateEnum": "stations.recruitment.queries.STATE_CHOICES",
        "GuardianshipKindEnum": "stations.people.models.Guardianship.Kind",
        "RegisterReportKindEnum": "stations.recruitment.models.RegisterReport.Kind",
        "StationKindEnum": "stations.network.models.Station.Kind",
        "DeviceStateEnum": "stations.accounts.models.Device.State",
        "CommissionLineStateEnum": "finance.settlement.queries.states.LineState",
        "PaymentOutcomeEnum": "finance.payments.models.PaymentDecision.Outcome",
        "DisputeOutcomeEnum": "finance.tills.services.disputes.Outcome",
        "LossKindEnum": "finance.tills.models.loss_cases.LossCase.Kind",
        "LoanReasonEnum": "finance.credit.models.reasons.Reason",
        "ClaimReasonEnum": "finance.insurance.models.claims.ClaimReason",
        "CareMannerEnum": ["signature", "paper"],
        "InsuranceGradeEnum": "finance.insurance.models.products.Grade",
        "AppointmentReasonEnum": "health.appointments.services.ending.Reason",
        "FollowUpModeEnum": "health.chronic.models.FollowUpVisit.Mode",
        "FollowUpSignEnum": "health.chronic.models.Sign",
        "SentVisitOutcomeEnum": ["accepted", "known", "refused"],
        "HealthArticleAudienceEnum": "health.promotion.models.Article.Audience",
        "SchoolSubjectEnum": "education.subjects.Subject",
        "TutoringModeEnum": "education.tutoring.models.TutoringSession.Mode",
        "SeriesScopeEnum": "scheduling.bookings.services.series_moving.Scope",
    },
}

# Personal numbers: AES-GCM under numbered keys, found again through a keyed hash under keys of its own. Of each the
# first one writes and all of them read (docs/operation.md, Keys).
ECOMNET_DATA_KEYS = environment.numbered_keys("ECOMNET_DATA_KEYS")
ECOMNET_INDEX_KEYS = environment.numbered_keys("ECOMNET_INDEX_KEYS")

ECOMNET_GRANTS = "ecomnet.grants.GRANTS"
ECOMNET_GRANTS_SUSPENDED = "ecomnet.grants.SUSPENDED"
ECOMNET_COUNTRY = environment.text("ECOMNET_COUNTRY", "CN")
ECOMNET_CURRENCY = environment.text("ECOMNET_CURRENCY", "CNY")
ECOMNET_DEMONSTRATION = False
# Where the system stands when nobody says more exactly: quiet hours of messages, days of nightly work.
ECOMNET_ZONE = environment.text("ECOMNET_ZONE", "Asia/Shanghai")
ECOMNET_SMS_PROVIDER = environment.text("ECOMNET_SMS_PROVIDER", "SMS")
# How many proxies of ours stand in front of the web process, one behind the other (`core.web.middleware`).
ECOMNET_PROXIES = int(environment.text("ECOMNET_PROXIES", "0"))
# Anyone who sends it as a bearer token may read /metrics; empty: nobody may.
ECOMNET_METRICS_TOKEN = environment.text("ECOMNET_METRICS_TOKEN", "")
ECOMNET_VERSION = "0.1.0"
# On: browsers remove the service worker they have. For the day when a worker does harm.
ECOMNET_SERVICE_WORKER_OFF = environment.flag("ECOMNET_SERVICE_WORKER_OFF")

# Claims of insurance that are drawn by lot for a visit, in 0.01 %.
ECOMNET_CLAIM_VISITS_BP = 500

# How long rows are kept (`ecomnet/stored_data.py`, RETENTION), in days.
ECOMNET_KEEP_DONE_JOBS_DAYS = 7
ECOMNET_KEEP_EVENTS_DAYS = 400
ECOMNET_KEEP_NOTICES_DAYS = 400
ECOMNET_KEEP_NONCES_DAYS = 10 / (24 * 60)
ECOMNET_KEEP_ENDED_SESSIONS_DAYS = 0
ECOMNET_KEEP_TRIES_DAYS = 1
ECOMNET_KEEP_HEALTH_EVENT_NAMES_DAYS = 2 * 365
ECOMNET_KEEP_SEEN_SPANS_DAYS = 60
ECOMNET_KEEP_CODES_DAYS = 30
#: What tutors write about the lessons of children: two school years.
ECOMNET_KEEP_TUTORING_NOTES_DAYS = 730
#: Which child called whom: a year, and the month before it that the numbers of the county look back on.
ECOMNET_KEEP_CALLS_HOME_DAYS = 400
ECOMNET_KEEP_RAW_CALLBACKS_DAYS = 400
ECOMNET_KEEP_REQUEST_KEYS_DAYS = 90
ECOMNET_KEEP_ACCESS_LOGS_DAYS = 3 * 365
# Residents whom nobody has served for so long are proposed for the archive.
ECOMNET_ARCHIVE_AFTER_MONTHS = 36

# Enquiry after an unknown outcome, in seconds after submission (money.md 4.3: then hourly to 24 h, and at the cut-off).
ECOMNET_ENQUIRY_SCHEDULE = [3, 6, 12, 24, 48, 300, 1800, 7200]
# Two enquiries that find nothing count as "never arrived" only this far apart, in seconds.
ECOMNET_NOT_FOUND_GAP = 1800
# So long after it was sent, in seconds, a provider can no longer execute what it has not received (bills: until the
# daily file of that day is there).
ECOMNET_CUTOFF_AFTER = 86400
# How long a provider may take, in seconds, to let us connect and to answer.
ECOMNET_PROVIDER_CONNECT_SECONDS = 3.0
ECOMNET_PROVIDER_READ_SECONDS = 10.0

# How long a request may have waited at the door, in seconds, before it is turned away: in a burst, and once the queue
# has been standing for a while (`core.web.load_shedding`).
ECOMNET_MAX_QUEUE_SECONDS = float(environment.text("ECOMNET_MAX_QUEUE_SECONDS", "3"))
ECOMNET_CROWDED_QUEUE_SECONDS = float(environment.text("ECOMNET_CROWDED_QUEUE_SECONDS", "0.2"))
# So long, in seconds, a request waits for the document of the API to be made: less than a web process may be silent.
ECOMNET_API_DOCUMENT_SECONDS = float(environment.text("ECOMNET_API_DOCUMENT_SECONDS", "10"))
# How many requests one user, and one address without a sign-in, may send in a minute to one web process; 0: any number
# (`core.web.rate_limits`).
ECOMNET_RATE_LIMIT_PER_MINUTE = int(environment.text("ECOMNET_RATE_LIMIT_PER_MINUTE", "600"))
ECOMNET_RATE_LIMIT_ANONYMOUS_PER_MINUTE = int(environment.text("ECOMNET_RATE_LIMIT_ANONYMOUS_PER_MINUTE", "600"))

# How the web process looks for a worker's answer for a moment before it says "please wait".
ECOMNET_WAIT_FOR_ANSWERS = True

# Celery carries the wake-up signal and the beat (`ecomnet/celery.py`) and has a word of its own for a UNIX socket.
# The hands of a worker are threads of its own.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
# A file that a worker touches every 15 s while it reaches the database; empty: none.
ECOMNET_WORKER_HEARTBEAT_FILE = environment.text("ECOMNET_WORKER_HEARTBEAT_FILE", "")
ECOMNET_WORKER_THREADS = int(environment.text("ECOMNET_WORKER_THREADS", "4"))

_EVERY_LINE: list[Any] = [
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        *_EVERY_LINE,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# Ids of requests are our own: what a client or a proxy writes into a header is in no line of the log.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _EVERY_LINE,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                logs.tell_exception,
                logs.redact,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": environment.text("ECOMNET_LOG_LEVEL", "INFO")},
    "loggers": {
        # Addresses carry references, and the gateway writes a line of its own for each call.
        "httpx": {"level": "WARNING"},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
