"""The HubSpot ticket's properties: what each says of the Zendesk ticket, and which of them changed.

The worker owns these and writes nothing else but the stage, the pipeline at birth, and the two escalation marks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from zenhub_sync.planning.moments import moment
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.tickets import MirroredTicket, Rating, Score, SourceTicket

TASK_KEY = "zenhub_task_key"
TASK_ID = "zenhub_task_id"
TICKET_ID = "zendesk_ticket_id"
ORGANIZATION_ID = "zendesk_organization_id"
"""A company's property, unique, set by people and by `match link`."""

# HubSpot strings hold at most 65,536 characters (developers.hubspot.com, tickets guide 2026-09); its services count
# UTF-16 units, so an emoji is two.
MAX_TEXT = 65_536
# A subject is one line in a list; Zendesk allows far more.
MAX_LINE = 1_000

_PRIORITY = {"urgent": "URGENT", "high": "HIGH", "normal": "MEDIUM", "low": "LOW"}

# The order is the layout of `MirroredTicket.digests`: append only.
NAMES: tuple[str, ...] = (
    "subject",
    "content",
    "hs_ticket_priority",
    TICKET_ID,
    "zendesk_ticket_url",
    "zendesk_status",
    "zendesk_requester_email",
    "zendesk_organization",
    "zendesk_tags",
    "zendesk_created_at",
    "zendesk_updated_at",
    "zendesk_csat",
    "zendesk_csat_score",
    "zendesk_csat_scale",
    "zendesk_csat_comment",
    "zendesk_csat_reason",
    "zendesk_csat_at",
)

# 40 bits a property: a change goes unseen once in 10^12, and 85 bytes a ticket (`shortened`: 61).
_DIGEST = 5
_NEVER_SENT = bytes(_DIGEST)
_ALL_UNSENT = (_NEVER_SENT,) * len(NAMES)
_EMPTY = b"\x01" * _DIGEST
_NOT_SURE = b"\x02" * _DIGEST

# What the rows beside a ticket tell; an answer may lack them.
_BESIDE = frozenset({"zendesk_requester_email", "zendesk_organization"})

# What many tickets have alike, so that its digest is worth remembering; nothing that names a person.
_SHARED = frozenset(
    {
        "hs_ticket_priority",
        "zendesk_status",
        "zendesk_organization",
        "zendesk_tags",
        "zendesk_csat",
        "zendesk_csat_score",
        "zendesk_csat_scale",
        "zendesk_csat_reason",
    }
)


def values_of(source: SourceTicket, before: MirroredTicket, policy: Policy) -> dict[str, str | None]:
    """Say what each property should hold; None makes no statement and leaves what HubSpot has."""
    return {
        "subject": clip(source.subject.strip() or f"#{source.id} ({policy.no_subject})", MAX_LINE),
        "content": clip(_origin(source, before, policy) + source.description, MAX_TEXT),
        "hs_ticket_priority": _PRIORITY.get(source.priority or "", ""),
        TICKET_ID: str(source.id),
        "zendesk_ticket_url": source.url,
        "zendesk_status": clip(source.raw_status, MAX_LINE),
        "zendesk_requester_email": _requester_email(source, before),
        "zendesk_organization": _organization(source, before),
        "zendesk_tags": clip(", ".join(source.tags), MAX_TEXT),
        "zendesk_created_at": moment(source.created_at),
        "zendesk_updated_at": moment(source.updated_at),
        **_csat(source, before),
    }


def _origin(source: SourceTicket, before: MirroredTicket, policy: Policy) -> str:
    """Name the ticket that this one was merged into, or that it continues."""
    if not source.merged and source.follow_up_of is None:
        return ""
    agents = source.url.rpartition("/")[0]
    named = (
        (policy.merged_into, (source.survivor or before.merged_into) if source.merged else None),
        (policy.follow_up_of, source.follow_up_of),
    )
    return "".join(text.format(id=number, url=f"{agents}/{number}") + "\n\n" for text, number in named if number)


def _requester_email(source: SourceTicket, before: MirroredTicket) -> str | None:
    requester = source.requester
    if requester is None or requester.shown:
        return clip((requester.email if requester is not None else None) or "", MAX_LINE)
    return _not_shown(requester.id, before.requester_id)


def _organization(source: SourceTicket, before: MirroredTicket) -> str | None:
    if source.organization_id is None or source.organization is not None:
        return clip(source.organization or "", MAX_LINE)
    return _not_shown(source.organization_id, before.organization_id)


def _not_shown(named: int, known: int | None) -> str | None:
    """Say nothing of one whom Zendesk names and does not show, except that it is no more the one who is known."""
    return None if known in (None, named) else ""


def _csat(source: SourceTicket, before: MirroredTicket) -> dict[str, str | None]:
    rating = source.rating
    rated = rating.score in {Score.BAD, Score.GOOD}
    # Points and time come from the survey, which is only asked when a rating is news: without an answer at hand nothing
    # is said, and what HubSpot has from then stays. So may the comment, which the ticket does not always repeat.
    stale = "" if rating.score is not Score.BAD else None
    return {
        "zendesk_csat": rating.score.value,
        "zendesk_csat_score": str(rating.points) if rating.points is not None else stale,
        "zendesk_csat_scale": str(rating.scale) if rating.scale is not None else stale,
        "zendesk_csat_comment": clip(rating.comment, MAX_TEXT) if rating.comment else stale,
        "zendesk_csat_reason": clip(rating.reason or "", MAX_LINE),
        "zendesk_csat_at": _rated_at(rating, source, before) if rated else "",
    }


def _rated_at(rating: Rating, source: SourceTicket, before: MirroredTicket) -> str | None:
    """Return the survey's time, else that of the update which brought the new score, else nothing."""
    if rating.at is not None:
        return moment(rating.at)
    return moment(source.updated_at) if rating.score is not before.score or before.undelivered else None


def diff(values: Mapping[str, str | None], before: MirroredTicket) -> tuple[dict[str, str], bytes]:
    """Return the properties to send and the new digests.

    Everything is sent while an earlier write is undelivered (it may be lost with it); an empty value is never sent
    to a property that was never written. What is not known then is sent once it is: the earlier write may have had it.
    """
    undelivered = before.undelivered
    changed: dict[str, str] = {}
    digests: list[bytes] = []
    for (name, digest), old in zip(_DIGESTS, _split(before.digests), strict=True):
        value = values.get(name)
        if value is None:
            lost = undelivered and name in _BESIDE and old != _NEVER_SENT
            digests.append(_NOT_SURE if lost else old)
            continue
        new = digest(value)
        digests.append(new)
        if (new != old or undelivered) and (value or old != _NEVER_SENT):
            changed[name] = value
    return changed, b"".join(digests)


def comment_digest(rating: Rating) -> bytes:
    """Return a hash of the comment, by which it is known again without being kept; nothing for none."""
    return _digest(clip(rating.comment, MAX_TEXT)) if rating.comment else b""


def comment_known(before: MirroredTicket) -> bytes:
    """Return the hash of the comment that was last staged for HubSpot."""
    return _split(before.digests)[NAMES.index("zendesk_csat_comment")]


def shortened(digests: bytes) -> bytes:
    """Return the digests as they are kept: of those at the end that are empty, as most ratings are, only how many."""
    kept = digests
    while kept.endswith(_EMPTY):
        kept = kept[:-_DIGEST]
    left_out = (len(digests) - len(kept)) // _DIGEST
    return kept + bytes((left_out,)) if left_out else digests


def whole(kept: bytes) -> bytes:
    """Return the digests that were shortened, or never were."""
    return kept[:-1] + _EMPTY * kept[-1] if len(kept) % _DIGEST == 1 else kept


def clip(text: str, limit: int) -> str:
    """Cut to `limit` UTF-16 units, never inside a character, with an ellipsis where something was cut."""
    if len(text) * 2 <= limit or len(text.encode("utf-16-le", "replace")) // 2 <= limit:
        return text
    return text.encode("utf-16-le", "replace")[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"


def _digest(value: str) -> bytes:
    if not value:
        return _EMPTY
    return hashlib.blake2b(value.encode("utf-8", "replace"), digest_size=_DIGEST).digest()


_repeated = lru_cache(maxsize=1024)(_digest)
_DIGESTS = tuple((name, _repeated if name in _SHARED else _digest) for name in NAMES)


def _split(digests: bytes) -> Sequence[bytes]:
    if not digests:
        return _ALL_UNSENT
    parts = [digests[i : i + _DIGEST] for i in range(0, len(digests), _DIGEST)][: len(NAMES)]
    return parts + [_NEVER_SENT] * (len(NAMES) - len(parts))
