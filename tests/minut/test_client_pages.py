"""Lists of devices in pages, whatever Minut says of them."""

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.point.minut import paging
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.models import Device
from custom_components.point.minut.paging import WHOLE_FOR, Listing

from .conftest import Cloud

pytestmark = pytest.mark.usefixtures("_ample_budget")


def devices(*ids: int) -> list[dict[str, object]]:
    return [{"device_id": f"p{number}"} for number in ids]


def ids(listed: Listing[Device]) -> list[str]:
    return [device.id for device in listed.items]


def page(total: object, *ids: int) -> dict[str, object]:
    return {"devices": devices(*ids), "paging": {"total_count": total}}


@pytest.mark.parametrize("rest", [[], devices(1, 2)], ids=["empty", "the offset is ignored"])
async def test_a_service_without_paging_is_asked_for_more_once_a_day(
    client: MinutClient, cloud: Cloud, freezer: FrozenDateTimeFactory, rest: list[object]
) -> None:
    cloud.says({"devices": devices(1, 2)}, {"devices": rest})
    assert await client.devices() == Listing((Device(id="p1"), Device(id="p2")))
    cloud.says({"devices": devices(1, 2)}, {"devices": devices(1)})
    for count in (2, 1):
        assert len((await client.devices()).items) == count
    assert [call.query.get("offset") for call in cloud.calls] == [None, "2", None, None]

    cloud.says({"devices": devices(1, 2, 3)}, {"devices": devices(4)}, {"devices": []})
    assert ids(await client.devices()) == ["p1", "p2", "p3", "p4"]
    freezer.tick(WHOLE_FOR)
    cloud.says({"devices": devices(1, 2)}, {"devices": devices(3)}, {"devices": []})
    assert ids(await client.devices()) == ["p1", "p2", "p3"]


async def test_pages_of_which_nothing_is_known_are_read_each_time(
    client: MinutClient, cloud: Cloud
) -> None:
    for _ in range(2):
        cloud.says({"devices": devices(1, 2)}, {"devices": devices(3, 4)}, {"devices": []})
        assert ids(await client.devices()) == ["p1", "p2", "p3", "p4"]


@pytest.mark.parametrize(
    ("count", "is_complete"), [(9, True), (10, False), (11, True), (50, False)]
)
async def test_a_full_page_of_which_nothing_is_known_is_not_complete(
    client: MinutClient,
    cloud: Cloud,
    caplog: pytest.LogCaptureFixture,
    count: int,
    is_complete: bool,  # noqa: FBT001 # a parameter of the table
) -> None:
    """Ten of 25 homes must not look like all: here both `limit` and `offset` are ignored."""
    for _ in range(6):
        cloud.says({"devices": devices(*range(count))})
    for _ in range(2):
        listed = await client.devices()
        assert len(listed.items) == count
        assert listed.is_complete == is_complete
    assert client.incomplete == ([] if is_complete else ["devices"])
    lines = [record.message for record in caplog.records if record.levelname == "WARNING"]
    told = f"Minut sent only a part of its list of devices: {count} elements"
    assert lines == ([] if is_complete else [told])


@pytest.mark.parametrize(
    ("accepted", "limits"),
    [
        ("100", [None, "100", "100"]),
        ("50", [None, "100", "50", "50"]),
        (None, [None, "100", "50", None, None]),
    ],
)
async def test_a_rejected_limit_is_replaced_once(
    client: MinutClient, cloud: Cloud, accepted: str | None, limits: list[str | None]
) -> None:
    cloud.says(page(3, 1))
    for limit in limits[1:-1]:
        if limit == accepted:
            cloud.says(page(3, 2))
        else:
            cloud.answers(400, "{}")
    cloud.says(page(3, 3))
    assert ids(await client.devices()) == ["p1", "p2", "p3"]
    assert [call.query.get("limit") for call in cloud.calls] == limits


@pytest.mark.parametrize(("count", "is_complete"), [(2, True), (10, False)])
async def test_an_offset_that_is_rejected_ends_the_list(
    client: MinutClient,
    cloud: Cloud,
    count: int,
    is_complete: bool,  # noqa: FBT001 # a parameter of the table
) -> None:
    for _ in range(2):
        cloud.says({"devices": devices(*range(count))})
        for _ in range(3):
            cloud.answers(400, "{}")
    assert (await client.devices()).is_complete == is_complete


async def test_an_address_of_the_next_page_is_followed_on_the_same_path(
    client: MinutClient, cloud: Cloud
) -> None:
    cloud.says(
        {"devices": devices(1), "next": "https://example.org/other?cursor=a&limit=1"},
        {"devices": devices(2), "next": "?cursor=b"},
        {"devices": devices(3), "next": None},
    )
    listed = await client.devices()
    assert ids(listed) == ["p1", "p2", "p3"]
    assert listed.is_complete
    assert cloud.asked == ["GET /devices"] * 3
    assert [call.query for call in cloud.calls] == [
        {},
        {"cursor": "a", "limit": "1"},
        {"cursor": "b"},
    ]


async def test_pages_that_never_end_are_incomplete(client: MinutClient, cloud: Cloud) -> None:
    for _ in range(4):
        cloud.says({"devices": devices(1), "has_more": True})
    assert not (await client.devices()).is_complete


async def test_pages_that_overlap_are_incomplete(client: MinutClient, cloud: Cloud) -> None:
    for _ in range(2):
        cloud.says({"devices": devices(1, 2)}, {"devices": devices(2, 3)}, {"devices": []})
    listed = await client.devices()
    assert ids(listed) == ["p1", "p2", "p3"]
    assert not listed.is_complete


async def test_an_empty_account_is_an_answer(client: MinutClient, cloud: Cloud) -> None:
    """Predecessor's defect 29."""
    cloud.says({"devices": []}, {"organizations": []}, {"homes": []}, {"organizations": []})
    assert await client.devices() == Listing(())
    assert await client.homes() == Listing(())


async def test_follows_the_pages(client: MinutClient, cloud: Cloud) -> None:
    """Predecessor's defect 81."""
    cloud.says(page(5, 1, 2), page(5, 3, 4), page(5, 5))
    listed = await client.devices()
    assert ids(listed) == ["p1", "p2", "p3", "p4", "p5"]
    assert listed.is_complete
    assert [call.query.get("offset") for call in cloud.calls] == [None, "2", "4"]
    assert [call.query.get("limit") for call in cloud.calls] == [None, "100", "100"]


ODD_PAGES = [
    pytest.param([page(3, 1, 2), {"devices": devices(3)}], id="paging goes missing"),
    pytest.param([page("3", 1, 2), page("3", 3)], id="the total is text"),
    pytest.param([page("many", 1, 2), page("many")], id="the total is no number"),
    pytest.param([page(None, 1, 2), page(None)], id="the total is missing"),
    pytest.param([page(1, 1, 2)], id="the total is too small"),
    pytest.param(
        [{"devices": [*devices(1), {}, None], "paging": {"total_count": 4}}, page(4, 4)],
        id="some cannot be read, and count",
    ),
]
SHORT_PAGES = [
    pytest.param([page(3, 1, 2), page(4, 2, 3)], id="one was added before the page"),
    pytest.param([page(4, 1, 2), page(3, 3)], id="one was removed"),
    pytest.param([page(4, 1, 2), page(3, 4)], id="one was removed before the page"),
    pytest.param([page(4, 1, 2), page(4, 2, 4)], id="the order has changed"),
    pytest.param([page(4, 1, 2), page(2)], id="the rest was removed"),
    pytest.param([page(9, 1, 2), page(9, 1, 2)], id="the offset is ignored"),
    pytest.param([page(9, 1, 2), page(9)], id="the total is too large"),
]


@pytest.mark.parametrize("pages", ODD_PAGES)
async def test_odd_pages_are_not_asked_for_twice(
    client: MinutClient, cloud: Cloud, pages: list[object]
) -> None:
    cloud.says(*pages)
    listed = await client.devices()
    assert listed.is_complete
    assert ids(listed)[:1] == ["p1"]
    assert len(cloud.calls) == len(pages)


@pytest.mark.parametrize("pages", SHORT_PAGES)
async def test_pages_that_do_not_fit_together_are_asked_for_again(
    client: MinutClient, cloud: Cloud, pages: list[object]
) -> None:
    """Else a home would seem to be gone that is between two pages."""
    cloud.says(*pages, page(4, 1, 2), page(4, 3, 4))
    listed = await client.devices()
    assert listed.is_complete
    assert ids(listed) == ["p1", "p2", "p3", "p4"]


@pytest.mark.parametrize("pages", SHORT_PAGES)
async def test_a_list_that_stays_short_is_told_to_be(
    client: MinutClient, cloud: Cloud, pages: list[object]
) -> None:
    cloud.says(*pages, *pages)
    listed = await client.devices()
    assert not listed.is_complete
    assert len(ids(listed)) == len(set(ids(listed)))

    # It may be like that for ever: each poll now asks once, until the list is complete again.
    cloud.says(*pages)
    assert not (await client.devices()).is_complete
    assert len(cloud.calls) == 3 * len(pages)
    cloud.says(page(1, 1))
    assert (await client.devices()).is_complete
    cloud.says(*pages, page(1, 1))
    assert (await client.devices()).is_complete


async def test_a_short_list_of_one_kind_says_nothing_of_the_other(
    client: MinutClient, cloud: Cloud
) -> None:
    cloud.says(*[page(9), page(9)])
    assert not (await client.devices()).is_complete
    homes = {"homes": [{"home_id": "h1"}], "paging": {"total_count": 1}}
    cloud.says({"homes": [], "paging": {"total_count": 1}}, homes)
    assert (await client.homes()).is_complete


async def test_an_endless_list_comes_to_an_end(
    client: MinutClient, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MAX_PAGES", 4)
    cloud.says(
        *(page(10**9, number) for number in range(4)), *(page(10**9, number) for number in range(4))
    )
    listed = await client.devices()
    assert len(listed.items) == 4
    assert not listed.is_complete
