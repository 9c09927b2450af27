"""Alternatives of alarm commands, errors, webhooks, events and deliveries.

Sources: API notes 12 and the sections that it names.
"""

from collections.abc import Callable, Iterator

from simulator.backend.alternatives import events, objects
from simulator.backend.alternatives.model import Alternative, ApiRequest, Replacement

ALARM_PATHS = "/homes/*/alarm"
ALARM_COMMAND = frozenset({"alarm_status", "alarm_mode", "silent_alarm", "scheduled_alarm_active"})
"""Members of an alarm command that Minut's own widget sends (API notes 4.2)."""


def _is_command(request: ApiRequest) -> bool:
    return "alarm_status" in request.body


def _ignored(method: str, path: str) -> Replacement:
    """Answer an alarm command as if it had been carried out."""
    return Replacement(
        method=method, path=path, status=200, when=_is_command, body=lambda call: call.body
    )


def _for_each(
    statuses: tuple[int, ...], make: Callable[[int], Alternative], name: str
) -> Iterator[tuple[str, Alternative]]:
    return ((f"{name}_{status}", make(status)) for status in statuses)


def _retired(status: int, headers: dict[str, str]) -> Alternative:
    return Alternative(
        meaning=f"Every request is answered with {status}: this version of the API is retired.",
        replacements=[Replacement(status=status, headers=headers)],
    )


def _forbidden(path: str, status: int = 403) -> Alternative:
    return Alternative(
        meaning=f"Requests to {path} are answered with {status}.",
        replacements=[
            Replacement(path=path, status=status),
            Replacement(path=f"{path}/*", status=status),
        ],
    )


def _registration_refused(
    meaning: str, status: int, when: Callable[[ApiRequest], bool]
) -> Alternative:
    return Alternative(
        meaning=meaning,
        replacements=[Replacement(method="POST", path="/webhooks", status=status, when=when)],
    )


ALARM = {
    "alarm_upper_case": Alternative(
        meaning="The states of an alarm are in upper case.",
        objects={"home": objects.upper_case_alarm},
    ),
    "alarm_in_alarm": Alternative(
        meaning="The alarm members of a home are nested in `alarm`.",
        objects={"home": objects.alarm_in_alarm},
    ),
    "alarm_in_status": Alternative(
        meaning="The state of an alarm is `alarm.status`.",
        objects={"home": objects.alarm_in_status},
    ),
    "alarm_in_alarm_info": Alternative(
        meaning="The state of an alarm is `alarm_info.alarm_info_type`.",
        objects={"home": objects.alarm_in_alarm_info},
    ),
    **dict(
        _for_each(
            (400, 404, 405, 501),
            lambda status: Alternative(
                meaning=f"PATCH of an alarm is rejected with {status}.",
                replacements=[Replacement(method="PATCH", path=ALARM_PATHS, status=status)],
            ),
            "alarm_patch",
        )
    ),
    "alarm_patch_needs_all": Alternative(
        meaning="PATCH of an alarm is rejected with 400 unless it has all four members.",
        replacements=[
            Replacement(
                method="PATCH",
                path=ALARM_PATHS,
                status=400,
                when=lambda request: not request.body.keys() >= ALARM_COMMAND,
            )
        ],
    ),
    "alarm_patch_ignored": Alternative(
        meaning="PATCH of an alarm is accepted, but nothing happens.",
        replacements=[_ignored("PATCH", ALARM_PATHS)],
    ),
    "alarm_ignored": Alternative(
        meaning="Every alarm command is accepted, but nothing happens.",
        replacements=[_ignored(method, "/homes/*") for method in ("PATCH", "PUT")],
    ),
}
ERRORS = {
    "error_status_200": Alternative(
        meaning="Errors but 401 and 429 have the status 200.",
        statuses=dict.fromkeys((400, 403, 404, 405, 409, 501), 200),
    ),
    "homes_forbidden": _forbidden("/homes"),
    "devices_forbidden": _forbidden("/devices"),
    "events_forbidden": _forbidden("/events"),
    "webhooks_forbidden": _forbidden("/webhooks"),
    **dict(_for_each((403, 404), lambda status: _forbidden("/users", status), "users")),
    "version_retired_410": _retired(410, {}),
    "version_retired_308": _retired(308, {"Location": "/v9/"}),
}
HOOKS = {
    "hook_answer_wrapped": Alternative(
        meaning='A registered webhook is answered as {"hook": {…}}.',
        single=lambda kind, body: {kind: body} if kind == "hook" else body,
    ),
    "hook_answer_empty": Alternative(
        meaning="A registered webhook is answered without a body.",
        single=lambda kind, body: None if kind == "hook" else body,
    ),
    "hook_without_secret": Alternative(
        meaning="A registered webhook has no `hook_secret`.",
        objects={"hook": objects.without("hook_secret")},
    ),
    "hook_token_refused": _registration_refused(
        "Registering a webhook with a token is rejected with 400.",
        400,
        lambda request: "token" in request.body,
    ),
    "hook_wildcard_refused": _registration_refused(
        'Registering a webhook for "*" is rejected with 400.',
        400,
        lambda request: "*" in objects.as_list(request.body.get("events")),
    ),
    "hook_single": _registration_refused(
        "Registering a second webhook is rejected with 409.",
        409,
        lambda request: bool(request.hook_urls),
    ),
    "hook_single_per_url": _registration_refused(
        "Registering a URL twice is rejected with 409.",
        409,
        lambda request: request.body.get("url") in request.hook_urls,
    ),
    **dict(
        _for_each(
            (403, 404, 405),
            lambda status: Alternative(
                meaning=f"The list of webhooks is answered with {status}.",
                replacements=[Replacement(method="GET", path="/webhooks", status=status)],
            ),
            "hook_list",
        )
    ),
    "hook_ping_silent": Alternative(
        meaning="A ping is accepted, but no event is delivered.",
        replacements=[Replacement(method="POST", path="/webhooks/*/ping", status=200)],
    ),
}
EVENTS = {
    "delivery_bare": Alternative(
        meaning="A delivery is the event itself.", delivery=events.bare_event
    ),
    "delivery_home_event": Alternative(
        meaning="A delivery is the event itself with the names of home events.",
        delivery=events.home_event,
    ),
    "delivery_without_hook_id": Alternative(
        meaning='A delivery is {"event": {…}} without `hook_id`.',
        delivery=objects.without("hook_id"),
    ),
    "delivery_wrapped": Alternative(
        meaning='A delivery is wrapped in {"data": {…}}.',
        delivery=lambda payload: {"data": payload},
    ),
    "delivery_flat": Alternative(
        meaning="A delivery has the members of the event beside `hook_id`.", delivery=events.flat
    ),
    "delivery_list": Alternative(
        meaning="A delivery has a list `events` instead of `event`.",
        delivery=lambda payload: {"hook_id": payload["hook_id"], "events": [payload["event"]]},
    ),
    "event_type_colon": Alternative(
        meaning="Types of events have a prefix, such as `device:pir_motion`.",
        objects=dict.fromkeys(("event", "home_event"), events.with_type_prefix(":")),
    ),
    "event_type_dot": Alternative(
        meaning="Types of events have a prefix, such as `device.pir_motion`.",
        objects=dict.fromkeys(("event", "home_event"), events.with_type_prefix(".")),
    ),
    "event_type_upper_case": Alternative(
        meaning="Types of events are written in upper case.",
        objects=dict.fromkeys(("event", "home_event"), events.with_type(str.upper)),
    ),
    "event_type_hyphen": Alternative(
        meaning="Types of events have hyphens, such as `pir-motion`.",
        objects=dict.fromkeys(
            ("event", "home_event"), events.with_type(lambda kind: kind.replace("_", "-"))
        ),
    ),
    "event_time_without_zone": Alternative(
        meaning="Times of events are UTC, but do not say so.",
        objects=dict.fromkeys(("event", "home_event"), events.without_zone),
    ),
    "event_time_local": Alternative(
        meaning="Times of events are local (Europe/Stockholm), but do not say so.",
        objects=dict.fromkeys(("event", "home_event"), events.in_local_time),
    ),
    "user_events_as_home_events": Alternative(
        meaning="The list of user events has the names of home events.",
        listed={"event": events.as_home_event},
    ),
    "home_events_as_user_events": Alternative(
        meaning="The list of home events has the names of user events.",
        listed={"home_event": events.as_user_event},
    ),
    "event_start_ignored": Alternative(
        meaning="`start_at` is ignored in requests for events.",
        ignored_query={"start_at": "*/events"},
    ),
}
