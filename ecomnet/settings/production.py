"""The strict settings of a running system: start-up refuses what would be unsafe."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.http import is_same_domain

from ecomnet.settings import environment
from ecomnet.settings.base import *
from ecomnet.settings.base import (
    ALLOWED_HOSTS,
    DATABASES,
    ECOMNET_CONTENT_ORIGIN,
    ECOMNET_DATA_KEYS,
    ECOMNET_INDEX_KEYS,
    ECOMNET_OWNER_DATABASE_URL,
    ECOMNET_PROXIES,
    ECOMNET_PUBLIC_URL,
    ECOMNET_S3_BUCKET,
    REDIS_URL,
    SECRET_KEY,
)


def _refuse_weak_key(name: str, key: str) -> None:
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32 or len(set(raw)) < 8 or raw.startswith(b"demonstration"):
        raise ImproperlyConfigured(f"{name} must hold 32 random bytes in base64.")


def _refuse_far_database(name: str, database: Mapping[str, Any]) -> None:
    """What is told to a database elsewhere is encrypted, and told to nobody who cannot prove to be it."""
    if not environment.is_near(database["HOST"]) and database.get("OPTIONS", {}).get("sslmode") != "verify-full":
        raise ImproperlyConfigured(f"{name}: a database elsewhere is reached with sslmode=verify-full only.")


_bucket = urlsplit(environment.text("ECOMNET_S3_ENDPOINT", ""))
if ECOMNET_S3_BUCKET and _bucket.scheme == "http" and not environment.is_near(_bucket.hostname):
    raise ImproperlyConfigured("ECOMNET_S3_ENDPOINT: a bucket elsewhere is reached over https only.")
if environment.flag("DEBUG"):
    raise ImproperlyConfigured("DEBUG must not be set in production.")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 12 or SECRET_KEY.startswith(("django-insecure-", "demonstration-")):
    raise ImproperlyConfigured("SECRET_KEY is too weak: use at least 50 random characters.")
_content, _console = urlsplit(ECOMNET_CONTENT_ORIGIN), urlsplit(ECOMNET_PUBLIC_URL)
if _content.netloc and f"https://{_content.netloc.lower()}" != ECOMNET_CONTENT_ORIGIN:
    raise ImproperlyConfigured("ECOMNET_CONTENT_ORIGIN is https:// and a host, as browsers write it, and nothing else.")
if any(is_same_domain(_content.hostname or "", _host) for _host in (*ALLOWED_HOSTS, _console.hostname or "")):
    raise ImproperlyConfigured("ECOMNET_CONTENT_ORIGIN must be a host of its own: packages run scripts there.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of this house.")
for _name in (
    "ECOMNET_CUTOFF_AFTER",
    "ECOMNET_ENQUIRY_SCHEDULE",
    "ECOMNET_NOT_FOUND_GAP",
    "ECOMNET_PROVIDER_READ_SECONDS",
):
    if environment.words(_name):
        raise ImproperlyConfigured(f"{_name} is for the demonstration only.")
for _name, _keys in (("ECOMNET_DATA_KEYS", ECOMNET_DATA_KEYS), ("ECOMNET_INDEX_KEYS", ECOMNET_INDEX_KEYS)):
    for _number, _key in _keys.items():
        _refuse_weak_key(f"{_name} ({_number})", _key)
environment.text("DATABASE_URL")
environment.text("REDIS_URL")
_refuse_far_database("DATABASE_URL", DATABASES["default"])
if ECOMNET_OWNER_DATABASE_URL:
    _refuse_far_database("ECOMNET_OWNER_DATABASE_URL", dj_database_url.parse(ECOMNET_OWNER_DATABASE_URL))
if urlsplit(REDIS_URL).scheme == "redis" and not environment.is_near(urlsplit(REDIS_URL).hostname):
    raise ImproperlyConfigured("REDIS_URL: a broker on another machine is reached by rediss:// only.")

SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", default=True)
# Believed of a proxy of ours alone; without one the visitor writes it himself.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ECOMNET_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# Browsers take a cookie of such a name from this host alone, and over TLS alone (`core.web.cookies`).
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_NAME = "__Host-language"
ECOMNET_DEVICE_COOKIE_NAME = "__Host-device"
# The probes of the container come over plain HTTP from the same machine; programs are refused, not sent on
# (`core.web.middleware.WayInMiddleware`).
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$", r"^api/"]
