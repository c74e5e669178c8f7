# syntax=docker/dockerfile:1
# The base by Python's minor version and Debian's release; for builds that can be repeated to the byte, give a digest:
# docker build --build-arg BASE=python:3.13-slim-trixie@sha256:…
ARG BASE=python:3.13-slim-trixie

# Build: the wheel and its dependencies go into one virtual environment.
FROM ${BASE} AS build
WORKDIR /source
RUN python -m venv /opt/zenhub-sync
COPY pyproject.toml README.md ./
COPY migrations ./migrations
COPY src ./src
RUN /opt/zenhub-sync/bin/pip install --no-cache-dir --disable-pip-version-check .

# Run: that environment and a user of its own. The root file system may be read-only; only /data is written.
FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="zenhub-sync" \
      org.opencontainers.image.description="Mirrors Zendesk tickets into a HubSpot pipeline; a bad rating becomes one task." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
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
# The program is process 1 itself: it handles SIGTERM, and has no children that somebody would have to reap.
ENTRYPOINT ["zenhub-sync"]
CMD ["serve"]
# For `serve`. The very first import may take a while, and until it is done nothing is well.
HEALTHCHECK --interval=60s --timeout=15s --start-period=15m --retries=3 CMD ["zenhub-sync", "health"]
