"""Files that no program of ours reads are still read here: syntax, names, and what they promise each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.architecture.repository import PACKAGE, ROOT

DEPLOY = ROOT / "docs/deploy"
KUBERNETES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
RUNBOOK = (ROOT / "docs/runbook.md").read_text("utf-8")


def documents(path: Path) -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all(path.read_text("utf-8")) if each is not None]


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in KUBERNETES:
        for document in documents(path):
            spec = document.get("spec", {})
            template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
            if template is not None:
                yield document["metadata"]["name"], template["spec"]


def rules() -> list[dict[str, Any]]:
    [group] = documents(DEPLOY / "prometheus/rules.yaml")[0]["groups"]
    return list(group["rules"])


def dashboard() -> dict[str, Any]:
    board: dict[str, Any] = json.loads((DEPLOY / "grafana/zenhub-sync.json").read_text("utf-8"))
    return board


def exported() -> set[str]:
    """Return the names of the metrics as the service gives them."""
    source = (PACKAGE / "service/metrics.py").read_text("utf-8")
    counters = {f"zenhub_sync_{name}_total" for name in re.findall(r'_counter\(\s*"(\w+)"', source)}
    gauges = {f"zenhub_sync_{name}" for name in re.findall(r'_gauge\(\s*"(\w+)"', source)}
    histograms = {f"{name}_bucket" for name in re.findall(r'Histogram\(\s*"(\w+)"', source)}
    assert counters
    assert gauges
    assert histograms
    return counters | gauges | histograms


def anchors(markdown: str) -> set[str]:
    """Return the anchors that a forge makes of the headings."""
    titles = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", [*KUBERNETES, ROOT / "compose.yaml", DEPLOY / "prometheus/rules.yaml"], ids=str)
def test_each_yaml_file_holds_documents(path: Path) -> None:
    assert all(isinstance(document, dict) for document in documents(path))
    assert documents(path) != []


def test_kustomize_names_files_that_are_there() -> None:
    [kustomization] = documents(DEPLOY / "kubernetes/kustomization.yaml")
    assert {(DEPLOY / "kubernetes" / name).exists() for name in kustomization["resources"]} == {True}


@pytest.mark.parametrize(("name", "pod"), list(pods()), ids=lambda each: each if isinstance(each, str) else "")
def test_each_pod_runs_as_little_as_the_image_does(name: str, pod: dict[str, Any]) -> None:
    [container] = pod["containers"]
    assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (True, 10001), name
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    secrets = {each["value"].rpartition("/")[2] for each in container["env"] if each["name"].endswith("_FILE")}
    [secret] = documents(DEPLOY / "kubernetes/secret.yaml")
    assert secrets - {"DATABASE_URL"} == set(secret["stringData"])
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]}


def test_compose_starts_one_worker_without_rights_whatever_the_profile() -> None:
    [compose] = documents(ROOT / "compose.yaml")
    worker = compose["services"]["worker"]
    assert [name for name, service in compose["services"].items() if "profiles" not in service] == ["worker"]
    assert (worker["read_only"], worker["cap_drop"]) == (True, ["ALL"])
    assert all(port.startswith("127.0.0.1:") for port in worker["ports"])


def test_each_alert_has_its_part_in_the_runbook() -> None:
    for rule in rules():
        file, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (file, anchor in anchors(RUNBOOK)) == ("docs/runbook.md", True), rule["alert"]
        assert rule["alert"] in RUNBOOK


def test_rules_and_dashboard_ask_for_metrics_that_the_service_gives() -> None:
    asked = [rule["expr"] for rule in rules()]
    asked += [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]

    assert {name for expression in asked for name in re.findall(r"zenhub_sync_\w+", expression)} - exported() == set()


def test_each_trouble_that_people_are_told_of_has_its_line_in_the_runbook() -> None:
    source = (PACKAGE / "service/troubles.py").read_text("utf-8")
    told = set(re.findall(r'yield f?"(\w+)', source))
    assert told
    assert told - set(re.findall(r"^\| `(\w+)", RUNBOOK, re.MULTILINE)) == set()


def test_each_exit_code_has_its_line_in_the_runbook() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", RUNBOOK, re.MULTILINE)}
    assert told == {*range(8), 130}


def test_the_runbook_links_to_what_is_there() -> None:
    links = re.findall(r"\]\(([^)]+)\)", RUNBOOK)
    assert [link for link in links if link.startswith("#") and link[1:] not in anchors(RUNBOOK)] == []
    assert [link for link in links if not link.startswith("#") and not (ROOT / "docs" / link).exists()] == []


def test_the_dashboard_asks_one_source_and_every_panel_asks_something() -> None:
    panels = dashboard()["panels"]
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
    assert all(target["expr"] for panel in panels for target in panel["targets"])
    assert len({panel["id"] for panel in panels}) == len(panels)
