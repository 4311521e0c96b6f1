# The image of every process of EcomNet: web, worker, beat, migrations and, for trials, the sandbox provider.

FROM python:3.13-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt /tmp/requirements.txt
RUN pip install --require-hashes --no-deps -r /tmp/requirements.txt
COPY . /srv/ecomnet
WORKDIR /srv/ecomnet
# The demonstration's settings, because this step needs no secret and no server, and a secret must not enter an image.
RUN DJANGO_SETTINGS_MODULE=ecomnet.settings.local python manage.py messages --compile \
    && DJANGO_SETTINGS_MODULE=ecomnet.settings.local python manage.py collectstatic --no-input --verbosity 0 \
    && DJANGO_SETTINGS_MODULE=ecomnet.settings.local python manage.py write_api_document \
    && python -m compileall -q /srv/ecomnet

FROM python:3.13-slim-trixie
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin ecomnet \
    && install -d -o ecomnet -g ecomnet -m 0700 /var/lib/ecomnet /var/lib/ecomnet/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/ecomnet /srv/ecomnet
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=ecomnet.settings.production \
    ECOMNET_MEDIA_ROOT=/var/lib/ecomnet/media
WORKDIR /srv/ecomnet
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["python", "containers/probe.py", "/readyz"]
CMD ["gunicorn", "ecomnet.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4", "--worker-class", "ecomnet.web_worker.WebWorker", "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "20"]
