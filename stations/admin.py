"""Administration of this app: a table of contents."""

from stations.accounts import admin as accounts_admin

__all__ = ["accounts_admin"]
