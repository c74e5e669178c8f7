"""Indexes for what is asked in every run: its cost follows what changed, not how many tickets there are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("tickets_unmatched", table_name="tickets")
    _index("tickets_unmatched", "tickets", ["requester_id"], "company_id IS NULL")
    _index("tickets_by_organization", "tickets", ["organization_id"], "organization_id IS NOT NULL")
    _index("tickets_by_escalation", "tickets", ["escalation"], "escalation <> 'none'")
    _index("tickets_lost", "tickets", ["zendesk_id"], "hubspot_id IS NULL AND length(digests) = 0 AND NOT forgotten")
    _index("tickets_deleted", "tickets", ["generated_at"], "status = 'deleted'")
    op.create_index("organizations_by_age", "organizations", ["checked_at"])
    op.create_index("requesters_by_age", "requesters", ["checked_at"])
    nowhere = "contact_id IS NULL OR company_id IS NULL"
    _index("requesters_unmatched", "requesters", ["checked_at"], nowhere)
    op.create_index("runs_by_start", "runs", ["started_at"])
    op.create_index("runs_by_end", "runs", ["job", "finished_at", "outcome", "exit_code"])
    # From now on every ticket's requester has a row; 0 says that it was never asked for.
    op.execute(
        "INSERT INTO requesters (requester_id, checked_at) SELECT DISTINCT requester_id, 0 FROM tickets "
        "WHERE requester_id IS NOT NULL AND requester_id NOT IN (SELECT requester_id FROM requesters)"
    )


def _index(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
