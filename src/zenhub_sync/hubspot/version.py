"""The one place that names HubSpot's API version."""

from __future__ import annotations

from datetime import date

# General availability 2026-09-08; out of support about March 2028.
# https://developers.hubspot.com/docs/developer-tooling/platform/versioning
API_VERSION_ENDS = date(2028, 3, 8)
API_VERSION = "2026-09"
