"""Endpoints of webhooks (API notes 6.1 and 6.2)."""

from simulator.api.call import Call, Reply, Route, page
from simulator.backend.hooks import Hook
from simulator.formats import JsonObject, bad_request, not_found
from simulator.world.events import Event


async def _register(call: Call) -> Reply:
    url, events = call.text("url"), call.body.get("events")
    if not url:
        raise bad_request("url is required")
    if not isinstance(events, list) or not all(isinstance(name, str) for name in events):
        raise bad_request("events must be a list of names")
    names = tuple(str(name) for name in events)
    await call.cloud.webhooks.check_url(url)
    hook = call.cloud.webhooks.register(
        call.account.user_id, url, names, call.text("token") or None
    )
    return Reply(hook.as_json(secret=True), 201)


def _list_hooks(call: Call) -> Reply:
    switches = call.cloud.switches
    hooks = [
        hook for hook in call.cloud.webhooks.all.values() if hook.user_id == call.account.user_id
    ]
    chosen, paging = page(call, hooks, switches.default_page_size, switches.max_page_size)
    body: JsonObject = {
        "hooks": [hook.as_json(secret=switches.secret_in_hook_lists) for hook in chosen]
    }
    return Reply(body | {"paging": paging} if switches.paging_info else body)


def _delete_hook(call: Call) -> Reply:
    call.cloud.webhooks.remove(_hook(call).hook_id)
    status = call.cloud.switches.delete_hook_status
    return Reply(None, status) if status == 204 else Reply({}, status)


def _ping_hook(call: Call) -> Reply:
    """Deliver a sample event of type `ping`; what Minut's looks like is unknown."""
    if not call.cloud.switches.webhook_ping:
        raise not_found("endpoint")
    hook = _hook(call)
    sample = Event(
        id=call.cloud.world.ids.digits("event"),
        type="ping",
        created_at=call.cloud.time(),
        user_id=hook.user_id,
    )
    call.cloud.webhooks.deliver(hook, sample)
    return Reply({})


def _hook(call: Call) -> Hook:
    hook = call.cloud.webhooks.all.get(call.path["hook_id"])
    if hook is None or hook.user_id != call.account.user_id:
        raise not_found("webhook")
    return hook


ROUTES = (
    Route("POST", "/webhooks", _register, "events", "hook"),
    Route("GET", "/webhooks", _list_hooks, "events", "hooks"),
    Route("DELETE", "/webhooks/{hook_id}", _delete_hook, "events"),
    Route("POST", "/webhooks/{hook_id}/ping", _ping_hook, "events"),
)
