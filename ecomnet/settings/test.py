"""The test run: the application's own database role, plain static files, fast password hashes."""

from ecomnet.settings.local import *

ECOMNET_DEMONSTRATION = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["*"]
ECOMNET_WAIT_FOR_ANSWERS = False
