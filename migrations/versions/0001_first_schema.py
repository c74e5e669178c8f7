"""The first schema: mirror, outbox, cursors, directory, runs and lease."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("message", sa.String(length=1000), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("tried_at", sa.Double(), nullable=True),
        sa.Column("told_at", sa.Double(), nullable=True),
        sa.Column("over_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "arrivals",
        sa.Column("quarter", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("bad_ratings", sa.Integer(), nullable=False),
        sa.Column("escalations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("quarter"),
    )
    op.create_table(
        "bad_ratings",
        sa.Column("zendesk_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rated_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("zendesk_id", "rated_at"),
    )
    op.create_table(
        "company_domains",
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("domain", "company_id"),
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("start_time", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "effects",
        sa.Column("id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=True),
        sa.Column("hubspot_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("settled_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("effects_due", "effects", ["state", "due_at"], unique=False)
    op.create_index("effects_lane", "effects", ["lane", "id"], unique=False)
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=True),
        sa.Column("acquired_at", sa.Double(), nullable=True),
        sa.Column("expires_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "organizations",
        sa.Column(
            "organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("company_id", sa.String(length=32), nullable=True),
        sa.Column("how", sa.String(length=24), nullable=True),
        sa.Column("checked_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id"),
    )
    op.create_table(
        "requesters",
        sa.Column(
            "requester_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("company_id", sa.String(length=32), nullable=True),
        sa.Column("checked_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("requester_id"),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("job", sa.String(length=24), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_index("runs_by_job", "runs", ["job", "started_at"], unique=False)
    op.create_table(
        "slots",
        sa.Column("job", sa.String(length=24), nullable=False),
        sa.Column("slot", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("job"),
    )
    op.create_table(
        "tickets",
        sa.Column(
            "zendesk_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("hubspot_id", sa.String(length=32), nullable=True),
        sa.Column("generated_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("delivered_revision", sa.Integer(), nullable=False),
        sa.Column("link_revision", sa.Integer(), nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("score", sa.String(length=16), nullable=False),
        sa.Column("low", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=True),
        sa.Column("stage_id", sa.String(length=100), nullable=True),
        sa.Column("asked", sa.String(length=100), nullable=False),
        sa.Column("stage_owner", sa.String(length=8), nullable=False),
        sa.Column("escalation", sa.String(length=16), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("rearmed", sa.Boolean(), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("company_id", sa.String(length=32), nullable=True),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("requester_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("rated_at", sa.BigInteger(), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("complaint", sa.LargeBinary(), nullable=False),
        sa.Column("forgotten", sa.Boolean(), nullable=False),
        sa.Column("task_owner", sa.String(length=32), nullable=True),
        sa.Column("owner_revision", sa.Integer(), nullable=False),
        sa.Column("ownerless", sa.String(length=24), nullable=True),
        sa.Column("status_stage", sa.String(length=16), nullable=True),
        sa.Column("taken_from", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("zendesk_id"),
    )
    op.create_index("tickets_by_company", "tickets", ["company_id"], unique=False)
    op.create_index("tickets_by_requester", "tickets", ["requester_id"], unique=False)
    op.create_index(
        "tickets_escalated",
        "tickets",
        ["zendesk_id"],
        unique=False,
        sqlite_where=sa.text("escalation = 'open'"),
        postgresql_where=sa.text("escalation = 'open'"),
    )
    op.create_index(
        "tickets_unmatched",
        "tickets",
        ["zendesk_id"],
        unique=False,
        sqlite_where=sa.text("company_id IS NULL"),
        postgresql_where=sa.text("company_id IS NULL"),
    )
    op.create_table(
        "unreadable",
        sa.Column(
            "zendesk_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("zendesk_id"),
    )
