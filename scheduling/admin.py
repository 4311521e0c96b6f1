"""Administration of this app: a table of contents."""

from scheduling.rooms import admin as rooms_admin
