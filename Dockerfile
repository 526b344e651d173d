# Production image. It has not been built where the tests run: no container engine is there.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/viis/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/viis/venv/bin/pip install --require-hashes --no-deps -r /tmp/base.txt

FROM python:3.13-slim
ENV PATH=/opt/viis/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    VIIS_NO_BOOTSTRAP=1 VIIS_VAR=/var/lib/viis DJANGO_SETTINGS_MODULE=config.settings.production
RUN useradd --system --home-dir /var/lib/viis --create-home viis
WORKDIR /opt/viis/product
COPY --from=build /opt/viis/venv /opt/viis/venv
COPY . .
# Values that only let the settings load: collectstatic opens no connection and signs nothing.
RUN python -m config.launcher.catalogues \
    && SECRET_KEY=for-the-build-only DATABASE_URL=postgresql://nobody@localhost/none \
       VIIS_BASE_URL=https://localhost ALLOWED_HOSTS=localhost \
       python manage.py collectstatic --noinput \
    && mkdir /var/lib/viis/metrics \
    && chown -R viis /var/lib/viis
ENV PROMETHEUS_MULTIPROC_DIR=/var/lib/viis/metrics
USER viis
EXPOSE 8000
# A probe must carry a host name that the product knows.
HEALTHCHECK CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/health/live', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=3)"]
CMD ["gunicorn", "config.wsgi:application", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket", "--bind", "0.0.0.0:8000"]
