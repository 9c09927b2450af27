"""Where a list is in an answer, and what the answer says about its pages."""

import pytest

from custom_components.point.minut.exceptions import MinutUnexpectedAnswerError
from custom_components.point.minut.lists import Described, unwrap_list
from custom_components.point.minut.parsing import Json

HOME: Json = {"home_id": "h1", "devices": [{"device_id": "p1"}]}


@pytest.mark.parametrize(
    "answer",
    [
        [HOME],
        {"homes": [HOME]},
        {"items": [HOME], "links": [{"rel": "self"}]},
        {"data": [HOME], "paging": {"total_count": 1}},
        {"anything": [HOME], "count": 1, "next": None},
        {"anything": [HOME], "errors": [{"code": 7}]},
        {"data": {"homes": [HOME], "paging": {"total_count": 1}}},
        {"result": {"data": {"items": [HOME]}}},
        {"anything": {"homes": [HOME]}, "meta": {}},
    ],
    ids=str,
)
def test_the_list_is_found(answer: Json) -> None:
    assert unwrap_list(answer, "homes") == [HOME]


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"homes": []},
        {"homes": None},
        {"items": None},
        {"visitors": []},
        {"data": {"homes": []}},
    ],
    ids=str,
)
def test_no_elements_are_an_empty_list(answer: Json) -> None:
    assert unwrap_list(answer, "homes") == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        None,
        7,
        [7],
        {"homes": {}},
        {"homes": 3},
        {"error": "x"},
        {"errors": [{"code": 7}]},
        {"anything": [HOME], "something": [HOME]},
        {"a": {"b": {"c": {"homes": [HOME]}}}},
    ],
    ids=str,
)
def test_an_answer_without_the_list_is_not_an_empty_one(answer: Json) -> None:
    with pytest.raises(MinutUnexpectedAnswerError):
        unwrap_list(answer, "homes")


@pytest.mark.parametrize(
    ("answer", "more"),
    [
        ({}, None),
        ([], None),
        ({"paging": {"total_count": 11, "limit": 10}}, True),
        ({"paging": {"total_count": 10, "limit": 10}}, False),
        ({"total": "11"}, True),
        ({"total": None}, None),
        ({"total": "many"}, None),
        ({"meta": {"total": 11}}, True),
        ({"data": {"paging": {"totalCount": 11}}}, True),
        ({"has_more": True}, True),
        ({"hasMore": False}, False),
        ({"pagination": {"has_next_page": True}}, True),
        ({"next": "/v8/homes?offset=10"}, True),
        ({"next": None}, False),
        ({"next": ""}, False),
        ({"links": {"next": {"href": "/v8/homes?offset=10"}}}, True),
        ({"total": 11, "next": None}, True),
        ({"total": 10, "next": "/v8/homes?offset=10"}, True),
        ({"home": {"total": 99}}, None),
        ({"pages": 9, "count": 10}, None),
    ],
    ids=str,
)
def test_what_is_said_about_further_pages(answer: Json, more: bool | None) -> None:  # noqa: FBT001 # a parameter of the table
    assert Described.by(answer).has_more(10) is more


@pytest.mark.parametrize(
    ("following", "query"),
    [
        ("/v8/homes?cursor=abc&limit=10", {"cursor": "abc", "limit": "10"}),
        ("https://example.org/homes?page=2", {"page": "2"}),
        ({"href": "?page=2"}, {"page": "2"}),
        ("/v8/homes?offset=10&limit=10", {}),
        ("abc", {}),
        ("http://[", {}),
        (2, {}),
        (True, {}),
    ],
    ids=str,
)
def test_the_query_of_the_next_page_is_used_if_only_minut_knows_it(
    following: Json, query: dict[str, str]
) -> None:
    """Only its query: the address itself is never requested."""
    described = Described.by({"next": following})
    assert described.more
    assert described.query == query
