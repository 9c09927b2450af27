"""Unexpected input: JSON of any shape, and bytes of any kind."""

import json
import os
from random import Random
import re
from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings, strategies as st

type Json = Any
"""JSON; the cloud and the integration have different types for it."""

TIMES: Final = float(os.environ.get("FUZZ", "1"))
"""Factor for the number of examples; above 1 they differ in each run."""

HUGE_INTEGERS: Final = (2**31, 2**53 + 1, 2**63, 2**64, 10**30, 10**400)
ODD_NUMBERS: Final = (
    *(0.0, -0.0, 5e-324, -40.5, 1e-9, 1e12, 1e18, 1e300, 1.7976931348623157e308),
    *(float("nan"), float("inf"), float("-inf")),
)
ODD_TEXTS: Final = (
    *("", " ", "\x00", "a\r\nb", "\x1b[31m", "\ud800", "\U0001f3e0", "\u202e", "x" * 300),
    *("../..", "a/b?c=d#e", "%2e%2e%2f", "..", "-", "null", "NaN", "1e999", "9" * 5000),
    *("{{ 1 / 0 }}", "{error}", "%s%n", "<script>alert(1)</script>", "[x](javascript:0)"),
)
ODD_TIMES: Final = (
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59-23:59"),
    *("2026-11-20T12:00:00.000Z", "2026-11-20", "2026-11-20T24:00:00Z", "1969-12-31T23:59:59Z"),
    *("2999-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "2026-02-30", "2026-W47-5", "20261120T12"),
    *("2026-11-20T12:00:00+23:59:59.999999", "25:00", "07:00", "07:00+02:00", "24:00"),
)


def examples(count: int) -> settings:
    """Return the settings for `count` examples, the same in each run."""
    return settings(
        max_examples=max(1, int(count * TIMES)),
        deadline=None,
        database=None,
        derandomize=TIMES <= 1,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


DEEP: Final = tuple(f"<deep {depth}>" for depth in (15, 300, 3_000, 30_000))
"""Placeholders for lists and objects nested deeper than Python supports."""
_DEEP = re.compile('"<deep ([0-9]+)>"')


def deep(depth: int) -> Json:
    """Return nested lists and objects."""
    value: Json = "deep"
    for _ in range(depth):
        value = {"a": [value]}
    return value


def written(value: Json) -> str:
    """Write JSON with what parsers accept beyond it: NaN, half characters, and `DEEP` nesting."""
    text = json.dumps(value)
    return _DEEP.sub(lambda found: '{"a":[' * int(found[1]) + "1" + "]}" * int(found[1]), text)


LEAVES: Final[tuple[Json, ...]] = (
    *(None, True, False, 0, 1, -1, 7, 50, -40, 3600),
    *HUGE_INTEGERS,
    *(-number for number in HUGE_INTEGERS),
    *ODD_NUMBERS,
    *ODD_TEXTS,
    *ODD_TIMES,
    *DEEP,
    *([], {}, [[]], {"": {}}, {"a": None}),
    deep(30),
)


def any_json(*words: str) -> st.SearchStrategy[Json]:
    """Return JSON of any shape that often contains these words."""
    return _seeds.map(lambda seed: _anything(Random(seed), words, 4))


def odd(template: Json, *words: str) -> st.SearchStrategy[Json]:
    """Return variations of a template, with values replaced, missing or repeated.

    They are generated from a number, which is much faster than nested strategies.
    """
    return _seeds.map(lambda seed: spoilt(template, Random(seed), words))


_seeds: Final = st.integers(0, 2**48)


def _anything(chance: Random, words: tuple[str, ...], depth: int) -> Json:
    dice = chance.random()
    if depth and dice < 0.2:
        return [_anything(chance, words, depth - 1) for _ in range(chance.randrange(4))]
    if depth and dice < 0.5:
        names = (*words, *ODD_TEXTS)
        size = chance.randrange(5)
        return {chance.choice(names): _anything(chance, words, depth - 1) for _ in range(size)}
    return chance.choice(words) if words and dice < 0.6 else chance.choice(LEAVES)


def spoilt(template: Json, chance: Random, words: tuple[str, ...]) -> Json:
    """Replace about every tenth value, and remove or add some."""
    if chance.random() < 0.1:
        return _anything(chance, words, 2)
    match template:
        case dict():
            kept = {
                key: spoilt(value, chance, words)
                for key, value in template.items()
                if chance.random() < 0.9
            }
            more = {chance.choice(ODD_TEXTS): _anything(chance, words, 2)}
            return {**kept, **more} if chance.random() < 0.1 else kept
        case list():
            times = chance.choice((0, 1, 1, 1, 2, 5))
            return [spoilt(value, chance, words) for value in template for _ in range(times)]
        case _:
            return template
