# The image of worker, gateway and migrate: what they import and nothing else; it holds no embedded servers.

FROM python:3.11-slim-bookworm AS packages
COPY requirements-production.lock .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
        -r requirements-production.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin journeywork
COPY --from=packages /venv /venv
WORKDIR /app
COPY schemas schemas
COPY lifecycle lifecycle
COPY catalog catalog
COPY workflows workflows
COPY activities activities
COPY records records
COPY gateway gateway
COPY workers workers
COPY cli cli
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# As in cli/stack/processes.py: glibc keeps few heaps, and gives back what is free in them.
ENV MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072
RUN python -m compileall -q /app
USER 10001
ENTRYPOINT ["python", "-P", "-m", "cli"]
CMD ["gateway"]
