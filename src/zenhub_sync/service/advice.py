"""What a person does about a run that failed, by its exit code."""

from __future__ import annotations

from collections.abc import Mapping

WHAT_NOW: Mapping[int, str] = {
    1: "an unexpected error: please report it with the log",
    3: "credentials, configuration or set-up: run zenhub-sync doctor",
    5: "Zendesk or HubSpot was not available: it is tried again by itself",
    6: "another run held the lock: it is tried again by itself",
    7: "a safety limit: look at the dry run, then run the job with --force",
    130: "asked to end: the next start goes on from there",
}
