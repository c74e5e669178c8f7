"""Pages of lists: only `paging.next.after` is followed, never its `link` (it may show another version's path).

developers.hubspot.com/docs/api-reference/latest/crm/using-object-apis (2026-09)
"""

from __future__ import annotations

from zenhub_sync.hubspot.models import CrmObject, Owner, Record, RecordId
from zenhub_sync.hubspot.results import ObjectPage, OwnerPage
from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.reading import read_model


class NextPage(Record):
    """Where the list goes on."""

    after: RecordId


class Paging(Record):
    """Whether the list goes on."""

    next: NextPage | None = None

    @property
    def after(self) -> str | None:
        return self.next.after if self.next else None


class _Objects(Record):
    results: tuple[CrmObject, ...]
    paging: Paging | None = None


class _Owners(Record):
    results: tuple[Owner, ...]
    paging: Paging | None = None


def read_object_page(answer: Answer) -> ObjectPage:
    """Make a page of an answer that lists records."""
    page = read_model(_Objects, answer)
    return ObjectPage(results=page.results, after=page.paging.after if page.paging else None)


def read_owner_page(answer: Answer) -> OwnerPage:
    """Make a page of an answer that lists owners."""
    page = read_model(_Owners, answer)
    return OwnerPage(owners=page.results, after=page.paging.after if page.paging else None)


def after_param(after: str | None) -> tuple[tuple[str, str], ...]:
    """Return the parameter that goes on with a list, if it is to go on."""
    return () if after is None else (("after", after),)
