"""The status page in a real browser: phone and desktop, light and dark, empty and with trouble.

With SCREENSHOTS set to a folder, the pictures of the documentation are drawn there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.stories.service.chromium import PROGRAM, Chromium, chromium
from tests.stories.service.ticked import service_on
from tests.stories.stage import Stage, set_stage

from zenhub_sync.sandbox.seed import seed_company
from zenhub_sync.service.listening import bind, listening
from zenhub_sync.settings import HttpSettings
from zenhub_sync.store.opening import open_store
from zenhub_sync.store.staging import StagedPage
from zenhub_sync.store.unreadable import UnreadableTicket

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no chromium here: apt-get install chromium")

_LONG = "organization " + "x" * 300
_PAGES = ("empty", "trouble")


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Serve the page of an empty service, and of one in trouble; return where."""
    with ExitStack() as stack:
        urls = {}
        for name in _PAGES:
            folder = tmp_path_factory.mktemp(name)
            stage = stack.enter_context(set_stage(f"sqlite:///{folder / 'x.db'}"))
            service = service_on(stage, page_token=SecretStr("t"))
            if name == "trouble":
                _make_trouble(stage)
                stage.sandbox.faults.add("answer", service="zendesk", status=503, count=None)
                service.ticker.tick()
                stage.clock.advance(3 * 3600)
                service.ticker.tick()
            bound = bind(HttpSettings(port=0))
            stack.enter_context(listening(bound, service.web.app()))
            urls[name] = f"http://127.0.0.1:{bound.getsockname()[1]}/?token=t"
        yield urls


def _make_trouble(stage: Stage) -> None:
    world = seed_company(stage.sandbox, tickets=260)
    stage.setup()
    stage.import_()
    for number in world.offered[:5]:
        stage.sandbox.desk.rate(number, points=1, comment="Péssimo")
        stage.clock.advance(20 * 3600)
        stage.refresh()
    store = open_store(stage.database_url)
    with store.lease() as held:
        broken = UnreadableTicket(zendesk_id=48213, reason=_LONG)
        store.stage_page(StagedPage(unreadable=[broken]), held, stage.clock.now().timestamp())
    store.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200], ids=["phone", "desktop"])
@pytest.mark.parametrize("page", _PAGES)
def test_the_page_fits_its_screen_is_readable_and_runs_into_nothing(
    browser: Chromium, pages: dict[str, str], page: str, width: int, dark: bool
) -> None:
    browser.show(pages[page], width=width, dark=dark)

    assert browser.ask("document.documentElement.scrollWidth") <= width, "nothing has to be pushed sideways"
    assert browser.ask("document.querySelectorAll('section').length") >= 6
    assert browser.ask("[...document.images, ...document.scripts].length") == 0
    ink, ground = (_brightness(browser, name) for name in ("color", "backgroundColor"))
    assert (ink > ground) == dark
    assert abs(ink - ground) > 150, "dark on light or light on dark, in earnest"
    assert browser.complaints == []
    if "SCREENSHOTS" in os.environ:
        name = f"status-{page}-{'phone' if width == 390 else 'desktop'}-{'dark' if dark else 'light'}.png"
        Path(os.environ["SCREENSHOTS"], name).write_bytes(browser.picture())


def test_the_page_of_trouble_says_what_is_wrong_and_what_to_do(browser: Chromium, pages: dict[str, str]) -> None:
    browser.show(pages["trouble"], width=1200, dark=False)

    text = browser.ask("document.body.innerText")
    assert "Needs attention" in text
    assert "overdue: no success since" in text
    assert "Zendesk or HubSpot was not available" in text
    assert browser.ask("document.querySelectorAll('rect.in').length") > 10


def _brightness(browser: Chromium, name: str) -> float:
    colour = browser.ask(f"getComputedStyle(document.body).{name}")
    return sum(map(int, colour.removeprefix("rgb(").removesuffix(")").split(","))) / 3
