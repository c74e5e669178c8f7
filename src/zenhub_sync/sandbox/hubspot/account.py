"""The portal about itself: account, usage, limits, validation rules, the token's scopes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot.bodies import TokenBody
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.kinds import COMPANIES, CONTACTS, DEALS, TICKETS, Kind
from zenhub_sync.sandbox.hubspot.property_rules import MAX_CUSTOM
from zenhub_sync.sandbox.hubspot.refusals import not_found
from zenhub_sync.sandbox.hubspot.times import stamp
from zenhub_sync.sandbox.hubspot.world import World

# Of a test account: live portal report, 2026-10. Tasks are not among the object types it lists.
_OVERALL_PROPERTIES = 10_000
_COUNTED = (CONTACTS, COMPANIES, DEALS, TICKETS)


def details(world: World, call: Call) -> Response:
    """Say which account this is. developers.hubspot.com … account-info/details (2026-09)"""
    del call
    now = world.now().astimezone(ZoneInfo(world.options.time_zone))
    offset = now.utcoffset() or timedelta()
    shown = {
        "portalId": world.options.portal_id,
        "accountType": "STANDARD",
        "timeZone": world.options.time_zone,
        "companyCurrency": "BRL",
        "additionalCurrencies": [],
        "utcOffset": now.isoformat()[-6:],
        "utcOffsetMilliseconds": int(offset.total_seconds() * 1000),
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }
    return json_response(200, shown)


def api_usage(world: World, call: Call) -> Response:
    """Report the day's calls of private apps: those of a service key are not counted. (2026-09 endpoint map)"""
    del call
    here = world.now().astimezone(ZoneInfo(world.options.time_zone))
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    usage = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": world.options.daily,
        "currentUsage": 0,
        "collectedAt": stamp(world.now()),
        "fetchStatus": "SUCCESS",
        "resetsAt": stamp(midnight),
    }
    return json_response(200, {"results": [usage]})


def token_scopes(world: World, call: Call) -> Response:
    """Introspect a token; works for service keys. Another token than this portal's is not found (not established)."""
    if call.body(TokenBody).token_key != world.options.token:
        raise not_found("Token not found")
    shown = {
        "userId": 9586504,
        "hubId": world.options.portal_id,
        "appId": world.options.portal_id + 1,
        "scopes": sorted(world.options.scopes),
    }
    return json_response(200, shown)


def custom_property_limits(world: World, call: Call) -> Response:
    del call
    rows = [_usage(kind, len(world.catalogue.custom(kind)), MAX_CUSTOM) for kind in _COUNTED]
    used = sum(row["usage"] for row in rows)
    shown = {
        "overallLimit": _OVERALL_PROPERTIES,
        "overallUsage": used,
        "overallPercentage": _percentage(used, _OVERALL_PROPERTIES),
        "byObjectType": rows,
    }
    return json_response(200, shown)


def pipeline_limits(world: World, call: Call) -> Response:
    """Report pipelines by object type: the default one counts among both the limit and the usage (not established)."""
    del call
    most = world.options.max_custom_pipelines + 1
    rows = [_usage(kind, len(world.pipelines[kind.name]), most) for kind in (DEALS, TICKETS)]
    none = {"overallLimit": 0, "overallUsage": 0, "overallPercentage": 0, "byObjectType": []}
    return json_response(200, {"hubspotDefinedObjectTypes": rows, "customObjectTypes": none})


def validations(world: World, call: Call) -> Response:
    """List the rules by property. developers.hubspot.com … crm/property-validations/get-property-validations"""
    rules = world.options.validation_rules.get(call.kind().name, {})
    shown = [{"propertyName": name, "propertyValidationRules": _rules(kinds)} for name, kinds in rules.items()]
    return json_response(200, {"results": shown})


def property_validations(world: World, call: Call) -> Response:
    if world.catalogue.find(call.kind(), call.path["name"]) is None:
        raise not_found(f"Property {call.path['name']} does not exist")
    rules = world.options.validation_rules.get(call.kind().name, {})
    return json_response(200, {"results": _rules(rules.get(call.path["name"], ()))})


def _rules(kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"ruleType": kind, "ruleArguments": [], "shouldApplyNormalization": False} for kind in kinds]


def _usage(kind: Kind, used: int, most: int) -> dict[str, Any]:
    return {
        "objectTypeId": kind.type_id,
        "singularLabel": kind.singular.capitalize(),
        "pluralLabel": kind.name.capitalize(),
        "limit": most,
        "usage": used,
        "percentage": _percentage(used, most),
    }


def _percentage(used: int, most: int) -> float:
    return round(100 * used / most, 2) if most else 0.0
