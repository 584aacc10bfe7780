# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /app/.venv
COPY requirements.lock ./
RUN /app/.venv/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE manage.py ./
COPY gup gup
COPY api api
COPY worker worker
COPY mobile_forms mobile_forms
# The guides are pages of the product.
COPY docs docs
RUN /app/.venv/bin/pip install --no-deps --no-build-isolation --no-index --editable . \
    && GUP_VAR=/tmp/gup GUP_STATIC_ROOT=/app/static /app/.venv/bin/gup collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/gup \
    && /app/.venv/bin/python -m compileall -q gup api worker mobile_forms

FROM python:3.11-slim-bookworm
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GUP_VAR=/var/lib/gup GUP_STATIC_ROOT=/app/static GUP_PRODUCTION=1
# An account without a shell or a home, that owns nothing but its data.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin gup \
    && install --directory --owner gup --group gup --mode 0700 /var/lib/gup
COPY --from=build /app /app
WORKDIR /app
USER gup
VOLUME /var/lib/gup
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["sh", "-c", "exec granian --interface wsgi --host 0.0.0.0 --port 8000 --no-ws --workers ${GUP_WEB_WORKERS:-2} --blocking-threads ${GUP_WEB_THREADS:-4} --respawn-failed-workers --log-level warning gup.wsgi:application"]
