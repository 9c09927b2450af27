"""The HTTP server of the API and the page.

Every request to the API is processed in this order: due actions run; a fault may apply; the token
is checked; the rate limits count; the endpoint answers; the request is recorded.
"""

from asyncio import sleep
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from inspect import isawaitable

from aiohttp import web

from simulator.api import devices, events, guests, homes, oauth, users, webhooks
from simulator.api.call import Call, Reply, Route
from simulator.backend.alternatives import ApiRequest
from simulator.backend.alternatives.objects import as_object
from simulator.backend.faults import Fault
from simulator.backend.tokens import Grant
from simulator.behaviour.actions import InteractiveCloud
from simulator.formats import ApiError, Json, JsonObject
from simulator.page.views import add_page
from simulator.responses import hang_up, read_body, read_object, send_half, to_response
from simulator.world.world import Account

ROOT = "/v8"
ROUTES: tuple[Route, ...] = (
    *users.ROUTES,
    *devices.ROUTES,
    *homes.ROUTES,
    *guests.ROUTES,
    *events.ROUTES,
    *webhooks.ROUTES,
)
OAUTH: tuple[tuple[str, str, Callable[[oauth.Form], Reply]], ...] = (
    ("GET", "/oauth/authorize", oauth.authorize),
    ("POST", "/oauth/authorize", oauth.decide),
    ("POST", "/oauth/token", oauth.issue_token),
    ("POST", "/oauth/revoke", oauth.revoke),
)
MAX_REQUESTS = 100_000
"""Maximum number of recorded requests; beyond it the oldest half is dropped."""

type Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Request:
    """A recorded request."""

    time: datetime
    method: str
    path: str
    """Path relative to the API root, such as `/devices`."""
    query: dict[str, str]
    body: Json
    """Parsed JSON, the fields of a form, or text."""
    status: int | None
    """Status of the answer; None: no answer was sent."""
    user_id: str | None


class Server:
    """Serves the API and the web page on one port."""

    def __init__(
        self, cloud: InteractiveCloud, host: str, port: int, home_assistant: str | None
    ) -> None:
        self._cloud = cloud
        self._home_assistant = home_assistant
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self.requests: list[Request] = []

    @property
    def address(self) -> str:
        """URL of the page, such as `http://127.0.0.1:43211/`."""
        return f"http://{self._host}:{self._port}/"

    async def start(self) -> None:
        """Start to listen. Port 0 becomes a free port, which a later start reuses."""
        app = web.Application()
        add_page(app, self._cloud, lambda: self.requests, self._home_assistant)
        app.add_subapp(ROOT, self._api())
        # A hanging request ends when its client disconnects.
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Release hanging requests and stop listening."""
        self._cloud.faults.release()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def _api(self) -> web.Application:
        api = web.Application(middlewares=[self._guard])
        for route in ROUTES:
            api.router.add_route(route.method, route.path, self._endpoint(route))
        for method, path, handler in OAUTH:
            api.router.add_route(method, path, self._oauth_endpoint(handler))
        return api

    @web.middleware
    async def _guard(self, request: web.Request, handler: Next) -> web.StreamResponse:
        """Run due actions, apply faults, convert errors to answers, record the request."""
        self._cloud.catch_up()
        path = request.path.removeprefix(ROOT)
        grant = self._grant(request)
        body = await read_body(request)
        status: int | None = None
        try:
            fault = self._cloud.faults.take(request.method, path)
            response = await self._respond(request, handler, fault)
            status = None if fault and fault.is_silent else response.status
        finally:
            user_id = grant.user_id if grant else None
            self._record(request, path, body, status, user_id)
        if not response.prepared:
            is_told = self._cloud.switches.date
            now = self._cloud.time()
            response.headers["Date"] = format_datetime(now, usegmt=True) if is_told else "none"
        return response

    async def _respond(
        self, request: web.Request, handler: Next, fault: Fault | None
    ) -> web.StreamResponse:
        if fault:
            if fault.swallow:
                await self._answer(request, handler)
            fault.met.set()
            if fault.hang or fault.swallow:
                await fault.released.wait()
            if fault.is_silent:
                return hang_up(request)
        if fault and fault.rotate:
            self._cloud.world.rotate_lists()
        if fault and fault.status is not None:
            response: web.StreamResponse = web.Response(
                status=fault.status,
                text=fault.body,
                content_type=fault.content_type,
                headers=fault.headers,
            )
        else:
            response = await self._answer(request, handler)
            if fault and fault.content_type:
                response.content_type = fault.content_type
        if fault and fault.truncate and isinstance(response, web.Response):
            return await send_half(request, response)
        return response

    async def _answer(self, request: web.Request, handler: Next) -> web.StreamResponse:
        try:
            return await handler(request)
        except ApiError as error:
            reply = Reply(error.body, self._status(request, error), _headers(error, self._cloud))
        except web.HTTPNotFound:
            reply = Reply({"error": "not_found", "message": "no such endpoint"}, 404)
        except web.HTTPMethodNotAllowed:
            reply = Reply({"error": "method_not_allowed", "message": "method not allowed"}, 405)
        if self._cloud.switches.html_errors:
            page = f"<html><body><h1>{reply.status}</h1></body></html>"
            reply = Reply(None, reply.status, reply.headers, page)
        return to_response(reply)

    def _status(self, request: web.Request, error: ApiError) -> int:
        if request.path.startswith(f"{ROOT}/oauth"):
            return error.status
        return self._cloud.alternatives.status(error.status)

    def _endpoint(self, route: Route) -> Next:
        async def handle(request: web.Request) -> web.StreamResponse:
            grant = self._grant(request)
            account = self._cloud.world.accounts.get(grant.user_id) if grant else None
            if grant is None or account is None:
                status = self._cloud.switches.expired_token_status
                raise ApiError(status, "unauthorized", "missing, unknown or expired token")
            await self._limit(grant)
            if self._cloud.switches.refuse_api:
                raise ApiError(403, "forbidden", "the plan has no API access")
            if route.permission and route.permission not in grant.permissions:
                raise ApiError(403, "forbidden", f"the user did not grant {route.permission}")
            alternatives = self._cloud.alternatives
            asked = self._api_request(request, await read_object(request), account)
            if replaced := self._replaced(asked):
                return to_response(replaced)
            call = Call(
                self._cloud,
                account,
                alternatives.original_texts(request.match_info),
                alternatives.original_texts(asked.query),
                as_object(alternatives.original(asked.body)),
            )
            reply = route.handler(call)
            if isawaitable(reply):
                reply = await reply
            body = alternatives.answer(route.kind, asked, reply.body)
            return to_response(replace(reply, body=body))

        return handle

    def _oauth_endpoint(self, handler: Callable[[oauth.Form], Reply]) -> Next:
        async def handle(request: web.Request) -> web.StreamResponse:
            asked = self._api_request(request, {})
            if replaced := self._replaced(asked):
                return to_response(replaced)
            posted = await request.post()
            is_json = request.content_type == "application/json"
            members = await read_object(request) if is_json else posted
            fields = {name: value for name, value in members.items() if isinstance(value, str)}
            ticked = [str(value) for value in posted.getall("permission", [])]
            header = request.headers.get("Authorization", "")
            reply = handler(oauth.Form(self._cloud, request.query, fields, is_json, ticked, header))
            body = self._cloud.alternatives.answer("token", asked, reply.body)
            return to_response(replace(reply, body=body))

        return handle

    def _api_request(
        self, request: web.Request, body: JsonObject, account: Account | None = None
    ) -> ApiRequest:
        path = request.path.removeprefix(ROOT)
        hooks = self._cloud.webhooks.all.values()
        return ApiRequest(
            method=request.method,
            path=path,
            query=self._cloud.alternatives.query(path, request.query),
            body=body,
            hook_urls=[hook.url for hook in hooks if account and hook.user_id == account.user_id],
        )

    def _replaced(self, request: ApiRequest) -> Reply | None:
        """Return the answer of an alternative that replaces the endpoint. Raise its errors."""
        found = self._cloud.alternatives.replacement(request)
        if found and found.status >= HTTPStatus.BAD_REQUEST:
            raise ApiError(found.status, HTTPStatus(found.status).name.lower(), "not supported")
        return Reply(found.body(request), found.status, dict(found.headers)) if found else None

    def _grant(self, request: web.Request) -> Grant | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self._cloud.tokens.grant_of(token, self._cloud.time())

    async def _limit(self, grant: Grant) -> None:
        """Count the request. Throttle and reject it only if enforced (API notes 1)."""
        within, delay = self._cloud.limits.ask(grant.user_id, self._cloud.time())
        if not self._cloud.switches.enforce_limits:
            return
        if not within:
            raise ApiError(429, "too_many_requests", "Too many requests")
        if self._cloud.switches.real_delays and delay:
            await sleep(delay)

    def _record(
        self, request: web.Request, path: str, body: Json, status: int | None, user_id: str | None
    ) -> None:
        if len(self.requests) >= MAX_REQUESTS:
            del self.requests[: MAX_REQUESTS // 2]
        self.requests.append(
            Request(
                self._cloud.time(),
                request.method,
                path,
                dict(request.query),
                body,
                status,
                user_id,
            )
        )


def _headers(error: ApiError, cloud: InteractiveCloud) -> dict[str, str]:
    seconds = cloud.switches.retry_after
    return {"Retry-After": str(seconds)} if error.status == 429 and seconds is not None else {}
