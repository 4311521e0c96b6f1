"""The test run: the application's own database role, plain static files, fast password hashes."""

from ecomnet.settings.local import *

ECOMNET_DEMONSTRATION = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = BASE_DIR / "core" / "static"  # a folder that exists: nothing is collected for the tests
ALLOWED_HOSTS = ["*"]
WHITENOISE_AUTOREFRESH = True  # nothing is collected for a test run
ECOMNET_CONTENT_ORIGIN = "http://content.testserver"
ECOMNET_WAIT_FOR_ANSWERS = False
ECOMNET_API_DOCUMENT_SECONDS = 300  # no web process dies of it here
ECOMNET_CLAIM_VISITS_BP = 0
