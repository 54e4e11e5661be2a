# One image for web, worker and beat. Where the public package indexes are slow or out of reach, name others:
#   docker compose build --build-arg PIP_INDEX_URL=... --build-arg npm_config_registry=...

FROM node:22-slim AS front-end
ARG npm_config_registry
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.12-slim AS requirements
ARG PIP_INDEX_URL
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --quiet --require-hashes -r requirements.txt

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_ENV=production \
    VAR_DIR=/var/lib/mingping \
    MEDIA_ROOT=/var/lib/mingping/media \
    STATIC_ROOT=/app/static
RUN useradd --system --uid 10001 --home-dir /var/lib/mingping mingping \
    && install --directory --owner mingping /var/lib/mingping /var/lib/mingping/media
WORKDIR /app
COPY --from=requirements /venv /venv
COPY --from=front-end /app/node_modules node_modules
COPY . .
# The values only let the settings load while files are collected; nothing is signed or encrypted with them.
RUN SECRET_KEY=build BLIND_INDEX_KEY=build FIELD_ENCRYPTION_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DATABASE_URL=sqlite://:memory: VAR_DIR=/tmp python manage.py collectstatic --noinput --verbosity 0
USER mingping
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--keep-alive", "30", \
     "--no-control-socket", "--access-logfile", "-"]
