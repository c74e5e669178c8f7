"""Which company and contact a ticket belongs to, and which status has a stage of its own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.intake.matching import company_by_domains, match_of, primary_company, usable_domains
from zenhub_sync.intake.statuses import named_roles
from zenhub_sync.planning.tickets import HubSpotId, Match, StageRole
from zenhub_sync.zendesk.models import CustomStatus

_FREE = frozenset({"gmail.com", "uol.com.br"})
_INDEX = {"sol.example": frozenset({"1"}), "lua.example": frozenset({"2"}), "dois.example": frozenset({"1", "2"})}
_STATUSES = [
    CustomStatus(id=900, status_category="hold", agent_label="Aguardando Parceiro"),
    CustomStatus(id=901, status_category="open", agent_label=None),
]


@pytest.mark.parametrize(
    ("domains", "usable"),
    [
        (["sol.example"], ("sol.example",)),
        ([" SOL.example ", "www.sol.example", "sol.example"], ("sol.example",)),
        (["GMAIL.com", "www.uol.com.br", "sol.example"], ("sol.example",)),
        (["", "  ", "www."], ()),
        (["a" * 253, "b" * 254, "c" * 300], ("a" * 253,)),  # HubSpot takes any text for a domain
        ([], ()),
    ],
)
def test_only_the_organizations_own_domains_count(domains: Sequence[str], usable: tuple[str, ...]) -> None:
    assert usable_domains(domains, _FREE) == usable


@pytest.mark.parametrize(
    ("domains", "company"),
    [
        (["sol.example"], "1"),
        (["sol.example", "nova.example"], "1"),
        (["nova.example"], None),
        (["dois.example"], None),
        (["sol.example", "lua.example"], None),
        (["sol.example", "dois.example"], None),
        ([], None),
    ],
)
def test_domains_name_a_company_if_they_agree_on_one(domains: Sequence[str], company: str | None) -> None:
    assert company_by_domains(domains, _INDEX) == company


@pytest.mark.parametrize(
    ("links", "company"),
    [
        ({}, None),
        ({"1": {279}}, "1"),
        ({"1": {1, 279}, "2": {279}}, "1"),
        ({"1": {279}, "2": {279}}, None),
        ({"1": {1}, "2": {1}}, None),
    ],
)
def test_a_contacts_company_is_the_primary_one_or_the_only_one(links: dict[str, set[int]], company: str | None) -> None:
    assert primary_company({each: frozenset(types) for each, types in links.items()}) == company


@pytest.mark.parametrize(
    ("organization", "contact", "contact_company", "match"),
    [
        ("1", "7", "2", Match(company_id=HubSpotId("1"), contact_id=HubSpotId("7"))),
        (None, "7", "2", Match(company_id=HubSpotId("2"), contact_id=HubSpotId("7"))),
        ("1", None, None, Match(company_id=HubSpotId("1"))),
        (None, None, None, Match()),
        ("", "", "", Match()),
    ],
)
def test_the_organizations_word_comes_first(
    organization: str | None, contact: str | None, contact_company: str | None, match: Match
) -> None:
    assert match_of(organization, contact, contact_company) == match


@pytest.mark.parametrize("name", ["900", "Aguardando Parceiro", " aguardando PARCEIRO "])
def test_a_custom_status_is_named_by_id_or_by_label(name: str) -> None:
    assert named_roles({name: StageRole.HOLD}, _STATUSES) == {900: StageRole.HOLD}


def test_a_status_without_a_label_is_named_by_its_id_alone() -> None:
    assert named_roles({"901": StageRole.NEW}, _STATUSES) == {901: StageRole.NEW}


def test_a_status_that_zendesk_does_not_have_is_a_problem_of_the_configuration() -> None:
    with pytest.raises(ConfigProblem, match=r"names Zumbi, which .* it has Aguardando Parceiro"):
        named_roles({"Zumbi": StageRole.HOLD, "900": StageRole.HOLD}, _STATUSES)
