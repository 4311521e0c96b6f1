"""The system of the seeds: as in other tests, but files lie on the disk, where it can be full."""

from ecomnet.settings.test import *  # noqa: F403
from ecomnet.settings.test import STORAGES

STORAGES = {**STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
