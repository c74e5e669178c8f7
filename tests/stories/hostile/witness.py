"""One who runs commands and searches all that they write, in accounts where every word is a canary."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from zenhub_sync.cli.app import run
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions

SECRETS = {"client secret": "kanarienvogel-secret", "token": "pat-na1-kanarienvogel"}
PERSONAL = {
    "name": "Zuleika Kanarienvogel",
    "e-mail": "zuleika@kanarienvogel.example",
    "phone": "+55 11 98765-kanarienvogel",
    "organization": "Kanarienvogel Ltda",
    "subject": "Assunto kanarienvogel",
    "description": "Descrição kanarienvogel",
    "comment": "Comentário kanarienvogel",
    "reason": "Motivo kanarienvogel",
    "tag": "tag_kanarienvogel",
}
CANARY = "kanarienvogel"


class Witness:
    """Run commands in this process, and keep all that they write."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.database = folder / "data" / "zenhub-sync.db"

    def run(self, *arguments: str) -> int:
        code = run(arguments)
        written = self._capture.readouterr()
        for stream in (written.out, written.err):
            assert CANARY not in stream.casefold(), (arguments, stream)
        return code

    def run_apart(self, *arguments: str) -> int:
        """Run a command as a process of its own: what it leaves behind is all there is."""
        ended = subprocess.run(
            [sys.executable, "-m", "zenhub_sync", *arguments], capture_output=True, timeout=120, check=False
        )
        assert CANARY.encode() not in (ended.stdout + ended.stderr).lower(), (arguments, ended)
        return ended.returncode

    def database_bytes(self) -> bytes:
        """Return the database and whatever lies beside it (`-wal`, `-shm`)."""
        return b"".join(path.read_bytes() for path in sorted(self.database.parent.glob(self.database.name + "*")))


def environment_of(sandbox: Sandbox) -> dict[str, str]:
    return {
        "ZENDESK_SUBDOMAIN": "acme",
        "ZENDESK_BASE_URL": sandbox.base_url,
        "ZENDESK_CLIENT_ID": DeskOptions().client_id,
        "ZENDESK_CLIENT_SECRET": SECRETS["client secret"],
        "HUBSPOT_BASE_URL": sandbox.base_url,
        "HUBSPOT_ACCESS_TOKEN": SECRETS["token"],
    }


def furnish(sandbox: Sandbox, *, owned: bool = True, tickets: int = 3) -> tuple[int, ...]:
    """Make tickets in which every word is a canary."""
    desk, portal = sandbox.desk, sandbox.portal
    owner = portal.add_owner("cs@nuvemsoft.example", "Ana", "Prado")
    company = {"name": PERSONAL["organization"], "domain": "kanarienvogel.example"}
    company_id = portal.create("companies", company | ({"hubspot_owner_id": owner} if owned else {}))
    contact = {"email": PERSONAL["e-mail"], "lastname": PERSONAL["name"], "phone": PERSONAL["phone"]}
    portal.create("contacts", contact, [("companies", company_id, 1)])
    organization = desk.add_organization(PERSONAL["organization"], domain_names=("kanarienvogel.example",))
    requester = desk.add_user(PERSONAL["name"], PERSONAL["e-mail"], organization_id=organization)
    desk.edit_user(requester, phone=PERSONAL["phone"])
    return tuple(_ticket(sandbox, requester, organization) for _ in range(tickets))


def _ticket(sandbox: Sandbox, requester: int, organization: int) -> int:
    return sandbox.desk.add_ticket(
        subject=PERSONAL["subject"],
        description=PERSONAL["description"],
        tags=(PERSONAL["tag"],),
        requester_id=requester,
        organization_id=organization,
        status="solved",
    )


def rate(sandbox: Sandbox, ticket: int) -> None:
    sandbox.desk.rate(ticket, points=1, comment=PERSONAL["comment"], reason=PERSONAL["reason"])
