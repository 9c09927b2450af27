"""Who is told of what."""

import pytest

from custom_components.point.audience import Audience


def test_only_who_asked_for_a_key_is_told_of_it() -> None:
    audience, told = Audience[str](), list[str]()
    forget = audience.add("home", lambda news: told.append(f"home {news}"))
    audience.add("point", lambda news: told.append(f"point {news}"))
    audience.tell(["home", "nobody"], "first")
    assert told == ["home first"]
    forget()
    audience.tell(["home", "point"], "second")
    assert told == ["home first", "point second"]


def test_the_trouble_of_one_harms_no_other(caplog: pytest.LogCaptureFixture) -> None:
    audience, told = Audience[str](), list[str]()

    def fail(_news: str) -> None:
        raise RuntimeError

    audience.add("home", fail)
    audience.add("home", told.append)
    audience.tell(["home"], "news")
    assert told == ["news"]
    assert "An entity could not be updated" in caplog.text
