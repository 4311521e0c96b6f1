"""The strict settings of a running house: start-up refuses what would be unsafe."""

import base64
import binascii

from django.core.exceptions import ImproperlyConfigured

from ecomnet.settings import environment
from ecomnet.settings.base import *
from ecomnet.settings.base import ALLOWED_HOSTS, ECOMNET_DATA_KEYS, ECOMNET_INDEX_KEYS, SECRET_KEY


def _refuse_weak_key(name: str, key: str) -> None:
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32 or len(set(raw)) < 8 or raw.startswith(b"demonstration"):
        raise ImproperlyConfigured(f"{name} must hold 32 random bytes in base64.")


if environment.flag("DEBUG"):
    raise ImproperlyConfigured("DEBUG must not be set in production.")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 12 or SECRET_KEY.startswith(("django-insecure-", "demonstration-")):
    raise ImproperlyConfigured("SECRET_KEY is too weak: use at least 50 random characters.")
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

SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# The probes of the container come over plain HTTP from the same machine.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
