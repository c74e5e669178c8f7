"""Which companies are suggested for an organization, and in which words."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from zenhub_sync.intake.company_index import ListedCompany
from zenhub_sync.intake.suggestions import Suggester
from zenhub_sync.zendesk.models import Organization

_FREE = frozenset({"gmail.com"})


def _company(company_id: str, name: str | None, *domains: str, organization_id: str | None = None) -> ListedCompany:
    return ListedCompany(id=company_id, name=name, domains=domains, organization_id=organization_id)


_COMPANIES = [
    _company("1", "Padaria Sol Ltda", "padariasol.com.br"),
    _company("2", "Mercado Lua", "lua.com.br"),
    _company("3", "Mercado Lua Filial", "lua.com.br"),
    _company("4", "Construções São José S.A.", "saojose.ind.br"),
    _company("5", "Linked already", "linked.com.br", organization_id="7"),
    _company("6", None),
]


@pytest.mark.parametrize(
    ("name", "domains", "expected"),
    [
        (
            "Lua",
            ["lua.com.br"],
            [
                ("2", "has the domain lua.com.br, which 2 companies have"),
                ("3", "has the domain lua.com.br, which 2 companies have"),
            ],
        ),
        ("PADARIA SOL", [], [("1", "has the same name")]),
        ("Construcoes Sao Jose", [], [("4", "has the same name")]),
        ("Construçoes São Joze", [], [("4", "has a similar name")]),
        ("Outra coisa", ["padariasol.com"], [("1", "its domain padariasol.com.br is like padariasol.com")]),
        ("São José", [], [("4", "its domain saojose.ind.br is like the name")]),
        ("Padaria da Esquina", [], []),
        ("Linked already", ["linked.com.br"], []),
        ("Qualquer", ["gmail.com"], []),
        (None, [], []),
        ("???", [], []),
    ],
)
def test_a_company_is_suggested_for_its_domain_or_its_name(
    name: str | None, domains: Sequence[str], expected: Sequence[tuple[str, str]]
) -> None:
    organization = Organization(id=360, name=name, domain_names=tuple(domains))
    made = Suggester.over(_COMPANIES).suggest(organization, _FREE)
    assert [(each.company_id, each.reason) for each in made] == list(expected)


def test_no_more_than_three_are_suggested() -> None:
    many = [_company(str(number), "Padaria Sol") for number in range(9)]
    made = Suggester.over(many).suggest(Organization(id=1, name="Padaria Sol"), _FREE)
    assert [each.company_id for each in made] == ["0", "1", "2"]
