"""What can go wrong with a call, named by the reader's next move.

    ServiceError               exit 5
    ├── Rejected               the vendor refuses this request: park the record it is about
    │   └── Missing            404: what was asked for is not there
    ├── Unauthorized           401/403: stop the run, a person must act (exit 3)
    ├── Throttled              429/423/409-busy: not applied, try again after `retry_after` seconds
    │   └── QuotaExhausted     a daily limit or a migration: stop the run
    ├── Unavailable            nothing happened, or it is harmless to repeat (refused, DNS, 5xx, ...): try again
    └── OutcomeUnknown         a call that must not be repeated may or may not have been applied: look first
    Malformed is Unavailable: an answer came that does not fit the endpoint (HTML, broken JSON, a redirect).
    TooLong is Malformed: ask for less at once.

No message holds a request body, a query string, a header or a person's data.
"""

from __future__ import annotations

from collections.abc import Sequence

from zenhub_sync.errors import ZenhubError


class ServiceError(ZenhubError):
    """A call to Zendesk or HubSpot failed."""

    exit_code = 5

    def __init__(
        self, message: str, *, call: str = "", status: int | None = None, correlation_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.call = call
        self.status = status
        self.correlation_id = correlation_id


class Rejected(ServiceError):
    """The vendor understood the request and refuses it; the same request will be refused again.

    `code` is the vendor's word (`INVALID_OPTION`, `RecordInvalid`), `property_name` the field at fault.
    """

    def __init__(
        self,
        message: str,
        *,
        call: str = "",
        status: int | None = None,
        correlation_id: str | None = None,
        code: str | None = None,
        property_name: str | None = None,
    ) -> None:
        super().__init__(message, call=call, status=status, correlation_id=correlation_id)
        self.code = code
        self.property_name = property_name


class Missing(Rejected):
    """404: the thing asked for is not there (or not for this credential)."""


class Unauthorized(ServiceError):
    """401 or 403: the credential is wrong, expired or lacks scopes; no record is at fault."""

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        call: str = "",
        status: int | None = None,
        correlation_id: str | None = None,
        missing_scopes: Sequence[str] = (),
    ) -> None:
        super().__init__(message, call=call, status=status, correlation_id=correlation_id)
        self.missing_scopes = tuple(missing_scopes)

    @property
    def forbidden(self) -> bool:
        """Tell whether the credential is good, but may not do this (403); a refused one may do nothing (401)."""
        return self.status == 403


class Throttled(ServiceError):
    """Not applied; ask again after `retry_after` seconds (None: the vendor did not say)."""

    def __init__(
        self,
        message: str,
        *,
        call: str = "",
        status: int | None = None,
        correlation_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, call=call, status=status, correlation_id=correlation_id)
        self.retry_after = retry_after


class QuotaExhausted(Throttled):
    """A daily limit is used up, or the account is being moved: stop the run and come back later."""


class Unavailable(ServiceError):
    """Nothing happened, or it does not matter whether it did: the same call may be sent again."""


class Malformed(Unavailable):
    """An answer came that does not fit the endpoint: HTML, broken JSON, a redirect, a cut body."""


class TooLong(Malformed):
    """An answer is longer than is ever read: asking again gives the same, asking for less may not."""


class OutcomeUnknown(ServiceError):
    """A call that must not be repeated got no readable answer: it may have been applied."""
