"""Seed every secret and every personal word, let everything go wrong, and search all that was written for them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from tests.stories.hostile.witness import CANARY, PERSONAL, SECRETS, Witness, environment_of, furnish, rate

from zenhub_sync.clock import SystemClock
from zenhub_sync.config import Config
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions
from zenhub_sync.settings import load_settings
from zenhub_sync.store.opening import open_store
from zenhub_sync.telemetry.redaction import forget_secrets
from zenhub_sync.wiring import build_worker, open_accounts


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    desk = DeskOptions(withhold=0, client_secret=SECRETS["client secret"])
    portal = PortalOptions(scopes=DEFAULT_SCOPES, token=SECRETS["token"])
    with Sandbox(desk_options=desk, portal_options=portal) as box:
        yield box


@pytest.fixture
def witness(
    tmp_path: Path,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Witness]:
    for name, value in environment_of(sandbox).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("LOG_FORMAT", "json")
    monkeypatch.chdir(tmp_path)
    yield Witness(tmp_path, capfd)
    forget_secrets()


def test_nothing_that_is_written_on_a_good_day_holds_a_canary(
    sandbox: Sandbox, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = furnish(sandbox)
    for log_format in ("json", "console"):
        monkeypatch.setenv("LOG_FORMAT", log_format)
        assert witness.run("setup", "--json") == 0
        assert witness.run("import", "--dry-run", "--json") == 0
        assert witness.run("import") == 0
        for ticket in tickets:
            rate(sandbox, ticket)
        assert witness.run("refresh", "--dry-run") == 0
        assert witness.run("refresh", "--json") == 0
        assert witness.run("status") == 0
    assert len(sandbox.portal.ids("tasks")) == 3
    assert CANARY in sandbox.portal.properties_of("tasks", sandbox.portal.ids("tasks")[0])["hs_task_body"]


def test_a_database_holds_none_once_all_is_delivered(sandbox: Sandbox, witness: Witness) -> None:
    tickets = furnish(sandbox)
    assert witness.run("setup") == 0
    assert witness.run_apart("import") == 0
    for ticket in tickets:
        rate(sandbox, ticket)
    assert witness.run_apart("refresh") == 0

    assert len(sandbox.portal.ids("tasks")) == 3
    found = witness.database_bytes().lower()
    assert CANARY.encode() not in found.replace(b"kanarienvogel.example", b""), "only the index of companies' domains"
    assert PERSONAL["e-mail"].encode() not in found


def _breakage(sandbox: Sandbox, kind: str) -> None:
    """Let the vendor refuse and repeat in its words all that it knows."""
    echo = {
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": f'Property values were not valid: [{{"isValid":false,"message":"{PERSONAL["comment"]} was not one '
        f'of the allowed options","error":"INVALID_OPTION","name":"subject","localizedErrorMessage":"'
        f'{PERSONAL["subject"]}","propertyValue":"{PERSONAL["e-mail"]}"}}] {SECRETS["token"]}',
        "errors": [{"message": PERSONAL["comment"], "context": {"value": [PERSONAL["e-mail"]]}}],
        "context": {PERSONAL["name"]: [PERSONAL["phone"]]},
        "error": PERSONAL["comment"],
        "description": f"{PERSONAL['subject']} {SECRETS['client secret']}",
        "details": {PERSONAL["name"]: [{"description": PERSONAL["comment"]}]},
    }
    service, _, status = kind.partition(" ")
    path = "/incremental/" if service == "zendesk" else "/batch/upsert|/batch/update|/tasks"
    body = json.dumps(echo).encode()
    sandbox.faults.add("answer", service=service, path=path, status=int(status), body=body, count=None)


REFUSALS = [f"{service} {status}" for service in ("zendesk", "hubspot") for status in (400, 401, 403, 404, 422, 302)]


def test_no_refusal_of_a_vendor_brings_one_to_light(sandbox: Sandbox, witness: Witness) -> None:
    numbers = furnish(sandbox)
    assert witness.run("setup") == 0
    for kind in REFUSALS:
        for number in numbers:
            sandbox.desk.edit(number, subject=f"{PERSONAL['subject']} {kind}")
        _breakage(sandbox, kind)

        assert witness.run("import", "--json") in {3, 4, 5}, kind

        sandbox.faults.clear()
    assert witness.run("status", "--json") == 0


def _drop_the_store(witness: Witness) -> None:
    with sqlite3.connect(witness.database) as connection:
        connection.execute("DROP TABLE effects")
    connection.close()


def _refuse_inserts(witness: Witness) -> None:
    with sqlite3.connect(witness.database) as connection:
        connection.execute("CREATE TRIGGER refuse BEFORE INSERT ON effects BEGIN SELECT RAISE(ABORT, 'refused'); END")
    connection.close()


def _write_over_the_store(witness: Witness) -> None:
    witness.database.write_bytes(b"not a database" * 1000)


def _write_nonsense_into_payloads(witness: Witness) -> None:
    with sqlite3.connect(witness.database) as connection:
        connection.execute(
            "CREATE TRIGGER spoil AFTER INSERT ON effects BEGIN "
            "UPDATE effects SET payload = '[' || payload WHERE id = new.id; END"
        )
    connection.close()


def _write_words_into_the_mirror(witness: Witness) -> None:
    with sqlite3.connect(witness.database) as connection:
        connection.execute("UPDATE tickets SET status = ?", (PERSONAL["comment"],))
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        _drop_the_store,
        _refuse_inserts,
        _write_over_the_store,
        _write_nonsense_into_payloads,
        _write_words_into_the_mirror,
    ],
)
def test_no_failure_of_the_database_brings_one_to_light(
    sandbox: Sandbox, witness: Witness, damage: Callable[[Witness], None]
) -> None:
    tickets = furnish(sandbox)
    assert witness.run("setup") == 0
    assert witness.run("import") == 0
    for ticket in tickets:
        rate(sandbox, ticket)
    damage(witness)

    assert witness.run("refresh", "--json") in {1, 3}


BODIES = (
    "{{ {}[rating.comment].x }}",
    "{{ rating.comment.nope() }}",
    "{{ rating.comment | int(base=rating.comment) }}",
    "{{ '%d' | format(requester.email) }}",
    "{{ requester.name | attr('__class__') | string }}{{ ''.__class__.__mro__ }}",
    "{% include requester.email %}",
)


def test_no_template_that_fails_on_real_words_brings_one_to_light(
    sandbox: Sandbox, witness: Witness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENHUB_CONFIG", str(tmp_path / "config.yaml"))
    numbers = furnish(sandbox, tickets=len(BODIES))
    for body, number in zip(BODIES, numbers, strict=True):
        (tmp_path / "config.yaml").write_text(f"task: {{body: {json.dumps(body)}}}\n", "utf-8")
        if body is BODIES[0]:
            assert witness.run("setup") == 0
        rate(sandbox, number)

        assert witness.run("import", "--json") in {0, 3, 4}, body

    assert "<class" not in str([sandbox.portal.properties_of("tasks", task) for task in sandbox.portal.ids("tasks")])


def test_what_still_waits_for_delivery_is_kept_and_gone_once_it_is_delivered(
    sandbox: Sandbox, witness: Witness
) -> None:
    ticket = furnish(sandbox, owned=False)[0]
    rate(sandbox, ticket)
    witness.run("setup")
    assert witness.run_apart("import") == 4, "no owner, no fallback: parked"
    assert PERSONAL["comment"].encode() in witness.database_bytes(), "the parked task still needs it"

    company = sandbox.portal.find("companies", "domain", "kanarienvogel.example")[0]
    sandbox.portal.update("companies", company, {"hubspot_owner_id": sandbox.portal.add_owner("b@x.example", "B", "C")})
    assert witness.run_apart("refresh") == 0

    assert PERSONAL["comment"].encode() not in witness.database_bytes()


def test_no_repr_shows_one(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = load_settings(environment_of(sandbox), accounts=True)
    store = open_store(f"sqlite:///{tmp_path / 'repr.db'}")
    try:
        with open_accounts(settings, Config(), SystemClock(), Random(0)) as accounts:
            worker = build_worker(settings, Config(), accounts, store, SystemClock())
            shown = f"{settings!r} {settings} {settings.model_dump()} {accounts!r} {worker!r} {vars(store)!r}"
            shown += repr(settings.require_accounts())
    finally:
        store.close()
    assert CANARY not in shown.casefold()
