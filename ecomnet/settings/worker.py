"""A worker: the strict settings without what only the web needs. Nobody knocks here, and no session is signed here."""

import os
import secrets

# Signs the sessions and tokens that the web gives out. What is not given to a worker cannot be taken from it.
os.environ.pop("SECRET_KEY_FILE", None)
os.environ["SECRET_KEY"] = secrets.token_urlsafe(64)
os.environ["ALLOWED_HOSTS"] = "worker.invalid"

from ecomnet.settings.production import *
