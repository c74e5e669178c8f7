"""Who a page of tickets belongs to: in which order it is asked, and how long an answer is good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.fakes.facts import NOW
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.zendesk_words import organization, user, zendesk_ticket

from zenhub_sync.intake.directory import Directory, Found, People
from zenhub_sync.planning.properties import ORGANIZATION_ID
from zenhub_sync.planning.tickets import HubSpotId, Match
from zenhub_sync.store.directory import OrganizationLink
from zenhub_sync.store.engine import open_engine
from zenhub_sync.store.migrate import migrate
from zenhub_sync.store.staging import StagedPage
from zenhub_sync.store.store import Store
from zenhub_sync.transport.asking import OneByOne
from zenhub_sync.transport.errors import Malformed
from zenhub_sync.zendesk.models import Organization, Ticket, User

_DAY = timedelta(days=1)
_T0 = NOW.timestamp()
_BY_DOMAIN = organization("padaria.example")


@pytest.fixture
def hubspot() -> FakeHubSpot:
    return FakeHubSpot()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(engine)
    yield Store(engine)
    engine.dispose()


def test_a_ticket_of_nobody_is_matched_with_nobody(hubspot: FakeHubSpot, store: Store) -> None:
    found = _ask(_directory(hubspot, store), [zendesk_ticket(organization_id=None, requester_id=None)], {}, {}, _T0)
    assert found == Found(matches={48213: Match()}, organizations=[], requesters=[])


def test_the_property_of_the_company_comes_before_the_domain(hubspot: FakeHubSpot, store: Store) -> None:
    hubspot.put("companies", "501", **{ORGANIZATION_ID: "360", "domain": "other.example"})
    hubspot.put("companies", "502", domain="padaria.example")
    found = _find(hubspot, store, organizations=_BY_DOMAIN)
    assert found.matches[48213].company_id == "501"
    assert [(link.company_id, link.how) for link in found.organizations] == [("501", "property")]


def test_the_organizations_domain_comes_before_the_requesters_company(hubspot: FakeHubSpot, store: Store) -> None:
    hubspot.put("companies", "502", domain="padaria.example")
    _contact(hubspot, "701", "ana@padaria.example", company="503")
    found = _find(hubspot, store, organizations=_BY_DOMAIN, users=user())
    assert found.matches[48213] == Match(company_id=HubSpotId("502"), contact_id=HubSpotId("701"))
    assert [(link.company_id, link.how) for link in found.organizations] == [("502", "domain")]


def test_the_requesters_primary_company_comes_last(hubspot: FakeHubSpot, store: Store) -> None:
    _contact(hubspot, "701", "ana@padaria.example", company="503")
    hubspot.connect("contacts", "701", "companies", "504", 279)
    found = _find(hubspot, store, organizations=_BY_DOMAIN, users=user())
    assert found.matches[48213] == Match(company_id=HubSpotId("503"), contact_id=HubSpotId("701"))


@pytest.mark.parametrize("domain", ["hs_additional_domains", "domain"])
def test_a_company_is_known_by_each_of_its_domains(hubspot: FakeHubSpot, store: Store, domain: str) -> None:
    hubspot.put(
        "companies", "502", **{domain: "x.example;www.Padaria.example" if "add" in domain else "Padaria.EXAMPLE"}
    )
    assert _find(hubspot, store, organizations=_BY_DOMAIN).matches[48213].company_id == "502"


@pytest.mark.parametrize(
    "companies",
    [{"1": "padaria.example", "2": "padaria.example"}, {"1": "gmail.com"}, {}],
    ids=["two companies share it", "a free-mail domain", "nobody has it"],
)
def test_a_domain_that_decides_nothing_matches_nobody(
    hubspot: FakeHubSpot, store: Store, companies: Mapping[str, str]
) -> None:
    for number, domain in companies.items():
        hubspot.put("companies", number, domain=domain)
    found = _find(hubspot, store, organizations=organization("padaria.example", "gmail.com"))
    assert found.matches[48213].company_id is None
    assert [(link.company_id, link.how) for link in found.organizations] == [(None, None)]


@pytest.mark.parametrize("written", ["ANA@Padaria.example", " ana@padaria.example "])
def test_a_contact_is_known_by_its_second_address(hubspot: FakeHubSpot, store: Store, written: str) -> None:
    hubspot.put("contacts", "701", email="ana@casa.example", hs_additional_emails="x@y.example;Ana@padaria.example")
    assert _find(hubspot, store, users=user(written)).matches[48213].contact_id == "701"


@pytest.mark.parametrize("users", [user(None), user(""), {}], ids=["no address", "empty", "not sent along"])
def test_a_requester_without_an_address_has_no_contact(
    hubspot: FakeHubSpot, store: Store, users: Mapping[int, User]
) -> None:
    hubspot.put("contacts", "701", email="")
    assert _find(hubspot, store, users=users).matches[48213].contact_id is None


def test_an_organization_that_was_not_shown_is_asked_for_again_when_it_is(hubspot: FakeHubSpot, store: Store) -> None:
    hubspot.put("companies", "502", domain="padaria.example")
    unshown = _find(hubspot, store)
    assert unshown.matches[48213].company_id is None
    _remember(store, unshown)

    assert _find(hubspot, store, organizations=_BY_DOMAIN).matches[48213].company_id == "502"


def test_an_organization_that_a_company_names_need_not_be_shown(hubspot: FakeHubSpot, store: Store) -> None:
    hubspot.put("companies", "501", **{ORGANIZATION_ID: "360"})
    (link,) = _find(hubspot, store).organizations
    assert (link.company_id, link.checked_at) == ("501", _T0)


def test_the_companies_are_listed_to_the_last_page(hubspot: FakeHubSpot, store: Store) -> None:
    hubspot.page_size = 2
    for number in range(5):
        hubspot.put("companies", f"{number}", domain=f"d{number}.example")
    found = _find(hubspot, store, organizations=organization("d4.example"))
    assert found.matches[48213].company_id == "4"
    assert found.index is not None
    assert set(found.index.domains) == {f"d{number}.example" for number in range(5)}


def test_many_tickets_are_asked_for_in_batches(hubspot: FakeHubSpot, store: Store) -> None:
    """The fake refuses more than HubSpot takes at once."""
    tickets = [zendesk_ticket(i, organization_id=i, requester_id=i) for i in range(1, 251)]
    organizations = {i: organization(number=i)[i] for i in range(1, 251)}
    users = {i: user(f"u{i}@x.example", number=i)[i] for i in range(1, 251)}
    for number in range(1, 251):
        hubspot.put("companies", f"c{number}", **{ORGANIZATION_ID: str(number)})
        hubspot.put("contacts", f"p{number}", email=f"u{number}@x.example")
    found = _ask(_directory(hubspot, store), tickets, users, organizations, _T0)
    assert found.matches == {
        i: Match(company_id=HubSpotId(f"c{i}"), contact_id=HubSpotId(f"p{i}")) for i in range(1, 251)
    }


@pytest.mark.parametrize(("later", "known"), [(timedelta(hours=23), False), (timedelta(hours=25), True)])
def test_nobody_is_an_answer_that_is_good_for_a_day(
    hubspot: FakeHubSpot, store: Store, later: timedelta, known: bool
) -> None:
    _remember(store, _find(hubspot, store, organizations=_BY_DOMAIN, users=user()))
    hubspot.put("companies", "501", domain="padaria.example")
    hubspot.put("contacts", "701", email="ana@padaria.example")
    found = _find(hubspot, store, organizations=_BY_DOMAIN, users=user(), at=_T0 + later.total_seconds())
    expected = Match(company_id=HubSpotId("501"), contact_id=HubSpotId("701")) if known else Match()
    assert found.matches[48213] == expected


def test_what_is_fresh_is_not_written_again(hubspot: FakeHubSpot, store: Store) -> None:
    _remember(store, _find(hubspot, store, organizations=_BY_DOMAIN, users=user()))
    found = _find(hubspot, store, organizations=_BY_DOMAIN, users=user(), at=_T0 + 60)
    assert (found.organizations, found.requesters, found.index) == ([], [], None)


def test_who_was_found_once_is_not_forgotten_when_nobody_is_found(hubspot: FakeHubSpot, store: Store) -> None:
    hubspot.put("companies", "501", domain="padaria.example")
    hubspot.put("contacts", "701", email="ana@padaria.example")
    _remember(store, _find(hubspot, store, organizations=_BY_DOMAIN, users=user()))
    hubspot.put("companies", "501", domain="moved.example")
    hubspot.put("contacts", "701", email="ana@moved.example")
    found = _find(hubspot, store, organizations=_BY_DOMAIN, users=user(), at=_T0 + 2 * _DAY.total_seconds())
    assert found.matches[48213] == Match(company_id=HubSpotId("501"), contact_id=HubSpotId("701"))
    assert [(link.company_id, link.how) for link in found.organizations] == [("501", "domain")]


def test_a_company_that_is_gone_is_not_held_on_to(hubspot: FakeHubSpot, store: Store) -> None:
    hubspot.put("companies", "501", domain="padaria.example")
    _remember(store, _find(hubspot, store, organizations=_BY_DOMAIN))
    hubspot.records.clear()
    found = _find(hubspot, store, organizations=_BY_DOMAIN, at=_T0 + 2 * _DAY.total_seconds())
    assert [(link.company_id, link.how) for link in found.organizations] == [(None, None)]


def test_a_merged_company_is_followed_to_the_one_it_was_merged_into(hubspot: FakeHubSpot, store: Store) -> None:
    hubspot.put("companies", "501", domain="padaria.example")
    _remember(store, _find(hubspot, store, organizations=_BY_DOMAIN))
    del hubspot.records["companies"]["501"]
    hubspot.put("companies", "900", domain="sol.example")
    hubspot.merged["501"] = "900"
    found = _find(hubspot, store, organizations=_BY_DOMAIN, at=_T0 + 2 * _DAY.total_seconds())
    assert [(link.company_id, link.how) for link in found.organizations] == [("900", "domain")]


@pytest.mark.parametrize(
    ("external", "opted_in", "company"),
    [("502", True, "502"), ("502", False, "501"), ("503", True, "900"), ("999", True, "501"), ("ACME", True, "501")],
    ids=["its company's id", "not opted in", "a merged company's id", "no company has that id", "no id at all"],
)
def test_an_external_id_that_is_the_id_of_a_company_comes_before_the_domains(
    hubspot: FakeHubSpot, store: Store, external: str, opted_in: bool, company: str
) -> None:
    hubspot.put("companies", "501", domain="padaria.example")
    hubspot.put("companies", "502")
    hubspot.put("companies", "900")
    hubspot.merged["503"] = "900"
    named = {i: each.model_copy(update={"external_id": external}) for i, each in _BY_DOMAIN.items()}
    directory = Directory(
        hubspot=hubspot, store=store, age=_DAY, free_mail=frozenset({"gmail.com"}), external_ids=opted_in
    )
    found = _ask(directory, [zendesk_ticket()], {}, named, _T0)
    assert [link.company_id for link in found.organizations] == [company]


def test_a_link_made_by_hand_comes_before_everything(hubspot: FakeHubSpot, store: Store) -> None:
    hubspot.put("companies", "501", domain="padaria.example")
    hubspot.put("companies", "502", **{ORGANIZATION_ID: "360"})
    hubspot.put("companies", "503")
    link = OrganizationLink(organization_id=360, company_id="503", how="hand", checked_at=_T0)
    with store.lease() as held:
        store.stage_page(StagedPage(organizations=[link]), held, _T0)
    found = _find(hubspot, store, organizations=_BY_DOMAIN, at=_T0 + 2 * _DAY.total_seconds())
    assert [(link.company_id, link.how) for link in found.organizations] == [("503", "hand")]


def test_a_link_that_a_person_sets_takes_over(hubspot: FakeHubSpot, store: Store) -> None:
    hubspot.put("companies", "501", domain="padaria.example")
    _remember(store, _find(hubspot, store, organizations=_BY_DOMAIN))
    hubspot.put("companies", "502", **{ORGANIZATION_ID: "360"})
    found = _find(hubspot, store, organizations=_BY_DOMAIN, at=_T0 + 2 * _DAY.total_seconds())
    assert found.matches[48213].company_id == "502"


def test_the_index_is_read_once_a_run_and_handed_over_once(hubspot: FakeHubSpot, store: Store) -> None:
    directory = _directory(hubspot, store)
    first = _ask(directory, [zendesk_ticket(1, organization_id=1)], {}, organization("a.example", number=1), _T0)
    hubspot.put("companies", "502", domain="b.example")
    second = _ask(directory, [zendesk_ticket(2, organization_id=2)], {}, organization("b.example", number=2), _T0)
    assert first.index is not None
    assert (first.index.domains, second.index) == ({}, None)
    assert second.matches[2].company_id is None


def test_who_is_linked_by_property_is_not_asked_once_all_companies_were_listed(
    hubspot: FakeHubSpot, store: Store
) -> None:
    hubspot.put("companies", "502", **{ORGANIZATION_ID: "2"})
    directory = _directory(hubspot, store)
    _ask(directory, [zendesk_ticket(1, organization_id=1)], {}, organization("a.example", number=1), _T0)
    assert hubspot.reads == ["companies"]
    later = [zendesk_ticket(n, organization_id=n) for n in (2, 3)]
    found = _ask(directory, later, {}, organization("b.example", number=3), _T0)
    assert {number: match.company_id for number, match in found.matches.items()} == {2: "502", 3: None}
    assert [link.how for link in found.organizations] == ["property", None]
    assert hubspot.reads == ["companies"]


def test_a_list_that_is_a_day_old_says_nothing_of_who_is_linked(hubspot: FakeHubSpot, store: Store) -> None:
    directory = _directory(hubspot, store)
    _ask(directory, [zendesk_ticket(1, organization_id=1)], {}, organization("a.example", number=1), _T0)
    hubspot.put("companies", "502", **{ORGANIZATION_ID: "2"})
    two_days_on = _T0 + 2 * _DAY.total_seconds()
    found = _ask(directory, [zendesk_ticket(2, organization_id=2)], {}, {}, two_days_on)
    assert found.matches[2].company_id == "502"


def test_who_was_linked_after_the_companies_were_listed_is_found_by_asking_again(
    hubspot: FakeHubSpot, store: Store
) -> None:
    directory = _directory(hubspot, store)
    _ask(directory, [zendesk_ticket()], {}, _BY_DOMAIN, _T0)
    hubspot.put("companies", "502", **{ORGANIZATION_ID: "360"})
    again = directory.ask_again(_BY_DOMAIN, {}, _T0)
    assert [(link.company_id, link.how) for link in again.organizations] == [("502", "property")]


def test_a_link_that_was_taken_back_after_the_companies_were_listed_stays_away(
    hubspot: FakeHubSpot, store: Store
) -> None:
    """A backfill lists the companies once, and `match unlink` may have its turn between two of its pages."""
    hubspot.put("companies", "502", **{ORGANIZATION_ID: "360"})
    directory = _directory(hubspot, store)
    _ask(directory, [zendesk_ticket(1, organization_id=1)], {}, organization("a.example", number=1), _T0)
    del hubspot.records["companies"]["502"][ORGANIZATION_ID]
    taken_back = OrganizationLink(organization_id=360, company_id=None, how=None, checked_at=0.0)
    with store.lease() as held:
        store.stage_page(StagedPage(organizations=[taken_back]), held, _T0)
    assert _ask(directory, [zendesk_ticket()], {}, {}, _T0).matches[48213].company_id is None


def test_a_link_made_by_hand_to_a_company_that_is_gone_is_replaced_by_what_hubspot_says_now(
    hubspot: FakeHubSpot, store: Store
) -> None:
    directory = _directory(hubspot, store)
    link = OrganizationLink(
        organization_id=360, company_id="503", how="hand", checked_at=_T0 - 2 * _DAY.total_seconds()
    )
    with store.lease() as held:
        store.stage_page(StagedPage(organizations=[link]), held, _T0)
    _ask(directory, [zendesk_ticket(1, organization_id=1)], {}, organization("a.example", number=1), _T0)
    hubspot.put("companies", "502", **{ORGANIZATION_ID: "360"})
    found = _ask(directory, [zendesk_ticket()], {}, {}, _T0)
    assert [(link.company_id, link.how) for link in found.organizations] == [("502", "property")]


def test_a_stored_index_is_used_until_it_is_a_day_old(hubspot: FakeHubSpot, store: Store) -> None:
    with store.lease() as held:
        store.replace_domains({"padaria.example": frozenset({"501"})}, held, _T0)
    assert _find(hubspot, store, organizations=_BY_DOMAIN, at=_T0 + 60).matches[48213].company_id == "501"
    old = _find(hubspot, store, organizations=_BY_DOMAIN, at=_T0 + 2 * _DAY.total_seconds())
    assert old.index is not None
    assert (old.matches[48213].company_id, old.index.domains) == (None, {})


def test_links_of_contacts_that_hubspot_could_not_read_are_not_taken_for_none(
    hubspot: FakeHubSpot, store: Store
) -> None:
    _contact(hubspot, "701", "ana@padaria.example", company="503")
    hubspot.unread.add("701")
    with pytest.raises(Malformed, match="companies of all contacts"):
        _find(hubspot, store, users=user())


def _contact(hubspot: FakeHubSpot, contact: str, email: str, *, company: str) -> None:
    hubspot.put("contacts", contact, email=email)
    hubspot.connect("contacts", contact, "companies", company, 1, 279)


def _directory(hubspot: FakeHubSpot, store: Store) -> Directory:
    return Directory(hubspot=hubspot, store=store, age=_DAY, free_mail=frozenset({"gmail.com"}))


def _find(
    hubspot: FakeHubSpot,
    store: Store,
    *,
    organizations: Mapping[int, Organization] | None = None,
    users: Mapping[int, User] | None = None,
    at: float = _T0,
) -> Found:
    """Look up the ordinary ticket with a new directory, as the next run would."""
    return _ask(_directory(hubspot, store), [zendesk_ticket()], users or {}, organizations or {}, at)


def _ask(
    directory: Directory,
    tickets: Sequence[Ticket],
    users: Mapping[int, User],
    organizations: Mapping[int, Organization],
    at: float,
) -> Found:
    people = People.of(tickets, users.values(), organizations.values())
    return directory.found(tickets, people, directory.ask(people, at, OneByOne()))


def _remember(store: Store, found: Found) -> None:
    with store.lease() as held:
        if found.index is not None:
            store.replace_domains(found.index.domains, held, _T0, found.index.note)
        store.stage_page(StagedPage(organizations=found.organizations, requesters=found.requesters), held, _T0)
