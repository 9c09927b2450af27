"""What docs/security.md claims is pinned by the tests that it names, and by these."""

import ast
from pathlib import Path
import re
from typing import Final

from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.point.const import DOMAIN
from custom_components.point.issues import Issue, as_text, async_raise_issue
from custom_components.point.minut.parsing import text

from ..helpers.deliveries import WEBHOOK_ID, delivery, post
from ..helpers.house import House

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NAMED: Final = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_each_test_that_the_page_names_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert name in functions


def test_each_row_of_the_page_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
    claims = [row for row in rows if not row.endswith("| Shown by |")]
    assert len(claims) > 20
    assert [row for row in claims if "`tests/" not in row] == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("[free](https://192.0.2.1)", r"\[free\](https\:\/\/192\.0\.2\.1)"),
        ("<img src=x>", r"\<img src=x\>"),
        ("![](x)", r"\!\[\](x)"),
        ("https://evil.example", r"https\:\/\/evil\.example"),
        ("www.evil.example", r"www\.evil\.example"),
        ("robin@evil.example", r"robin\@evil\.example"),
        ("Robin's house", "Robin's house"),
        ("Robins Häuschen", "Robins Häuschen"),
    ],
)
async def test_the_name_of_an_account_is_no_markup(linked: House, name: str, shown: str) -> None:
    linked.hass.config_entries.async_update_entry(linked.entry, title=name)
    async_raise_issue(linked.hass, linked.entry, Issue.PUSH_SILENT)
    issue = ir.async_get(linked.hass).issues[DOMAIN, f"push_silent_{linked.entry.entry_id}"]
    assert issue.translation_placeholders == {"account": shown}
    assert as_text(name) == shown


@pytest.mark.parametrize("control", ["\r\n", "\x00", "\x1b", "\u2028", "\u202e", "\x85"])
def test_no_text_of_minut_steers_a_log_or_a_screen(control: str) -> None:
    assert text(f"Lake{control}side") == "Lake side"


async def test_names_are_never_rendered(linked: House) -> None:
    """They come from whoever may name a home at Minut."""
    name = "{{ 7 * 6 }} {account} %s <b>x</b>"
    linked.simulator.homes[linked.home].name = name
    await linked.advance(minutes=16)
    device = linked.ha_device(linked.home)
    assert device
    assert device.name == name


async def test_refusals_say_nothing_in_the_log(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        await post(linked, delivery(linked), headers={"Authorization": "wrong\u00ff"})
    records = [record for record in caplog.records if "point" in record.name]
    assert not [record for record in records if record.levelname == "WARNING"]
    assert WEBHOOK_ID not in "".join(record.getMessage() for record in records)
