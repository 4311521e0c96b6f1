# The database's server with pgBackRest beside it, which archives its WAL and makes its backups.
FROM postgres:18-trixie
# The image's own package source (PostgreSQL's) has one version of it, made for this server.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends pgbackrest \
    && rm -rf /var/lib/apt/lists/* \
    # A new volume takes over whose this folder is.
    && install -d -o postgres -g postgres -m 0700 /backups
# The number of `postgres` in that image.
USER 999
