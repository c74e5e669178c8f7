"""SIGTERM and Ctrl-C on the command line: the run ends where it is, and whoever sleeps is woken."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread

from zenhub_sync.clock import Clock
from zenhub_sync.service.ending import Ending, WakefulClock


@contextmanager
def interruptible(clock: Clock) -> Iterator[WakefulClock]:
    """Let both signals raise `KeyboardInterrupt` in the main thread, and end every `sleep` on the clock that is given.

    Ctrl-C goes on being ignored where whoever started the command has it ignored, as a shell does in the background of
    a script: it is meant for what is in the foreground.

    A vendor may ask for a pause of minutes, and a container is killed ten seconds after it was told to end. The signal
    goes through a queue whose `put` may interrupt itself (docs.python.org/3/library/queue.html#queue.SimpleQueue.put):
    the event that sleepers wait for must not be set by a handler, which may have interrupted one who holds its lock.
    """
    ending = Ending()
    signals: SimpleQueue[int | None] = SimpleQueue()

    def interrupt(number: int, _: object) -> None:
        signals.put(number)
        raise KeyboardInterrupt

    def wake() -> None:
        if signals.get() is not None:
            ending.wish()

    waker = Thread(target=wake, name="waker", daemon=True)
    waker.start()
    before = {each: signal.signal(each, interrupt) for each in _heeded()}
    try:
        yield WakefulClock(clock, ending)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        signals.put(None)
        waker.join()


def _heeded() -> tuple[signal.Signals, ...]:
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return (signal.SIGTERM,) if ignored else (signal.SIGINT, signal.SIGTERM)
