# syntax=docker/dockerfile:1
# Build: the wheel and its dependencies go into one virtual environment.
FROM python:3.13-slim AS build
WORKDIR /source
RUN python -m venv /opt/zenhub-sync
COPY pyproject.toml README.md ./
COPY migrations ./migrations
COPY src ./src
RUN /opt/zenhub-sync/bin/pip install --no-cache-dir --disable-pip-version-check .

# Run: that environment and a user of its own. The root file system may be read-only; only /data is written.
FROM python:3.13-slim
RUN install --directory --owner=10001 --group=10001 /data
COPY --from=build /opt/zenhub-sync /opt/zenhub-sync
ENV PATH=/opt/zenhub-sync/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    ZENHUB_DATA_DIR=/data \
    ZENHUB_HTTP_HOST=0.0.0.0
# Mount a policy as /app/config/zenhub-sync.yaml, or name it with ZENHUB_CONFIG; without one the defaults hold.
WORKDIR /app
VOLUME /data
USER 10001:10001
ENTRYPOINT ["zenhub-sync"]
