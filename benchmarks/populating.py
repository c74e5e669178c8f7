"""A store as it is after so many tickets, written by the database itself: a million rows in seconds."""

from __future__ import annotations

from sqlalchemy import Connection, text

_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {tickets})"
# One ticket in ten belongs to nobody known, one in 20,000 waits for its CSM; most were closed long ago.
_TICKETS = """
INSERT INTO tickets
SELECT n, CAST(9000000000 + n AS VARCHAR(32)), {now} - 60 * ({tickets} - n), 3, 3, 1, {digests},
  CASE WHEN n % 50 = 7 THEN 'open' ELSE 'closed' END, CASE WHEN n % 100 = 1 THEN 'bad' ELSE 'offered' END,
  n % 100 = 1, CASE WHEN n % 50 = 7 THEN 'open' ELSE 'closed' END, 'zenhub_closed', '', 'worker',
  CASE WHEN n % 20000 = 2 THEN 'open' WHEN n % 1000 = 1 THEN 'closed' WHEN n % 1000 = 101 THEN 'suppressed'
    ELSE 'none' END,
  CASE WHEN n % 20000 = 2 OR n % 1000 = 1 THEN 1 ELSE 0 END, {no},
  CASE WHEN n % 20000 = 2 OR n % 1000 = 1 THEN CAST(7000000000 + n AS VARCHAR(32)) END,
  CASE WHEN n % 10 <> 4 THEN CASE WHEN n % 3 = 0 THEN CAST(n % {people} % {companies} + 500000000 AS VARCHAR(32))
    ELSE CAST(n % {companies} + 500000000 AS VARCHAR(32)) END END,
  CASE WHEN n % 5 <> 0 THEN CAST(n % {people} + 700000000 AS VARCHAR(32)) END,
  CASE WHEN n % 3 <> 0 THEN n % {companies} + 1 END, n % {people} + 1,
  {now} - 60 * ({tickets} - n) - 90000, CASE WHEN n % 100 = 1 THEN {now} - 60 * ({tickets} - n) ELSE 0 END,
  NULL, {nothing}, {no}, NULL, 0, NULL, 'closed', NULL
FROM numbers
"""
_ORGANIZATIONS = """
INSERT INTO organizations
SELECT n, CASE WHEN (n - 1) % 10 <> 4 THEN CAST(n - 1 + 500000000 AS VARCHAR(32)) END, 'domain', {now} - n % 9000
FROM numbers WHERE n <= {companies}
"""
_REQUESTERS = """
INSERT INTO requesters
SELECT n, CASE WHEN (n - 1) % 5 <> 0 THEN CAST(n - 1 + 700000000 AS VARCHAR(32)) END,
  CASE WHEN (n - 1) % 10 <> 4 THEN CAST((n - 1) % {companies} + 500000000 AS VARCHAR(32)) END, {now} - n % 9000
FROM numbers WHERE n <= {people}
"""
_BAD_RATINGS = "INSERT INTO bad_ratings SELECT n, {now} - 60 * ({tickets} - n) FROM numbers WHERE n % 100 = 1"
# A watch every five minutes is 26,000 runs in 90 days.
_RUNS = """
INSERT INTO runs
SELECT 'run-' || n, CASE WHEN n % 100 = 0 THEN 'refresh' ELSE 'watch' END, {now} - 300.0 * ({tickets} / 40 - n),
  {now} - 300.0 * ({tickets} / 40 - n) + 5, 'ok', 0, NULL, {report}
FROM numbers WHERE n <= {tickets} / 40
"""
_DELIVERED = """
INSERT INTO effects (key, lane, kind, state, attempts, due_at, sent_at, created_at, settled_at)
SELECT '{name}:' || n || ':1', n, '{kind}', 'done', 1, {now} - 60 * ({tickets} - n), {now} - 60 * ({tickets} - n),
  {now} - 60 * ({tickets} - n), {now} - 60 * ({tickets} - n)
FROM numbers WHERE {which}
"""
_KINDS = {
    "ticket": ("write_ticket", "n > 0"),
    "link": ("link_ticket", "n % 10 <> 4"),
    "escalation": ("open_escalation", "n % 20000 = 2 OR n % 1000 = 1"),
}


def populate(connection: Connection, tickets: int, now: int) -> None:
    """Fill empty tables: a minute from ticket to ticket, the last one at `now`, all delivered, nothing pruned.

    With a write and a link of every ticket, as an earlier version kept them: now they leave no row, and cost less.
    """
    numbers = _NUMBERS.format(tickets=tickets)
    postgres = connection.dialect.name == "postgresql"
    values = {
        "tickets": tickets,
        "now": now,
        "people": max(10, tickets // 50 * 10),
        "companies": max(10, tickets // 300 * 10),
        "digests": "decode(rpad(md5(n || ''), 170, md5(n || '')), 'hex')" if postgres else "randomblob(85)",
        "nothing": "CAST('' AS bytea)" if postgres else "x''",
        "no": "false" if postgres else "0",
        "report": "repeat('x', 500)" if postgres else "hex(zeroblob(250))",
    }
    for statement in (_TICKETS, _ORGANIZATIONS, _REQUESTERS, _BAD_RATINGS, _RUNS):
        _insert(connection, numbers, statement.format(**values))
    for name, (kind, which) in _KINDS.items():
        _insert(connection, numbers, _DELIVERED.format(**values, name=name, kind=kind, which=which))
    if postgres:
        connection.execute(text("ANALYZE"))  # as its autovacuum does; SQLite gets none from the program


def _insert(connection: Connection, numbers: str, statement: str) -> None:
    table, select = statement.split("SELECT", 1)
    connection.execute(text(f"{table} {numbers} SELECT{select}".replace(":", "\\:")))
