"""The questions behind the recordings of Zendesk."""

from __future__ import annotations

from tests.contract.questions import Question

from zenhub_sync.sandbox.zendesk import DeskOptions
from zenhub_sync.zendesk import wire

EXPORT = "/api/v2/incremental/tickets/cursor?start_time=0"
TICKETS = wire.export_tickets(cursor=None, start_time=0, per_page=1000)
SURVEYS = wire.survey_responses([1], after=None)
FREE_FORM = "of the sample ticket's channel; what stands here differs from channel to channel"


def newer(*places: str) -> dict[str, str]:
    """Say that these keys came after the recording of 2023."""
    return dict.fromkeys((f"+ .{place}" for place in places), "newer than the recording, which is of 2023")


NEWER_KEYS = newer("tickets[].encoded_id", "tickets[].support_type")

ZENDESK = [
    Question(
        recording="zendesk/2026_export_tickets_cursor_page",
        path=f"{EXPORT}&per_page=1",
        call=TICKETS,
        deviations={f"- .tickets[].via.source.{key}": FREE_FORM for key in ("from.address", "from.name", "to.name")},
    ),
    Question(
        recording="zendesk/2026_export_tickets_all_csat_states_end_of_stream",
        path=f"{EXPORT}&include=metric_sets",
        call=TICKETS,
        deviations={"+ .tickets[].metric_set": "left out of the recording, as it says"},
    ),
    Question(
        recording="zendesk/export_tickets_cursor_next_by_cursor",
        path="/api/v2/incremental/tickets/cursor.json?cursor=MTY5NTA1MjY2My4wfHwyOHw%3D&per_page=1",
        call=TICKETS,
        deviations=NEWER_KEYS,
    ),
    Question(
        recording="zendesk/export_tickets_cursor_page_more_1000",
        path=f"{EXPORT}&per_page=2",
        call=TICKETS,
        deviations=NEWER_KEYS,
    ),
    Question(
        recording="zendesk/export_tickets_cursor_single_page_end_of_stream",
        path=EXPORT,
        call=TICKETS,
        deviations=NEWER_KEYS,
    ),
    Question(
        recording="zendesk/2026_export_organizations_time_per_page_1",
        path="/api/v2/incremental/organizations?start_time=0&per_page=1",
    ),
    Question(
        recording="zendesk/2026_oauth_token_client_credentials",
        method="POST",
        path="/oauth/tokens",
        body={
            "grant_type": "client_credentials",
            "client_id": DeskOptions().client_id,
            "client_secret": DeskOptions().client_secret,
            "scope": "tickets:read users:read",
            "expires_in": 1800,
        },
    ),
    Question(
        recording="zendesk/2026_survey_responses_list_page",
        path="/api/v2/guide/survey_responses?page%5Bsize%5D=1",
        call=SURVEYS,
    ),
    Question(
        recording="zendesk/2026_survey_responses_sort_id_complete",
        path="/api/v2/guide/survey_responses?page%5Bsize%5D=50&sort=id",
        call=SURVEYS,
    ),
    Question(
        recording="zendesk/tickets_show_many",
        path="/api/v2/tickets/show_many.json?ids=$zd_ticket",
        call=wire.show_many_tickets([1]),
        deviations=NEWER_KEYS | newer("tickets[].generated_timestamp"),
    ),
    Question(
        recording="zendesk/users_show_many",
        path="/api/v2/users/show_many.json?ids=$zd_user",
        deviations=newer("users[].is_billing_admin"),
    ),
    Question(
        recording="zendesk/organizations_show_many",
        path="/api/v2/organizations/show_many.json?ids=$zd_organization",
        deviations=newer("organizations[].children_count", "organizations[].ticket_restriction"),
    ),
    Question(
        recording="zendesk/users_me",
        path="/api/v2/users/me.json",
        call=wire.me(),
        deviations=newer("user.is_billing_admin")
        | {"- .user.authenticity_token": "a browser's protection against forged forms; no program reads it"},
    ),
    Question(
        recording="zendesk/error_400_TooManyValues",
        path=f"/api/v2/tickets/show_many?ids={','.join(str(n) for n in range(1, 102))}",
        call=wire.me(),
    ),
    Question(recording="zendesk/error_404_RecordNotFound", path="/api/v2/tickets/404", call=wire.me()),
    Question(
        recording="zendesk/error_404_empty",
        path="/api/v2/guide/en-us/survey_responses/09J5PBXP9XEZ39AC3AABC042PY",
        call=wire.me(),
    ),
    Question(
        recording="zendesk/error_429_text_plain_endpoint_limit",
        path="/api/v2/users/me",
        call=wire.me(),
        times=2,
        desk=DeskOptions(account_limit=1),
    ),
]
