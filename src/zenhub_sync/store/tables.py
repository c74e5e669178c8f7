"""The schema. Moments are Unix seconds (integer, or double where parts of a second matter): half the cost of DateTime.

No subject, comment, name or e-mail stands here except in `effects.payload`, which goes when it is delivered.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# What partial indexes hold, as the migrations say. A question that is to use one says the same, word for word: a bound
# value proves nothing. The tables below leave it out, for it would load both databases' dialects into every command.
LOST = "hubspot_id IS NULL AND length(digests) = 0 AND NOT forgotten"
ESCALATED = "escalation = 'open'"
EVER_ESCALATED = "escalation <> 'none'"
DELETED = "status = 'deleted'"
LED_NOWHERE = "contact_id IS NULL OR company_id IS NULL"

# In SQLite an INTEGER key is the row's own number, and needs no index beside the table.
_KEY = BigInteger().with_variant(Integer, "sqlite")

tickets = Table(
    "tickets",
    metadata,
    Column("zendesk_id", _KEY, primary_key=True, autoincrement=False),
    Column("hubspot_id", String(32)),
    Column("generated_at", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("delivered_revision", Integer, nullable=False),
    Column("link_revision", Integer, nullable=False),
    Column("digests", LargeBinary, nullable=False),
    Column("status", String(16), nullable=False),
    Column("score", String(16), nullable=False),
    Column("low", Boolean, nullable=False),
    Column("stage", String(16)),
    Column("stage_id", String(100)),
    Column("asked", String(100), nullable=False),
    Column("stage_owner", String(8), nullable=False),
    Column("escalation", String(16), nullable=False),
    Column("episode", Integer, nullable=False),
    Column("rearmed", Boolean, nullable=False),
    Column("task_id", String(32)),
    Column("company_id", String(32)),
    Column("contact_id", String(32)),
    Column("organization_id", BigInteger),
    Column("requester_id", BigInteger),
    Column("opened_at", BigInteger, nullable=False),
    Column("rated_at", BigInteger, nullable=False),
    Column("merged_into", BigInteger),
    Column("complaint", LargeBinary, nullable=False),
    Column("forgotten", Boolean, nullable=False),
    Column("task_owner", String(32)),
    Column("owner_revision", Integer, nullable=False),
    Column("ownerless", String(24)),
    Column("status_stage", String(16)),
    Column("taken_from", String(100)),
    Index("tickets_by_requester", "requester_id"),
    Index("tickets_by_company", "company_id"),
    Index("tickets_by_organization", "organization_id"),  # where there is one
    Index("tickets_unmatched", "requester_id"),  # where there is no company
    Index("tickets_escalated", "zendesk_id"),  # ESCALATED
    Index("tickets_by_escalation", "escalation"),  # EVER_ESCALATED
    Index("tickets_lost", "zendesk_id"),  # LOST
    Index("tickets_deleted", "generated_at"),  # DELETED
)

# When tickets were rated badly, for the history of their company: one row each time a rating turns bad.
bad_ratings = Table(
    "bad_ratings",
    metadata,
    Column("zendesk_id", BigInteger, primary_key=True, autoincrement=False),
    Column("rated_at", BigInteger, primary_key=True, autoincrement=False),
)

# `id` orders a lane; `key` names the fact, so that the same fact is never staged twice.
effects = Table(
    "effects",
    metadata,
    Column("id", Integer().with_variant(BigInteger, "postgresql"), primary_key=True, autoincrement=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("lane", BigInteger, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("payload", Text),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("sent_at", Double),
    Column("hubspot_id", String(32)),
    Column("reason", String(500)),
    Column("created_at", Double, nullable=False),
    Column("settled_at", Double),
    Index("effects_lane", "lane", "id"),
    Index("effects_due", "state", "due_at"),
)

# Tickets that could not even be read; `parked` for the operator, like a parked effect.
unreadable = Table(
    "unreadable",
    metadata,
    Column("zendesk_id", _KEY, primary_key=True, autoincrement=False),
    Column("reason", String(500), nullable=False),
    Column("since", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Double, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", Text),
    Column("start_time", BigInteger, nullable=False),
    Column("moved_at", Double, nullable=False),
)

organizations = Table(
    "organizations",
    metadata,
    Column("organization_id", _KEY, primary_key=True, autoincrement=False),
    Column("company_id", String(32)),
    Column("how", String(24)),
    Column("checked_at", Double, nullable=False),
    Index("organizations_by_age", "checked_at"),
)

# Keyed by Zendesk's user id, so that no e-mail address is kept. Every ticket's requester is here, if never asked for.
requesters = Table(
    "requesters",
    metadata,
    Column("requester_id", _KEY, primary_key=True, autoincrement=False),
    Column("contact_id", String(32)),
    Column("company_id", String(32)),
    Column("checked_at", Double, nullable=False),
    Index("requesters_by_age", "checked_at"),
    Index("requesters_unmatched", "checked_at"),  # LED_NOWHERE
)

company_domains = Table(
    "company_domains",
    metadata,
    Column("domain", String(255), primary_key=True),
    Column("company_id", String(32), primary_key=True),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", Text, nullable=False),
    Column("noted_at", Double, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("job", String(24), nullable=False),
    Column("started_at", Double, nullable=False),
    Column("finished_at", Double),
    Column("outcome", String(16)),
    Column("exit_code", Integer),
    Column("error", String(500)),
    Column("report", Text),
    Index("runs_by_job", "job", "started_at"),
    Index("runs_by_start", "started_at"),
    Index("runs_by_end", "job", "finished_at", "outcome", "exit_code"),
)

# The latest slot of each job that a service claimed; what became of it is told by its run.
slots = Table(
    "slots",
    metadata,
    Column("job", String(24), primary_key=True),
    Column("slot", String(16), nullable=False),
    Column("due_at", Double, nullable=False),
    Column("run_id", String(36), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_at", Double, nullable=False),
)

# What came in, by quarters of an hour (Unix seconds of their beginning): every time zone in use is a multiple of that.
arrivals = Table(
    "arrivals",
    metadata,
    Column("quarter", _KEY, primary_key=True, autoincrement=False),
    Column("tickets", Integer, nullable=False),
    Column("bad_ratings", Integer, nullable=False),
    Column("escalations", Integer, nullable=False),
)

# Troubles that people are told of once: `told_at` None, not yet; `over_at`, it is over, and that is still to be told.
alerts = Table(
    "alerts",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("message", String(1000), nullable=False),
    Column("since", Double, nullable=False),
    Column("tried_at", Double),
    Column("told_at", Double),
    Column("over_at", Double),
)

# One row. `token` grows with every holder: a write that carries an older one is refused.
lease = Table(
    "lease",
    metadata,
    Column("name", String(24), primary_key=True),
    Column("token", BigInteger, nullable=False),
    Column("holder", String(200)),
    Column("acquired_at", Double),
    Column("expires_at", Double),
)
