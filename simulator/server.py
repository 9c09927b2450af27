"""The network side: every request to the API goes through here, in this order.

What is due happens; a fault may spoil the request; the token is checked; the limits count; the
endpoint answers; the request is noted.
"""

from asyncio import sleep
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
import json

from aiohttp import web

from simulator.api import devices, events, guests, homes, oauth, users, webhooks
from simulator.api.call import Call, Reply, Route
from simulator.backend.faults import Fault
from simulator.backend.tokens import Grant
from simulator.behaviour.household import Household
from simulator.page.page import add_page
from simulator.wire import Json, JsonObject, Refusal, bad_request

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
KEPT = 100_000
"""Requests that are remembered at most; a long run forgets the oldest half."""

type Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was answered."""

    time: datetime
    method: str
    path: str
    """Below the API root, such as `/devices`."""
    query: dict[str, str]
    body: Json
    """Parsed JSON, the fields of a form, or the text."""
    status: int | None
    """None: no answer was sent."""
    user_id: str | None


class Server:
    """Serves the API and the page on one port."""

    def __init__(self, cloud: Household, host: str, port: int) -> None:
        self._cloud = cloud
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self.requests: list[Request] = []

    @property
    def address(self) -> str:
        """The address of the page, such as `http://127.0.0.1:43211/`."""
        return f"http://{self._host}:{self._port}/"

    async def start(self) -> None:
        """Listen; port 0 becomes a free one, which a later start keeps."""
        app = web.Application()
        add_page(app, self._cloud, lambda: self.requests)
        app.add_subapp(ROOT, self._api())
        # A client that gives up takes its hanging request with it.
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """End what hangs, and stop listening."""
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
        """Let happen what is due, apply faults, turn refusals into answers, take notes."""
        self._cloud.catch_up()
        path = request.path.removeprefix(ROOT)
        grant = self._grant(request)
        body = await _body(request)
        status: int | None = None
        try:
            fault = self._cloud.faults.take(request.method, path)
            response = await self._respond(request, handler, fault)
            status = None if fault and fault.is_silent else response.status
        finally:
            user_id = grant.user_id if grant else None
            self._note(request, path, body, status, user_id)
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
                return _hang_up(request)
        if fault and fault.turn:
            self._cloud.world.turn()
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
            return await _send_half(request, response)
        return response

    async def _answer(self, request: web.Request, handler: Next) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            reply = Reply(refusal.body, refusal.status, _headers(refusal, self._cloud))
        except web.HTTPNotFound:
            reply = Reply({"error": "not_found", "message": "no such endpoint"}, 404)
        except web.HTTPMethodNotAllowed:
            reply = Reply({"error": "method_not_allowed", "message": "not here"}, 405)
        if self._cloud.switches.html_errors:
            sentence = f"<html><body><h1>{reply.status}</h1></body></html>"
            reply = Reply(None, reply.status, reply.headers, sentence)
        return _to_response(reply)

    def _endpoint(self, route: Route) -> Next:
        async def handle(request: web.Request) -> web.StreamResponse:
            grant = self._grant(request)
            account = self._cloud.world.accounts.get(grant.user_id) if grant else None
            if grant is None or account is None:
                status = self._cloud.switches.expired_token_status
                raise Refusal(status, "unauthorized", "missing, unknown or expired token")
            await self._limit(grant)
            if self._cloud.switches.refuse_api:
                raise Refusal(403, "forbidden", "the plan has no API access")
            if route.permission and route.permission not in grant.permissions:
                raise Refusal(403, "forbidden", f"the user did not grant {route.permission}")
            call = Call(
                self._cloud,
                account,
                dict(request.match_info),
                dict(request.query),
                await _json_object(request),
            )
            return _to_response(route.handler(call))

        return handle

    def _oauth_endpoint(self, handler: Callable[[oauth.Form], Reply]) -> Next:
        async def handle(request: web.Request) -> web.StreamResponse:
            posted = await request.post()
            is_json = request.content_type == "application/json"
            members = await _json_object(request) if is_json else posted
            fields = {name: value for name, value in members.items() if isinstance(value, str)}
            ticked = [str(value) for value in posted.getall("permission", [])]
            header = request.headers.get("Authorization", "")
            return _to_response(
                handler(oauth.Form(self._cloud, request.query, fields, is_json, ticked, header))
            )

        return handle

    def _grant(self, request: web.Request) -> Grant | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self._cloud.tokens.grant_of(token, self._cloud.time())

    async def _limit(self, grant: Grant) -> None:
        """Count the request; throttle and refuse only when told to (API notes 1)."""
        within, delay = self._cloud.limits.ask(grant.user_id, self._cloud.time())
        if not self._cloud.switches.enforce_limits:
            return
        if not within:
            raise Refusal(429, "too_many_requests", "Too many requests")
        if self._cloud.switches.real_delays and delay:
            await sleep(delay)

    def _note(
        self, request: web.Request, path: str, body: Json, status: int | None, user_id: str | None
    ) -> None:
        if len(self.requests) >= KEPT:
            del self.requests[: KEPT // 2]
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


def _headers(refusal: Refusal, cloud: Household) -> dict[str, str]:
    seconds = cloud.switches.retry_after
    return {"Retry-After": str(seconds)} if refusal.status == 429 and seconds is not None else {}


def _to_response(reply: Reply) -> web.Response:
    if reply.html is not None:
        return web.Response(
            text=reply.html,
            status=reply.status,
            headers=reply.headers,
            content_type="text/html",
        )
    if reply.body is None:
        return web.Response(status=reply.status, headers=reply.headers)
    return web.json_response(reply.body, status=reply.status, headers=reply.headers)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _send_half(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Promise the whole answer, send half of it, close."""
    content = whole.body if isinstance(whole.body, bytes) else b""
    half = web.StreamResponse(status=whole.status, headers=whole.headers)
    half.content_length = len(content)
    await half.prepare(request)
    await half.write(content[: len(content) // 2])
    if request.transport:
        request.transport.close()
    return half


async def _body(request: web.Request) -> Json:
    """Read the body for the notes, whatever it is."""
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return {name: str(value) for name, value in (await request.post()).items()}
    text = await request.text()
    if not text:
        return None
    try:
        parsed: Json = json.loads(text)
    except ValueError:
        return text
    return parsed


async def _json_object(request: web.Request) -> JsonObject:
    """Read the body for an endpoint; a form on GET is not looked at (API notes 1)."""
    if request.method in {"GET", "DELETE"} or not request.body_exists:
        return {}
    body = await _body(request)
    if request.content_type != "application/json" or not isinstance(body, dict):
        raise bad_request("the body must be a JSON object")
    return body
