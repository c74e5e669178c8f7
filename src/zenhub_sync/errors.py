"""The errors that end a command, each with the exit code of the contract.

The message of such an error is for the person who runs the program: what, where, and what to do next,
in one or two lines, never with a secret or a customer's words in it.

    ZenhubError            1  unexpected
    ├── UsageProblem       2  wrong usage
    ├── ConfigProblem      3  configuration, credentials, schema
    ├── ServiceError       5  Zendesk or HubSpot (see transport/errors.py for its tree)
    ├── LeaseHeld          6  another run holds the lock
    ├── SafetyLimit        7  refused by a safety limit
    └── Interrupted      130  asked to end
"""

from __future__ import annotations

from typing import ClassVar


class ZenhubError(Exception):
    """End the command with `exit_code` and this message, without a traceback."""

    exit_code: ClassVar[int] = 1


class UsageProblem(ZenhubError):
    """The command line itself is wrong."""

    exit_code = 2


class ConfigProblem(ZenhubError):
    """Settings, configuration, credentials, the portal's set-up or the schema must be mended by a person first."""

    exit_code = 3


class LeaseHeld(ZenhubError):
    """Another run is working on the same database."""

    exit_code = 6


class SafetyLimit(ZenhubError):
    """The plan is larger than `safety` allows; nothing of it was applied."""

    exit_code = 7


class Interrupted(ZenhubError):
    """The process was asked to end; what is under way is settled, the next run goes on from there."""

    exit_code = 130
