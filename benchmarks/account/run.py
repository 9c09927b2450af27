"""Measures one integration with one account, from its enabling to the last burst."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
import time

from benchmarks import polling
from benchmarks.account.cloud import Cloud, cloud, in_turn
from benchmarks.account.host import CORE, EMPTY, OURS, Entities, Host, Integration, home_assistant
from benchmarks.account.table import BURST, IDLE, LARGE_BURST, Burst, Figures
from benchmarks.cloud import Account
from custom_components.point.history.statistics import MEASURED
from custom_components.point.state.import_progress import FEW_DEVICES, INTERVAL_FEW, INTERVAL_MANY

CONNECTIONS = 4
DAY = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How thoroughly is measured. `settle`, `idle`: seconds; `idle` 0: not measured.

    `base`: the share of `idle` for which the process without the account is watched.
    """

    settle: float = 20
    idle: float = IDLE
    base: float = 0.25
    deliveries: int = 200
    bursts: tuple[int, ...] = (BURST, BURST, BURST, BURST, BURST, LARGE_BURST)
    page: int | None = None


QUICK = Plan(settle=1, idle=0, deliveries=20, bursts=(BURST,))


async def measure(
    integrations: tuple[Integration, ...], account: Account, plan: Plan
) -> Iterator[tuple[str, Figures]]:
    """Measure integrations one after the other, each with an account as new as the others'.

    The floor has the entities of the one before it.
    """
    found: dict[str, Figures] = {}
    entities: Entities = {}
    for integration in integrations:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory())) / "config"
            line = await stack.enter_async_context(cloud(account, page=plan.page))
            host = await stack.enter_async_context(
                home_assistant(integration, line.access, folder, entities=entities)
            )
            entities, found[integration.name] = await _measure(
                integration, account, plan, host=host, line=line
            )
    return iter(found.items())


async def _measure(
    integration: Integration, account: Account, plan: Plan, *, host: Host, line: Cloud
) -> tuple[Entities, Figures]:
    if integration is EMPTY:
        await line.register(host.webhook)
    log("  runs")
    await host.rest(plan.settle)
    base = await host.rest(plan.idle * plan.base)
    memory, cpu, others = host.memory(), host.cpu(), await host.shown()
    requests = await line.requests()
    seconds = await host.enable()
    setup_cpu = host.cpu() - cpu
    log(f"  has all entities after {seconds:.1f} s")
    await host.rest(plan.settle)
    setup_requests = await line.requests() - requests
    memory = host.memory() - memory
    requests, idle = await line.requests(), None
    if plan.idle:
        idle = (await host.rest(plan.idle) - base / plan.base) / plan.idle * IDLE
    entities = await host.registered()
    shown = await host.shown() - others
    log("  takes deliveries")
    return entities, Figures(
        entities=len(shown),
        disabled=sum(entity["disabled_by"] is not None for entity in entities.values()),
        setup_seconds=seconds,
        setup_cpu=setup_cpu,
        setup_requests=setup_requests,
        memory=memory,
        idle_cpu=idle,
        requests_a_day=_a_day(integration, account, await line.requests() - requests, plan.idle),
        latencies=await _latencies(entities, plan, host=host, line=line),
        bursts=await _bursts(plan, host=host, line=line),
    )


def _a_day(integration: Integration, account: Account, counted: int, idle: float) -> float | None:
    """Return the requests of a day: of core, as counted; of ours, as its timetable has them.

    Ours asks too seldom to be counted in minutes. With the daily pass over the history of each
    reading, without the first import.
    """
    if integration is CORE:
        return counted * DAY / idle if idle else None
    if integration is not OURS:
        return None
    passes = (
        DAY / (INTERVAL_FEW if account.points <= FEW_DEVICES else INTERVAL_MANY).total_seconds()
    )
    history = passes * account.points * len(MEASURED)
    return polling.ours(account, days=3).requests_a_day + history


async def _latencies(entities: Entities, plan: Plan, *, host: Host, line: Cloud) -> list[float]:
    """Deliver one event after the other; return the seconds until its state was written.

    When that was, Home Assistant itself tells.
    """
    latencies = []
    for point in in_turn(line.access.points, plan.deliveries):
        [sent] = await line.deliver([point], connections=1)
        latencies.append(await host.written_at(_watched(entities, point)) - sent.at)
    return latencies


def _watched(entities: Entities, point: str) -> str:
    """Return the entity that shows the event: the one for heat, or the temperature."""
    candidates = (entities[f"point.{point}-{key}"] for key in ("heat", "temperature"))
    return next(str(each["entity_id"]) for each in candidates if each["disabled_by"] is None)


async def _bursts(plan: Plan, *, host: Host, line: Cloud) -> dict[int, list[Burst]]:
    """Deliver many events at once, each burst from the Points whose turn it is."""
    bursts: dict[int, list[Burst]] = {}
    start = plan.deliveries
    for count in plan.bursts:
        points = in_turn(line.access.points, count, start=start)
        start += count
        cpu = host.cpu()
        sent = await line.deliver(points, connections=CONNECTIONS)
        cpu = host.cpu() - cpu
        seconds = max(each.at + each.seconds for each in sent) - min(each.at for each in sent)
        bursts.setdefault(count, []).append(Burst(count, seconds, cpu))
    return bursts


def log(text: str) -> None:
    """Tell the person at the terminal how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
