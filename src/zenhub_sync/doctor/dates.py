"""Days on which something ends that works today."""

from __future__ import annotations

from datetime import date, timedelta

from zenhub_sync.doctor.findings import Finding, failure, fine, warning
from zenhub_sync.hubspot.version import API_VERSION, API_VERSION_ENDS
from zenhub_sync.settings.model import API_TOKENS_END

# Long enough to get an upgrade through anybody's change process.
_SOON = timedelta(days=180)
_OAUTH = "make an OAuth client and set ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET (README, Zendesk: an OAuth client)"
_UPGRADE = "upgrade zenhub-sync before that day"


def zendesk_dates(today: date, *, by_api_token: bool) -> list[Finding]:
    """Tell when the way into Zendesk ends: an API token on a known day, an OAuth client on none."""
    check = "dates.zendesk"
    if not by_api_token:
        return [fine(check, "an OAuth client has no last day; tokens made from it live half an hour")]
    left = (API_TOKENS_END - today).days
    if left <= 0:
        return [failure(check, f"Zendesk ended all API tokens on {API_TOKENS_END}", _OAUTH)]
    message = f"Zendesk ends all API tokens on {API_TOKENS_END}, in {left} days, and any that rests for 30 days"
    return [warning(check, message, _OAUTH)]


def hubspot_dates(today: date) -> list[Finding]:
    """Tell when HubSpot stops to support the version of its API that this program speaks; remind of the key."""
    check, left = "dates.hubspot", API_VERSION_ENDS - today
    ends = f"HubSpot's API version {API_VERSION} is supported until about {API_VERSION_ENDS}"
    if left <= timedelta():
        version = failure(check, f"{ends}: that day has passed", _UPGRADE)
    elif left <= _SOON:
        version = warning(check, f"{ends}, {left.days} days from now", _UPGRADE)
    else:
        version = fine(check, ends)
    # developers.hubspot.com/changelog/service-keys: rotate every six months; "rotate later" keeps both for seven days.
    return [version, fine(check, "service keys do not expire; HubSpot recommends a new one every six months")]
