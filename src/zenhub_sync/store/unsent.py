"""What a turn staged and has not leased yet: it need not be read back to be sent."""

from __future__ import annotations

from collections.abc import Sequence

from zenhub_sync.planning.effects import Effect
from zenhub_sync.store.leases import Lease

# Two pages and their links. More wait where HubSpot takes nothing; those are read when their time has come.
_MOST = 5000


class Unsent:
    """The effects that were put into the outbox under one lease, by key.

    A key names one row as long as that is there, a payload is written once, and nobody else writes while the token is
    good, which each transaction checks first: so what was put under the same token is what is on record.
    """

    def __init__(self) -> None:
        self._token = 0
        self._effects: dict[str, Effect] = {}

    def add(self, held: Lease, effects: Sequence[Effect]) -> None:
        """Remember effects, each of which was put by a transaction that is committed."""
        if held.token != self._token or len(self._effects) + len(effects) > _MOST:
            self._token, self._effects = held.token, {}
        self._effects.update((effect.key, effect) for effect in effects)

    def under(self, held: Lease) -> dict[str, Effect]:
        """Return what was put under this lease; what is taken out of it is forgotten."""
        return self._effects if held.token == self._token else {}

    def clear(self) -> None:
        """Forget everything: the turn is over."""
        self._effects = {}
