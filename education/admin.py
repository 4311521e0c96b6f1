"""Administration of this app: a table of contents."""

from education.safeguarding import admin as safeguarding_admin
