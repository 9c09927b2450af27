from pathlib import Path

import pytest

from scripts.lib.check_files import faults, main


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.json", '{"a": 1, "b": {"a": 2}}', None),
        ("a.json", '{"a": 1,}', "not valid JSON"),
        ("a.json", '{"a": 1, "b": 2, "a": 3}', "key 'a' comes twice"),
        ("a.py", '{"a": 1,}', None),
        ("a.txt", "aiohttp==3.14.5", None),
        ("a.txt", "--extra-index-url https" + "://example.org/simple", "a.txt:1: address"),
        ("a.lock", "name\nhttps://files." + "pythonhosted" + ".org/x", "a.lock:2: address"),
        ("README.md", "deb http://deb." + "debian.org/debian forky main", "debian"),
    ],
)
def test_finds(name: str, text: str, fault: str | None, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = list(faults(path))
    assert len(found) == (fault is not None)
    assert fault is None or fault in found[0]
    assert main([str(path)]) == (fault is not None)


def test_passes_over_pictures(tmp_path: Path) -> None:
    path = tmp_path / "icon.png"
    path.write_bytes(b"\x89PNG\xff")
    assert list(faults(path)) == []
