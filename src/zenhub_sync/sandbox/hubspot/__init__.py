"""HubSpot's CRM API, version 2026-09, as one portal in memory: it refuses what the real one refuses."""

from zenhub_sync.sandbox.hubspot.options import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.hubspot.portal import Portal

__all__ = ["DEFAULT_SCOPES", "Portal", "PortalOptions"]
