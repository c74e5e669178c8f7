"""Health, metrics and page in each condition: healthy, database gone, credential refused, overdue, hostile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.stories.service.ticked import service_on
from tests.stories.stage import Stage, set_stage

from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.sandbox.seed import seed_company, seed_many
from zenhub_sync.service.assembly import Service
from zenhub_sync.service.listening import bind, listening
from zenhub_sync.settings import HttpSettings
from zenhub_sync.store.opening import open_store
from zenhub_sync.store.staging import StagedPage
from zenhub_sync.store.unreadable import UnreadableTicket

TOKEN = "geheim-ß-token"


@contextmanager
def browsing(service: Service) -> Iterator[httpx.Client]:
    """Serve on a free port of loopback, and ask there."""
    bound = bind(HttpSettings(port=0))
    url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    with listening(bound, service.web.app()), httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        yield client


def metric(client: httpx.Client, line: str) -> float:
    found = [
        float(said.rpartition(" ")[2]) for said in client.get("/metrics").text.splitlines() if said.startswith(line)
    ]
    assert len(found) == 1, client.get("/metrics").text
    return found[0]


def test_a_healthy_service_says_so_everywhere(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=40)
        stage.setup()
        service = service_on(stage)
        with browsing(service) as client:
            service.ticker.tick()
            stage.sandbox.desk.rate(world.offered[0], points=1)
            stage.refresh()

            assert client.get("/livez").text == "ok\n"
            ready = client.get("/readyz")
            assert (ready.status_code, ready.json()["ready"]) == (200, True)
            assert ready.json()["checks"] == dict.fromkeys(
                ["database", "migrations", "credentials", "import", "refresh"], "ok"
            )
            assert metric(client, 'zenhub_sync_runs_total{job="import",outcome="ok"}') == 1
            assert metric(client, 'zenhub_sync_tickets_total{action="created",job="import"}') == 40
            assert metric(client, 'zenhub_sync_escalation_cases{state="open"}') == 1
            assert metric(client, "zenhub_sync_ready") == 1
            assert metric(client, 'zenhub_sync_cursor_lag_seconds{cursor="refresh"}') == 0
            page = client.get("/")
            assert page.status_code == 200
            assert "All is well" in page.text
            assert f"/tickets/{world.offered[0]}" not in page.text, "ids are for those who know the token"
            assert "1 tasks wait" in page.text


def test_a_database_that_is_gone_is_told_and_the_process_goes_on(tmp_path: Path) -> None:
    with set_stage(f"sqlite:///{tmp_path / 'gone.db'}") as stage:
        service = service_on(stage)
        with browsing(service) as client:
            (tmp_path / "gone.db").unlink()

            ready = client.get("/readyz")
            assert (ready.status_code, list(ready.json()["checks"])) == (503, ["database"])
            assert client.get("/").status_code == 503
            assert "Needs attention" in client.get("/").text
            assert client.get("/livez").status_code == 200
            assert metric(client, "zenhub_sync_ready") == 0
            assert not (tmp_path / "gone.db").exists(), "asking makes no new one"


def test_a_refused_credential_is_told_until_a_run_is_accepted_again(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=40)
        stage.setup()
        service = service_on(stage)
        with browsing(service) as client:
            stage.sandbox.faults.add(
                "answer", service="zendesk", status=401, body=b'{"error":"invalid_client"}', count=None
            )
            service.ticker.tick()

            refused = client.get("/readyz")
            assert refused.status_code == 503
            assert "doctor" in refused.json()["checks"]["credentials"]
            assert "run zenhub-sync doctor" in client.get("/").text

            stage.sandbox.faults.clear()
            stage.clock.advance(3700)
            service.ticker.tick()
            assert client.get("/readyz").status_code == 200


def test_a_job_without_success_is_overdue_after_two_hours_and_not_before(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=40)
        stage.setup()
        service = service_on(stage)
        with browsing(service) as client:
            stage.sandbox.faults.add("answer", service="zendesk", status=503, count=None)
            service.ticker.tick()

            assert client.get("/readyz").status_code == 200
            stage.clock.advance(timedelta(hours=2, minutes=1).total_seconds())
            late = client.get("/readyz")
            assert late.status_code == 503
            assert late.json()["checks"]["import"].startswith("overdue: no success since")


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("/", {}, 200),
        ("/", {"headers": {"authorization": "Bearer wrong"}}, 401),
        ("/?token=wrong", {}, 401),
        ("/", {"headers": {"authorization": "Basic !!!"}}, 401),
        ("/details", {}, 401),
        ("/details", {"auth": ("anyone", "wrong")}, 401),
        ("/details", {"auth": ("anyone", TOKEN)}, 200),
        ("/?token=geheim-%C3%9F-token", {}, 200),
    ],
)
def test_the_token_opens_ids_and_reasons_and_nothing_else_does(
    tmp_path: Path, path: str, given: dict[str, Any], status: int
) -> None:
    with set_stage(f"sqlite:///{tmp_path / 'x.db'}") as stage:
        number = furnished_with_trouble(stage)
        with browsing(service_on(stage, page_token=TOKEN)) as client:
            answer = client.get(path, **given)

            assert answer.status_code == status
            knows = "token" in path or "auth" in given
            assert (f"/tickets/{number}" in answer.text) == (status == 200 and knows)


def test_without_a_configured_token_nobody_sees_details(tmp_path: Path) -> None:
    with set_stage(f"sqlite:///{tmp_path / 'x.db'}") as stage:
        number = furnished_with_trouble(stage)
        with browsing(service_on(stage)) as client:
            assert client.get("/details", auth=("x", "")).status_code == 404
            assert client.get("/?token=").status_code == 401
            assert f"/tickets/{number}" not in client.get("/").text


def test_hostile_values_are_shown_and_do_nothing(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'\u202e{{ 7 * 7 }}"
    with (
        set_stage(f"sqlite:///{tmp_path / 'x.db'}") as stage,
        browsing(service_on(stage, page_token=TOKEN)) as client,
    ):
        store = open_store(stage.database_url)
        with store.lease() as held:
            store.stage_page(StagedPage(unreadable=[UnreadableTicket(zendesk_id=7, reason=hostile)]), held, 1.0)
        store.close()

        page = client.get("/details", auth=("x", TOKEN))

        assert "<script" not in page.text
        assert "<img" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert "{{ 7 * 7 }}" in page.text
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/readyz", "/livez", "/metrics", "/nothing", "/details"])
def test_every_answer_has_the_safe_headers_and_only_get_is_answered(tmp_path: Path, path: str) -> None:
    with set_stage(f"sqlite:///{tmp_path / 'x.db'}") as stage, browsing(service_on(stage)) as client:
        answer = client.get(path)

        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert client.post(path).status_code in {404, 405}


def furnished_with_trouble(stage: Stage) -> int:
    """Give the stage an open escalation; return its ticket."""
    world = seed_company(stage.sandbox)
    stage.setup()
    stage.import_()
    stage.sandbox.desk.rate(world.offered[0], points=1, comment="Péssimo")
    assert stage.run(REFRESH).error is None
    return world.offered[0]
