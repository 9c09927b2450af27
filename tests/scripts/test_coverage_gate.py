import io
import json
from typing import Any

import pytest

from scripts.lib import coverage_gate


def module(covered: float, lines: list[int], branches: list[list[int]]) -> dict[str, Any]:
    return {
        "summary": {"percent_covered": covered},
        "missing_lines": lines,
        "missing_branches": branches,
    }


REPORT = {
    "files": {
        "custom_components/point/sensor.py": module(95.0, [7], []),
        "custom_components/point/config_flow.py": module(99.2, [], [[12, 15]]),
        "simulator/world/world.py": module(94.9, [3, 4, 5, 7], [[3, 9], [8, -1]]),
    }
}


def test_names_each_module_below_its_minimum_and_what_it_lacks() -> None:
    assert list(coverage_gate.shortfalls(REPORT)) == [
        "custom_components/point/config_flow.py: 99.2 % covered, 100 % wanted; never run: 12→15",
        "simulator/world/world.py: 94.9 % covered, 95 % wanted; never run: 3-5, 7, 8→exit",
    ]


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("custom_components/point/sensor.py", 0, "✓ All 1 modules"),
        ("simulator/world/world.py", 1, "✗"),
    ],
)
def test_exit_status_says_whether_something_lacks(
    name: str,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = {"files": {name: REPORT["files"][name]}}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(report)))
    assert coverage_gate.main() == status
    assert said in capsys.readouterr().out
