"""The environment variables that point the program at a sandbox."""

from __future__ import annotations

from zenhub_sync.sandbox.hubspot import PortalOptions
from zenhub_sync.sandbox.zendesk import DeskOptions


def environment(url: str) -> dict[str, str]:
    """Return what connects to the sandbox at `url`; its credentials open nothing else."""
    desk, portal = DeskOptions(), PortalOptions()
    return {
        "ZENDESK_SUBDOMAIN": desk.subdomain,
        "ZENDESK_BASE_URL": url,
        "ZENDESK_CLIENT_ID": desk.client_id,
        "ZENDESK_CLIENT_SECRET": desk.client_secret,
        "HUBSPOT_BASE_URL": url,
        "HUBSPOT_ACCESS_TOKEN": portal.token,
    }
