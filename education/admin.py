"""Administration of this app: a table of contents."""

from education.libraries import admin as libraries_admin
from education.safeguarding import admin as safeguarding_admin
