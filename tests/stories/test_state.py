"""Moving house: `state export` and `state import` from outside, and nothing happens twice afterwards."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from tests.stories.test_command_line import command, told

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions


def test_the_worker_goes_on_in_another_database_as_if_nothing_had_happened(tmp_path: Path, database_url: str) -> None:
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=PortalOptions(scopes=DEFAULT_SCOPES)) as sandbox:
        world, old = seed_many(sandbox, tickets=30), environment(sandbox.base_url)
        new = {**old, "DATABASE_URL": database_url, "ZENHUB_DATA_DIR": "elsewhere"}
        command(tmp_path, "setup", env=old)
        command(tmp_path, "import", env=old)
        sandbox.desk.rate(world.offered[0], points=1)
        command(tmp_path, "refresh", env=old)
        writes = len(sandbox.ledger.writes())

        assert command(tmp_path, "state", "export", "state.jsonl", env=old).stdout.startswith("exported ")
        document = json.loads(command(tmp_path, "state", "import", "state.jsonl", "--json", env=new).stdout)
        for job in ("import", "refresh"):
            assert command(tmp_path, job, env=new).returncode == 0

        assert document["imported"]["tickets"] == 30
        assert len(sandbox.ledger.writes()) == writes, "not one write more"
        status = json.loads(command(tmp_path, "status", "--json", env=new).stdout)
        assert (status["tickets"], status["escalations"]["open"]) == (30, 1)
        assert stat.S_IMODE((tmp_path / "state.jsonl").stat().st_mode) == 0o600
        full = command(tmp_path, "state", "import", "state.jsonl", env=new)
        assert (full.returncode, "not empty" in told(full)) == (3, True)


def test_wrong_files_are_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")

    none = command(tmp_path, "state", "export", "new", env={})
    command(tmp_path, "migrate", env={})
    over = command(tmp_path, "state", "export", "there", env={})
    missing = command(tmp_path, "state", "import", "nowhere", env={})
    strange = command(tmp_path, "state", "import", "there", env={})

    assert (none.returncode, "no database yet" in told(none), (tmp_path / "new").exists()) == (3, True, False)
    assert [over.returncode, missing.returncode, strange.returncode] == [2, 2, 3]
    assert (tmp_path / "there").read_text() == "mine"
    assert "state export" in told(strange)
