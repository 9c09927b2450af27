"""Each language says all that English says.

Form and sections are pinned in test_hassfest_translations.
"""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components import binary_sensor
from homeassistant.helpers.config_validation import string_with_no_html
import pytest

from custom_components.point.binary_sensor import BINARY_SENSORS, HOME_NOISE, OCCUPIED, PUSH

HOME_ASSISTANTS = Path(binary_sensor.__file__).parent / "translations"
FOLDER = Path(__file__).parents[2] / "custom_components/point/translations"
LANGUAGES = ("en", "sv", "de", "fr", "es", "it", "nl", "pt", "nb", "da", "fi", "pl")
OTHERS = LANGUAGES[1:]
PLACEHOLDER = re.compile(r"\{\w*\}")
ADDRESS = re.compile(r"\w+://|www\.", re.IGNORECASE)
# What has to be there as often as in English: code, bold and italics, and the ends of lines.
MARKS = ("`", "*", "\n")

MAX_NAME = 30
"""Maximum length of the name of a trigger or condition: a phone cuts off what is longer."""

# The product's plural, as Minut itself writes it.
NAME = {"Points"}
# Words that a language spells as English does.
ALIKE: dict[str, set[str]] = {
    "sv": NAME | {"Person", "Status"},
    "de": NAME
    | {
        "Alarm",
        "Person",
        "Name",
        "Status",
        "Normal",
        "Check-in",
        "Check-out",
        "Point offline",
        "Point online",
        "Points offline",
    },
    "fr": {"Normal", "Options"},
    "es": {"No", "Normal"},
    "it": {"No"},
    "nl": NAME
    | {
        "Alarm",
        "Check-in",
        "Check-out",
        "Status",
        "Point offline",
        "Point online",
        "Points offline",
    },
    "pt": {"Normal"},
    "nb": NAME | {"Alarm", "Person", "Start", "Status"},
    "da": NAME | {"Alarm", "Person", "Start", "Status"},
    "fi": set(),
    "pl": {"Alarm", "Limit"},
}

# Synonyms of the words that the texts use: one word for a home, a limit, noise, a stay and a Point.
SYNONYMS = {
    "en": r"thresholds?|loudness",
    "sv": r"\w*gränsvärde\w*|oljud\w*|ljudstörning\w*|bostad\w*|Pointenhet\w*",
    "de": r"Zuhauses?|\w*grenzen?|Lärmstörung\w*|Schallpegel|Schwell\w+|Störungsstufe",
    "fr": r"seuils?|domiciles?|maisons?|les Point",
    "es": r"casas?|hogar(es)?|umbral(es)?|sonoros?|(los|sus|estos|varios) Point",
    "it": r"sogli[ae]|abitazion[ei]|disturbo da rumore|(ore|max\.,) (di )?silenzio",
    "nl": r"huis|\w*limiet(en)?|grenswaarden?|\w*kennisgeving(en)?|overlastfase",
    "pt": r"limiar(es)?|habitação|perturbação por ruído|casa está vazia",
    "nb": r"grenseverdi\w*|bolig\w*|lydforstyrrelse\w*",
    "da": r"grænseværdi\w*|bolig\w*|lydforstyrrelse\w*",
    "fi": r"oleskelu\w*|vierailu\w*|raja-arvo\w*|Point-laitte\w*|linki\w+",
    "pl": r"próg|progi|zakłóceni\w+ hałasem|Point(a|em|ach|ami|ów)|Poincie|mieszkani\w+",
}

# Texts that name what a person presses, chooses or sees, by the key of its name.
NAMED = {
    "entity.button.check.name": ["selector.check_reason.options.sample_not_requested"],
    "entity.button.test_push.name": ["selector.todo.options.events_description"],
    "entity.select.noise_preset.state.custom": ["exceptions.custom_preset.message"],
    "config.step.user.menu_options.own_client": ["config.abort.no_refresh_token"],
    "services.cancel_import.name": ["selector.import.options.running"],
    "services.set_thresholds.name": ["exceptions.quiet_hours_unknown.message"],
    "services.get_stays.name": [
        "exceptions.unknown_stay.message",
        "services.delete_stay.fields.stay_id.description",
        "services.get_events.fields.stay_id.description",
        "services.report.fields.stay_id.description",
        "services.update_stay.fields.stay_id.description",
    ],
}


def read(language: str) -> dict[str, str]:
    """Return the texts of a language by their dotted keys, in the file's order."""
    text = (FOLDER / f"{language}.json").read_text(encoding="utf-8")
    return dict(leaves(json.loads(text)))


def leaves(value: Any, *keys: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, *keys, key)
    else:
        yield ".".join(keys), value


ENGLISH = read("en")


def test_there_are_these_languages_and_no_others() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.json" for name in LANGUAGES}


@pytest.mark.parametrize("language", OTHERS)
def test_language_has_the_keys_of_english_in_their_order(language: str) -> None:
    assert list(read(language)) == list(ENGLISH)


@pytest.mark.parametrize("language", OTHERS)
def test_language_keeps_placeholders_and_marks(language: str) -> None:
    for key, text in read(language).items():
        english = ENGLISH[key]
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(english)), key
        assert [*map(text.count, MARKS)] == [*map(english.count, MARKS)], key


@pytest.mark.parametrize("language", OTHERS)
def test_language_leaves_nothing_in_english(language: str) -> None:
    texts = read(language)
    left = {text for key, text in texts.items() if text == ENGLISH[key] and has_words(text)}
    assert left == ALIKE[language]  # a word no longer alike leaves the list as well


def has_words(text: str) -> bool:
    return any(letter.isalpha() for letter in PLACEHOLDER.sub("", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_has_clean_texts(language: str) -> None:
    for key, text in read(language).items():
        assert text, key
        assert text == text.strip(), key
        assert string_with_no_html(text) == text, key
        assert not ADDRESS.search(text), key
        assert not re.search(r"'\{\w*\}|\{\w*\}'", text), key


def test_french_marks_do_not_wrap() -> None:
    """French sets a space before high marks and %, and inside quotation marks."""
    assert {key: text for key, text in read("fr").items() if re.search(r"« | [:;!?»%]", text)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_in_the_editor_of_automations_fit_a_phone(language: str) -> None:
    names = [
        text
        for key, text in read(language).items()
        if re.fullmatch(r"(triggers|conditions)\.\w+\.name", key)
    ]
    assert names
    assert [name for name in names if len(name) > MAX_NAME] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_has_the_states_of_binary_sensors(language: str) -> None:
    """Ours, or Home Assistant's for the device class: it lacks some in some languages."""
    ours = read(language)
    theirs = json.loads((HOME_ASSISTANTS / f"{language}.json").read_text(encoding="utf-8"))
    descriptions = [*BINARY_SENSORS, HOME_NOISE, OCCUPIED, PUSH]
    for key, device_class in {each.key: each.device_class for each in descriptions}.items():
        known = theirs["entity_component"].get(device_class or "_", {}).get("state", {})
        for state in ("off", "on"):
            assert f"entity.binary_sensor.{key}.state.{state}" in ours or state in known, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_option_for_guest_names_quotes_what_the_calendar_shows(language: str) -> None:
    texts = read(language)
    text = texts["options.step.init.data_description.guest_names"]
    word = re.escape(texts["selector.stay.options.nameless"])
    assert re.search(rf"[^\w\s]\s?{word}\s?[^\w\s]", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_has_one_word_for_one_thing(language: str) -> None:
    synonym = re.compile(rf"\b({SYNONYMS[language]})\b", re.IGNORECASE)
    matches = {key: synonym.search(text) for key, text in read(language).items()}
    assert {key: match[0] for key, match in matches.items() if match} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_name_things_as_they_are_called(language: str) -> None:
    texts = read(language)
    for name, keys in NAMED.items():
        for key in keys:
            assert texts[name] in texts[key], key
