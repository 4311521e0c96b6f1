"""Administration of this app: a table of contents."""

from stations.accounts import admin as accounts_admin
from stations.people import admin as people_admin

__all__ = ["accounts_admin", "people_admin"]
