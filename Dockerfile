# One image for every process; the command chooses which: web, worker, beat, bot or a management
# command (docker-compose.yml names them all).

FROM python:3.11.13-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/production.txt /tmp/production.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes -r /tmp/production.txt

FROM python:3.11.13-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=frozenfood.settings.production \
    STORAGE_URL=/srv/media
RUN groupadd --gid 10001 shop \
    && useradd --uid 10001 --gid shop --no-create-home --home-dir /srv/shop shop \
    && install -d -o shop -g shop /srv/media /srv/beat
WORKDIR /srv/shop
COPY --from=packages /opt/venv /opt/venv
COPY . .
# The build needs no secret: these names only let the settings load.
RUN DJANGO_SECRET_KEY=build-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ \
    DJANGO_ALLOWED_HOSTS=build.invalid \
    PUBLIC_URL=https://build.invalid \
    TELEGRAM_BOT_TOKEN=1:build \
    DATABASE_URL=postgresql://build.invalid/build \
    REDIS_URL=redis://build.invalid \
    python manage.py collectstatic --noinput --verbosity 0
USER 10001:10001
EXPOSE 8000
# Asks the web process; the services of other processes replace it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "2", "--no-ws", "frozenfood.wsgi:application"]
