# The portal in a container: one image for web, worker and scheduler.
# docs/operations.md says how it is meant to be run. It was not built or run yet.
FROM python:3.13-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /portal
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --requirement requirements.txt

FROM python:3.13-slim-bookworm
# pg_dump and pg_restore for `manage.py backup`; not older than the server.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data portal \
 && install -d -o portal -g portal /data /run/portal/metrics
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    LOCAL_DATA_DIR=/data \
    SERVER_HOST=0.0.0.0 \
    LOG_FORMAT=json
WORKDIR /portal
COPY --from=packages /venv /venv
COPY manage.py ./
COPY portal portal
COPY pages pages
COPY policies policies
COPY templates templates
USER portal
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/health/live/', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].strip(), 'X-Forwarded-Proto': 'https'}), timeout=2)"]
CMD ["python", "-m", "portal.server"]
