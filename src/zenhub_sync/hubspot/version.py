"""The one place that names HubSpot's API version."""

# General availability 2026-09-08; out of support about March 2028.
# https://developers.hubspot.com/docs/developer-tooling/platform/versioning
API_VERSION = "2026-09"
