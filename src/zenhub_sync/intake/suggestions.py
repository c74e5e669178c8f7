"""Which companies an organization may be, for a person to choose from. Pure; nothing is decided by it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from zenhub_sync.intake.company_index import ListedCompany
from zenhub_sync.intake.matching import usable_domains
from zenhub_sync.zendesk.models import Organization

# More than three are no suggestion but a list.
MOST = 3
_ALIKE = 0.84
# What companies are called besides their name, in Brazil and abroad: it makes two of them alike that are not.
_FORMS = frozenset(
    {
        "ltda",
        "sa",
        "s",
        "a",
        "me",
        "epp",
        "eireli",
        "mei",
        "cia",
        "companhia",
        "inc",
        "llc",
        "ltd",
        "corp",
        "gmbh",
        "grupo",
        "do",
        "da",
        "de",
        "e",
        "dos",
        "das",
    }
)
_WORD = re.compile(r"[^\W_]+")
# The parts of a domain that say nothing of whose it is.
_SUFFIXES = frozenset(
    {"com", "net", "org", "ind", "gov", "edu", "art", "www", "br", "pt", "us", "io", "co", "app", "example"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A company that may be the organization's, and why."""

    company_id: str
    name: str | None = field(repr=False)
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggester:
    """Compares organizations with the companies that no organization is linked with."""

    companies: Mapping[str, ListedCompany]
    by_domain: Mapping[str, Sequence[str]]
    by_stem: Mapping[str, Sequence[str]]
    by_word: Mapping[str, Sequence[str]]

    @classmethod
    def over(cls, companies: Iterable[ListedCompany]) -> Suggester:
        free = {company.id: company for company in companies if company.organization_id is None}
        by_domain: defaultdict[str, list[str]] = defaultdict(list)
        by_stem: defaultdict[str, list[str]] = defaultdict(list)
        by_word: defaultdict[str, list[str]] = defaultdict(list)
        for company in free.values():
            for domain in company.domains:
                by_domain[domain].append(company.id)
                by_stem[_stem(domain)].append(company.id)
            for word in set(_words(company.name)):
                by_word[word].append(company.id)
        return cls(companies=free, by_domain=by_domain, by_stem=by_stem, by_word=by_word)

    def suggest(self, organization: Organization, free_mail: frozenset[str]) -> tuple[Suggestion, ...]:
        """Return the likeliest companies, each once, the best reason first."""
        found: dict[str, Suggestion] = {}
        for company_id, reason in self._reasons(organization, free_mail):
            name = self.companies[company_id].name
            found.setdefault(company_id, Suggestion(company_id=company_id, name=name, reason=reason))
        return tuple(found.values())[:MOST]

    def _reasons(self, organization: Organization, free_mail: frozenset[str]) -> Iterator[tuple[str, str]]:
        domains = usable_domains(organization.domain_names, free_mail)
        words = _words(organization.name)
        alike = {i: self._likeness(words, i) for i in self._sharing_a_word(words)}
        yield from self._with_domains(domains)
        yield from ((i, "has the same name") for i, likeness in alike.items() if likeness == 1.0)
        for domain in domains:
            yield from self._with_stem(_stem(domain), f"is like {domain}")
        for word in ("".join(words), *words):
            yield from self._with_stem(word, "is like the name")
        for i in sorted(alike, key=lambda each: (-alike[each], each)):
            if alike[i] >= _ALIKE:
                yield i, "has a similar name"

    def _with_domains(self, domains: Iterable[str]) -> Iterator[tuple[str, str]]:
        for domain in domains:
            holders = self.by_domain.get(domain, ())
            shared = f", which {len(holders)} companies have" if len(holders) > 1 else ""
            yield from ((holder, f"has the domain {domain}{shared}") for holder in holders)

    def _with_stem(self, stem: str, how: str) -> Iterator[tuple[str, str]]:
        for i in self.by_stem.get(stem, ()):
            domain = next(each for each in self.companies[i].domains if _stem(each) == stem)
            yield i, f"its domain {domain} {how}"

    def _sharing_a_word(self, words: Sequence[str]) -> list[str]:
        return sorted({i for word in words for i in self.by_word.get(word, ())})

    def _likeness(self, words: Sequence[str], company_id: str) -> float:
        return SequenceMatcher(None, " ".join(words), " ".join(_words(self.companies[company_id].name))).ratio()


def _words(name: str | None) -> list[str]:
    """Return the words of a name without accents, case and legal forms."""
    plain = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().casefold()
    words = _WORD.findall(plain)
    return [word for word in words if word not in _FORMS] or words


def _stem(domain: str) -> str:
    """Return the part of a domain that says whose it is: `padaria` of padaria.com.br."""
    parts = [part for part in domain.split(".") if part not in _SUFFIXES]
    return parts[-1] if parts else domain
