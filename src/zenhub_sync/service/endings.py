"""Days on which a credential or an API version ends that this service uses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from zenhub_sync.hubspot.version import API_VERSION_ENDS
from zenhub_sync.settings import ApiToken, Settings
from zenhub_sync.settings.model import API_TOKENS_END

Ends = Mapping[str, date]


def ends_of(settings: Settings) -> Ends:
    """Return what ends, and on which day; an OAuth client and a service key end on none."""
    ends = {"hubspot_api_version": API_VERSION_ENDS}
    if isinstance(settings.zendesk.credentials(), ApiToken):
        ends["zendesk_api_token"] = API_TOKENS_END
    return ends
