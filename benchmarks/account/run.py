"""Measures one integration with one account, from enabling it to the last burst."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
import time

from benchmarks import polling
from benchmarks.account.cloud import Cloud, cloud, round_robin
from benchmarks.account.host import CORE, EMPTY, OURS, Entities, Host, Integration, home_assistant
from benchmarks.account.table import BURST, IDLE, LARGE_BURST, Burst, Figures
from benchmarks.cloud import Account
from custom_components.point.history.statistics import MEASURED
from custom_components.point.state.import_progress import FEW_DEVICES, INTERVAL_FEW, INTERVAL_MANY

CONNECTIONS = 4
DAY = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How thoroughly to measure.

    `settle`, `idle`: seconds; `idle` 0: not measured. `base`: the share of `idle` for which the
    process is measured without the account.
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
    """Measure integrations one after the other, each with a new account.

    The floor has the entities of the integration before it.
    """
    results: dict[str, Figures] = {}
    entities: Entities = {}
    for integration in integrations:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory())) / "config"
            minut = await stack.enter_async_context(cloud(account, page=plan.page))
            host = await stack.enter_async_context(
                home_assistant(integration, minut.access, folder, entities=entities)
            )
            entities, results[integration.name] = await _measure(
                integration, account, plan, host=host, minut=minut
            )
    return iter(results.items())


async def _measure(
    integration: Integration, account: Account, plan: Plan, *, host: Host, minut: Cloud
) -> tuple[Entities, Figures]:
    if integration is EMPTY:
        await minut.register(host.webhook)
    log("  running")
    await host.rest(plan.settle)
    base = await host.rest(plan.idle * plan.base)
    memory, cpu, others = host.memory(), host.cpu(), await host.with_state()
    requests = await minut.requests()
    seconds = await host.enable()
    setup_cpu = host.cpu() - cpu
    log(f"  all entities added after {seconds:.1f} s")
    await host.rest(plan.settle)
    setup_requests = await minut.requests() - requests
    memory = host.memory() - memory
    requests, idle = await minut.requests(), None
    if plan.idle:
        idle = (await host.rest(plan.idle) - base / plan.base) / plan.idle * IDLE
    entities = await host.registered()
    enabled = await host.with_state() - others
    log("  delivering events")
    return entities, Figures(
        entities=len(enabled),
        disabled=sum(entity["disabled_by"] is not None for entity in entities.values()),
        setup_seconds=seconds,
        setup_cpu=setup_cpu,
        setup_requests=setup_requests,
        memory=memory,
        idle_cpu=idle,
        requests_a_day=_requests_a_day(
            integration, account, await minut.requests() - requests, plan.idle
        ),
        latencies=await _latencies(entities, plan, host=host, minut=minut),
        bursts=await _bursts(plan, host=host, minut=minut),
    )


def _requests_a_day(
    integration: Integration, account: Account, counted: int, idle: float
) -> float | None:
    """Return the requests per day: core's extrapolated from `counted`, ours from the schedule.

    Ours are too rare to be counted in minutes. They include the regular passes over the history of
    each reading, but not the first import.
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


async def _latencies(entities: Entities, plan: Plan, *, host: Host, minut: Cloud) -> list[float]:
    """Deliver events one by one. Return the seconds from each to its state being written.

    The time of writing is Home Assistant's own.
    """
    latencies = []
    for point in round_robin(minut.access.points, plan.deliveries):
        [sent] = await minut.deliver([point], connections=1)
        latencies.append(await host.written_at(_event_entity(entities, point)) - sent.at)
    return latencies


def _event_entity(entities: Entities, point: str) -> str:
    """Return the enabled entity that shows the event: the one for heat, or the temperature."""
    candidates = (entities[f"point.{point}-{key}"] for key in ("heat", "temperature"))
    return next(str(entity["entity_id"]) for entity in candidates if entity["disabled_by"] is None)


async def _bursts(plan: Plan, *, host: Host, minut: Cloud) -> dict[int, list[Burst]]:
    """Deliver many events at once, with the Points in rotation."""
    bursts: dict[int, list[Burst]] = {}
    start = plan.deliveries
    for count in plan.bursts:
        points = round_robin(minut.access.points, count, start=start)
        start += count
        cpu = host.cpu()
        sent = await minut.deliver(points, connections=CONNECTIONS)
        cpu = host.cpu() - cpu
        seconds = max(each.at + each.seconds for each in sent) - min(each.at for each in sent)
        bursts.setdefault(count, []).append(Burst(count, seconds, cpu))
    return bursts


def log(text: str) -> None:
    """Print progress to the terminal."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
