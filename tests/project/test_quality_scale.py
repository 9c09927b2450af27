"""Every rule of Home Assistant's quality scale: done, or with a reason not to be.

A rule that is done is proven by the sources (quality_scale.py), by the documentation
(quality_scale_documentation.py), by the entities of a running account
(quality_scale_entities.py), by tests that have to exist, or by several of these.
"""

import ast
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import DATA_DISPATCHER
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.point.const import DOMAIN
from custom_components.point.coordinator import PointCoordinator

from ..helpers.house import House
from . import quality_scale, quality_scale_documentation, quality_scale_entities
from .sources import POINT, ROOT, can_be_discovered, has_options, services

pytestmark = pytest.mark.homes(2)

RULES: dict[str, Any] = load_yaml_dict(str(POINT / "quality_scale.yaml"))["rules"]

TESTS = {
    "action-setup": ["project/test_quality_scale::test_actions_are_there_without_an_account"],
    "action-exceptions": [
        "services/test_services::test_each_error_has_its_words",
        "entities/test_alarm_control_panel::test_a_refusal_says_why",
        "services/test_stay_refusals::test_what_minut_refuses_is_told",
        "services/test_thresholds::test_what_is_not_of_minut_is_refused",
        "entities/test_thresholds::test_a_refusal_says_why_and_the_old_value_stays",
    ],
    "appropriate-polling": ["test_init::test_asks_a_fraction_of_what_core_asked"],
    "brands": ["project/test_brand::test_all_images_are_there"],
    "config-entry-unloading": [
        "project/test_quality_scale::test_nothing_listens_to_an_account_that_is_not_loaded",
        "test_init::test_unloads_and_loads_again",
        "test_init::test_unloads_while_the_cloud_is_away",
    ],
    "config-flow": [
        "config_flow/test_config_flow::test_ui_path_ends_in_a_loaded_entry",
        "project/test_hassfest_translations::test_every_field_of_the_flows_is_described",
    ],
    "devices": ["registry/test_devices::test_renames_moves_and_firmware_follow"],
    "diagnostics": ["test_diagnostics::test_nothing_secret_or_personal_gets_in"],
    "docs-actions": ["project/test_hassfest_actions::test_actions_are_described_in_full"],
    "docs-conditions": [
        "project/test_hassfest_actions::test_triggers_and_conditions_are_described_in_full",
        "project/test_documentation_examples::test_automation_does_what_the_page_says",
    ],
    "docs-triggers": [
        "project/test_hassfest_actions::test_triggers_and_conditions_are_described_in_full",
        "project/test_documentation_examples::test_automation_does_what_the_page_says",
    ],
    "dynamic-devices": ["registry/test_new_devices::test_a_new_point_appears_without_a_reload"],
    "entity-event-setup": [
        "project/test_quality_scale::test_nothing_listens_to_an_account_that_is_not_loaded",
    ],
    "runtime-data": [
        "project/test_quality_scale::test_nothing_listens_to_an_account_that_is_not_loaded"
    ],
    "entity-unavailable": [
        "test_init::test_two_failed_polls_are_forgiven_and_the_third_is_not",
        "entities/test_sensor::test_is_unavailable_while_the_point_is_offline",
    ],
    "exception-translations": ["services/test_services::test_each_error_has_its_words"],
    "log-when-unavailable": ["test_init::test_two_failed_polls_are_forgiven_and_the_third_is_not"],
    "reauthentication-flow": [
        "config_flow/test_reauth::test_reauth_renews_the_tokens_of_the_same_account",
        "config_flow/test_reauth::test_reauth_refuses_another_account",
    ],
    "reconfiguration-flow": [
        "config_flow/test_reauth::test_reconfigure_renews_the_tokens_of_the_same_account",
        "config_flow/test_reauth::test_reconfigure_refuses_another_account",
    ],
    "repair-issues": [
        "webhook/test_url::test_where_there_is_no_public_address_a_repair_says_so",
        "migration/test_message::test_a_person_can_wave_the_message_off",
        "webhook/test_handler::test_the_third_failure_in_a_row_is_told_of_until_it_is_over",
        "test_repairs::test_a_webhook_that_minut_takes_now_is_made_at_once",
        "test_repairs::test_events_that_still_do_not_arrive_are_said_not_to",
    ],
    "stale-devices": [
        "registry/test_stale_devices::test_a_point_that_is_gone_is_unavailable_and_removed_after_a_day",
        "registry/test_stale_devices::test_a_person_may_remove_only_what_the_account_no_longer_has",
    ],
    "test-before-configure": [
        "config_flow/test_config_flow::test_each_failure_ends_with_what_to_do"
    ],
    "test-before-setup": [
        "test_init::test_a_cloud_that_fails_is_tried_again",
        "test_init::test_a_login_that_minut_does_not_accept_asks_to_sign_in_again",
    ],
    "unique-config-entry": ["config_flow/test_config_flow::test_an_account_is_linked_only_once"],
}
"""Rule → tests of what it asks for, each by the beginning of its name."""

UNTRUE = {
    "action-setup": bool(services()),
    "docs-actions": bool(services()),
    "docs-configuration-parameters": has_options(),
    "docs-conditions": (POINT / "conditions.yaml").exists(),
    "docs-triggers": (POINT / "triggers.yaml").exists(),
    "discovery": can_be_discovered(),
    "discovery-update-info": can_be_discovered(),
}
"""Rule → whether an exemption from it would be untrue."""


def proof_of(rule: str) -> Callable[[], None] | None:
    part = quality_scale_documentation if rule.startswith("docs-") else quality_scale
    found: Callable[[], None] | None = getattr(part, rule.replace("-", "_"), None)
    return found


def offenders_of(rule: str) -> Callable[[list[er.RegistryEntry]], Iterable[str]] | None:
    return getattr(quality_scale_entities, rule.replace("-", "_"), None)


def is_done(rule: str) -> bool:
    return bool(RULES[rule] == "done")


def known_rules() -> set[str]:
    """Return the rules of the installed Home Assistant; each of its integrations names them all."""
    core = Path(er.__file__).parent.parent / "components"
    files = sorted(core.glob("*/quality_scale.yaml"))
    assert len(files) > 100
    return set().union(*(load_yaml_dict(str(path))["rules"] for path in files[:100]))


def test_all_rules_are_answered() -> None:
    assert len(RULES) == 54
    assert known_rules() <= RULES.keys()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_done_or_has_a_reason_not_to_be(rule: str) -> None:
    match RULES[rule]:
        case "done":
            proofs = (proof_of(rule), TESTS.get(rule), offenders_of(rule))
            assert any(proofs), "nothing proves it"
        case {"status": "exempt", "comment": str(comment)}:
            assert len(comment) > 20
            assert not UNTRUE.get(rule, False), "there is something to which the rule applies"
        case other:
            pytest.fail(f"{other} is neither")


@pytest.mark.parametrize("rule", [rule for rule in RULES if is_done(rule) and proof_of(rule)])
def test_the_sources_keep_the_rule(rule: str) -> None:
    proof = proof_of(rule)
    assert proof
    proof()


@pytest.mark.parametrize("rule", [rule for rule in TESTS if is_done(rule)])
def test_what_the_rule_asks_for_is_tested(rule: str) -> None:
    for test in TESTS[rule]:
        module, _, name = test.partition("::")
        tree = ast.parse((ROOT / "tests" / f"{module}.py").read_text(encoding="utf-8"))
        tests = ast.FunctionDef | ast.AsyncFunctionDef
        names = [node.name for node in tree.body if isinstance(node, tests)]
        assert [each for each in names if each.startswith(name)], f"there is no {test}"


def test_actions_are_there_without_an_account(house: House) -> None:
    there = house.hass.services.async_services_for_domain(DOMAIN)
    assert there.keys() == services().keys()


@pytest.mark.parametrize("rule", [rule for rule in RULES if is_done(rule) and offenders_of(rule)])
async def test_the_entities_keep_the_rule(linked: House, rule: str) -> None:
    registry = er.async_get(linked.hass)
    entities = er.async_entries_for_config_entry(registry, linked.entry.entry_id)
    assert len(entities) > 100
    offenders = offenders_of(rule)
    assert offenders
    assert sorted(offenders(entities)) == []


async def test_nothing_listens_to_an_account_that_is_not_loaded(linked: House) -> None:
    coordinator = linked.entry.runtime_data.coordinator
    assert isinstance(coordinator, PointCoordinator)
    assert coordinator._listeners
    await linked.stop()
    assert not coordinator._listeners
    assert not coordinator.keyed_listeners
    assert not coordinator._new_listeners
    assert not [signal for signal in linked.hass.data[DATA_DISPATCHER] if "point_event" in signal]
    assert not hasattr(linked.entry, "runtime_data")
