"""From facts to HTML; every value is escaped, and the policy lets nothing run or load."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from zenhub_sync.service.page.facts import Facts

if TYPE_CHECKING:
    from jinja2 import Template

_CSS = files(__package__).joinpath("status.css").read_text("utf-8").strip()
_HASH = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()

# Nothing but this page's own style sheet and its empty icon: a hostile value that got through would still be inert.
PAGE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
}


def draw(facts: Facts) -> str:
    """Return the status page."""
    return _template().render(facts=facts, css=_CSS)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # of a page that nobody looks at nothing stays in memory

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files(__package__).joinpath("status.html.j2").read_text("utf-8"))
