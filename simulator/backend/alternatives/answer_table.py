"""Alternatives of lists, objects and values in answers.

Sources: API notes 12 and the sections that it names. Alternatives of lists are applied in this
order; a bare list therefore comes last.
"""

from simulator.backend.alternatives import leaves, lists, objects, readings
from simulator.backend.alternatives.model import Alternative, ApiRequest, Replacement

WRAPPED = frozenset({"device", "home", "hook", "guest", "user"})
"""Kinds of single objects that can have a wrapper."""


def _exceeds_50(request: ApiRequest) -> bool:
    limit = request.query.get("limit", "")
    return limit.isdecimal() and int(limit) > 50


LISTS = {
    "paging_none": Alternative(
        meaning="Lists say nothing about paging.", lists=lists.paging_as(lists.no_paging)
    ),
    "paging_total": Alternative(
        meaning="Lists have `total` instead of `paging`.", lists=lists.paging_as(lists.total)
    ),
    "paging_meta_total": Alternative(
        meaning="Lists have `meta.total` instead of `paging`.",
        lists=lists.paging_as(lists.total_in_meta),
    ),
    "paging_has_more": Alternative(
        meaning="Lists have `has_more` instead of `paging`.", lists=lists.paging_as(lists.has_more)
    ),
    "paging_next": Alternative(
        meaning="Lists have `next`, a URL or null, instead of `paging`.",
        lists=lists.paging_as(lists.next_url),
    ),
    "limit_refused": Alternative(
        meaning="Requests with `limit` are rejected with 400.",
        replacements=[Replacement(status=400, when=lambda request: "limit" in request.query)],
    ),
    "limit_above_50_refused": Alternative(
        meaning="Requests with a `limit` above 50 are rejected with 400.",
        replacements=[Replacement(status=400, when=_exceeds_50)],
    ),
    "list_null": Alternative(meaning="Empty lists are null.", lists=lists.null_list),
    "list_named_items": Alternative(
        meaning="Every list is named `items`.", lists=lists.list_named("items")
    ),
    "list_named_data": Alternative(
        meaning="Every list is named `data`.", lists=lists.list_named("data")
    ),
    "list_nested": Alternative(
        meaning="Answers with a list are nested in `data`.", lists=lists.nested_list
    ),
    "list_bare": Alternative(meaning="Lists are sent without a wrapper.", lists=lists.bare_list),
    "home_list_summaries": Alternative(
        meaning="The list of homes has only ids and names.",
        listed={"home": objects.only("home_id", "name")},
    ),
    "home_list_without_alarm": Alternative(
        meaning="The list of homes has no alarm members.",
        listed={"home": objects.without(*objects.ALARM_MEMBERS)},
    ),
    "device_list_summaries": Alternative(
        meaning="The list of devices has only ids, names and homes.",
        listed={"device": objects.only("device_id", "description", "home", "home_id")},
    ),
    "device_list_without_values": Alternative(
        meaning="The list of devices has no readings and no battery.",
        listed={"device": objects.without("latest_sensor_values", "battery")},
    ),
}
OBJECTS = {
    "object_wrapped": Alternative(
        meaning='Single objects are wrapped, such as {"device": {…}}.',
        single=lambda kind, body: {kind: body} if kind in WRAPPED else body,
    ),
    "id_plain": Alternative(
        meaning="The id of an object is named `id`.",
        objects={kind: objects.rename(**{name: "id"}) for kind, name in objects.OWN_ID.items()}
        | {"home": objects.home_with_plain_ids},
    ),
    "reference_objects": Alternative(
        meaning='References are objects, such as "owner": {"user_id": …}.',
        objects={
            "device": objects.device_with_reference_objects,
            "event": objects.references_as_objects,
            "home_event": objects.references_as_objects,
        },
    ),
    "reference_ids": Alternative(
        meaning="Lists of references are lists of ids.",
        objects={"home": objects.home_with_id_lists},
    ),
    "id_number": Alternative(meaning="Ids are numbers.", leaf=leaves.id_as_number),
    "id_uuid": Alternative(meaning="Ids are UUIDs.", leaf=leaves.id_as_uuid),
    "number_as_text": Alternative(meaning="Numbers are text.", leaf=leaves.number_as_text),
    "time_unix_seconds": Alternative(meaning="Times are Unix seconds.", leaf=leaves.unix_time(1)),
    "time_unix_milliseconds": Alternative(
        meaning="Times are Unix milliseconds.", leaf=leaves.unix_time(1000)
    ),
    "device_online": Alternative(
        meaning="Devices have `online` instead of `offline`.",
        objects={"device": objects.online_for_offline},
    ),
    "unit_fahrenheit": Alternative(
        meaning="Temperatures are in °F and name their unit.",
        objects={
            "device": readings.device_in_fahrenheit,
            "series": readings.series_in_fahrenheit,
            "event": readings.event_in_fahrenheit,
            "home_event": readings.event_in_fahrenheit,
        },
    ),
    "unit_hectopascal": Alternative(
        meaning="Pressures are in hPa and name their unit.",
        objects={
            "device": readings.device_in_hectopascal,
            "series": readings.series_in_hectopascal,
        },
    ),
    "reading_bare": Alternative(
        meaning="Readings are plain values without a time.",
        objects={"device": readings.bare_readings},
    ),
    "reading_without_time": Alternative(
        meaning="Readings have no time.", objects={"device": readings.readings_without_time}
    ),
    "reading_time_unreadable": Alternative(
        meaning="The time of readings is not a timestamp.",
        objects={"device": readings.readings_with_unreadable_time},
    ),
}
