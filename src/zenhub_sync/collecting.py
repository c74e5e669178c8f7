"""How often Python looks for circles of objects: nothing that is loaded is one, and a page of tickets makes none."""

from __future__ import annotations

import gc

# More objects than a command loads: 92,000 for `status`, 135,000 for `import`, 150,000 for `serve`.
_WHILE_LOADING = (200_000, 20, 20)
# A page of a thousand tickets makes many objects; to look at them at every turn took a fifth of the time
# (docs/performance.md).
COLLECT_EVERY = (100_000, 20, 20)


def while_loading() -> None:
    """Look at nothing that a command loads."""
    gc.set_threshold(*_WHILE_LOADING)


def while_working() -> None:
    """Look at what the work makes, and leave alone for good what is loaded by now."""
    gc.freeze()
    gc.set_threshold(*COLLECT_EVERY)


def while_leaving() -> None:
    """Look at nothing any more: on its way out, Python would look at everything, and more than once."""
    gc.freeze()
