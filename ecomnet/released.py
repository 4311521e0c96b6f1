"""The last migration of each app in the last release: what comes after it runs beside processes of that release.

Empty as long as nothing is released. `./dev manage note_release` writes it when a release is made.
"""

LAST_MIGRATIONS: dict[str, str] = {}
