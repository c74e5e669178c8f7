"""A life of the company with the program beside it, which is killed some times in each of its runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.outside.blows import Blow, Moment, strike, was_hit
from tests.outside.company import Company
from tests.outside.installed import Accounts, Program, accounts

# Some records of the company wait for a person, as they should: then the exit code is 4.
_DONE = (0, 4)
# An answer is dealt with in less: what is committed after it, and the next request.
_MOST_LATER = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a life came to.

    `requests` are those of each run that went to its end, `struck` the blows that hit. `tickets` and `tasks` say how
    often each was ever made, `deeds` what else was done. `written_again` counts what two more runs wrote, `left` what
    waits and what is parked.
    """

    requests: Sequence[int]
    struck: Sequence[Blow]
    account: dict[str, object]
    tickets: Counter[str]
    tasks: Counter[str]
    deeds: set[tuple[str, str]]
    written_again: int
    left: tuple[int, int]


def live(days: int, database_url: str, folder: Path, blows: Callable[[int], Iterator[Blow]]) -> Told:
    """Live so many days, with these blows in each run, until it gets away from one and so to its end."""
    requests: list[int] = []
    struck: list[Blow] = []
    with accounts(folder) as sandbox:
        program, company = Program(sandbox.env, database_url, folder), Company(sandbox)
        program.run("setup")
        for day in range(days):
            for job, happens in (("import", company.morning), ("refresh", company.evening)):
                happens(day)
                struck += _to_its_end(sandbox, program, job, blows(len(requests)))
                requests.append(sandbox.requests())
        account, ledger = company.account(), len(sandbox.ledger())
        for job in ("import", "refresh"):
            _to_its_end(sandbox, program, job, undisturbed(0))
        status = program.status()
        return Told(
            requests=requests,
            struck=struck,
            account=account,
            tickets=company.made("tickets", "zendesk_ticket_id"),
            tasks=company.made("tasks", "mark"),
            deeds=company.deeds(),
            written_again=len(sandbox.ledger()) - ledger,
            left=(status["waiting_effects"], len(status["parked"])),
        )


def spread_over(requests: Sequence[int], each: int, seed: int) -> Callable[[int], Iterator[Blow]]:
    """Return blows for each run, the later the later they come, at moments by chance.

    Whoever starts again after a death asks the same questions and has less to write. So the last requests of a calm
    run are reached earlier, and the blows of a run go up to two thirds of it.
    """
    chance = Random(seed)

    def blows(run: int) -> Iterator[Blow]:
        for number in range(each):
            nth = 1 + (number + (run + seed) % 3 / 3) * requests[run] * 2 // (3 * each)
            yield Blow(nth=int(nth), moment=chance.choice(list(Moment)), later=chance.uniform(0, _MOST_LATER))

    return blows


def undisturbed(_: int) -> Iterator[Blow]:
    """Return no blow at all."""
    return iter(())


def _to_its_end(sandbox: Accounts, program: Program, job: str, blows: Iterator[Blow]) -> list[Blow]:
    struck: list[Blow] = []
    for blow in blows:
        sandbox.pass_a_minute()
        sandbox.forget_requests()
        code = strike(sandbox, program, job, blow)
        if not was_hit(code):
            assert code in _DONE, (job, blow, code)
            return struck
        struck.append(blow)
    sandbox.pass_a_minute()
    sandbox.forget_requests()
    program.run(job, codes=_DONE)
    return struck
