"""Measures one integration with one account, from enabling it to the last burst."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cache
import os
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
import time

from benchmarks import polling
from benchmarks.account.cloud import Cloud, cloud, round_robin
from benchmarks.account.results import ROUNDS, Figures, Run
from benchmarks.account.table import BURST, IDLE, LARGE_BURST
from benchmarks.cloud import Account
from benchmarks.comparison import FEW, JUDGED
from benchmarks.comparison.command_line import log
from benchmarks.comparison.host import (
    CORE,
    EMPTY,
    OURS,
    Entities,
    Host,
    Integration,
    home_assistant,
)
from custom_components.point.history.statistics import MEASURED
from custom_components.point.state.import_progress import FEW_DEVICES, INTERVAL_FEW, INTERVAL_MANY

CONNECTIONS = 4
RECORDING = 2
"""Seconds after which the recorder, which commits each second, has written a burst."""
DAY = 86_400
IDLE_MEASURED = {(CORE, FEW), (CORE, JUDGED), (OURS, JUDGED), (EMPTY, JUDGED)}
"""What is measured idle, in the first round only: it takes as long as all other measurements."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How thoroughly to measure.

    `settle`, `idle`: seconds; `idle` 0: not measured. `base`: the share of `idle` for which the
    process is measured without the account. `waits`: whether to wait until the entities are saved
    and recorded, which would count as a cost of deliveries. `bursts`: sizes of the bursts.
    """

    rounds: int = ROUNDS
    settle: float = 3
    idle: float = IDLE
    base: float = 0.2
    waits: bool = True
    deliveries: int = 100
    bursts: tuple[int, ...] = (BURST, BURST, BURST, LARGE_BURST)
    page: int | None = None

    def idle_for(self, integration: Integration, account: Account, number: int) -> float:
        """Return the seconds to measure a process idle in a round."""
        return self.idle if number == 1 and (integration, account) in IDLE_MEASURED else 0


QUICK = Plan(rounds=1, settle=1, idle=0, waits=False, deliveries=20, bursts=(BURST,))


def order(integrations: Sequence[Integration], number: int) -> list[Integration]:
    """Return the integrations in the order of a round (from 1): each comes first in turn."""
    first = (number - 1) % len(integrations)
    return [*integrations[first:], *integrations[:first]]


async def measure(
    integrations: tuple[Integration, ...], account: Account, plan: Plan
) -> AsyncIterator[Run]:
    """Yield each run of all rounds as soon as it ended: a new account and a new process.

    The floor has the entities that this integration had in the run before.
    """
    entities: Entities = {}
    for number in range(1, plan.rounds + 1):
        for integration in order(integrations, number):
            log(f"{account.name}, round {number}, {integration.name}")
            load, busy, own, began = os.getloadavg()[0], _busy(), _own(), time.monotonic()
            found, figures = await _run(integration, account, plan, number, entities)
            others = (_busy() - busy - (_own() - own)) / (time.monotonic() - began)
            if integration is OURS:
                entities = found
            yield Run(
                account=account,
                integration=integration.name,
                round=number,
                load=round(load, 2),
                others=round(max(0.0, others), 3),
                figures=figures,
            )


def _busy() -> float:
    """Return the CPU seconds that all programs have used on this machine."""
    times = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _wait, irq, soft_irq, steal, *_ = map(int, times)
    return sum((user, nice, system, irq, soft_irq, steal)) / os.sysconf("SC_CLK_TCK")


def _own() -> float:
    """Return the CPU seconds of this process and its children that have ended."""
    return sum(os.times()[:4])


async def _run(
    integration: Integration, account: Account, plan: Plan, number: int, entities: Entities
) -> tuple[Entities, Figures]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory())) / "config"
        minut = await stack.enter_async_context(cloud(account, page=plan.page))
        host = await stack.enter_async_context(
            home_assistant(integration, minut.access, folder, entities=entities)
        )
        idle = plan.idle_for(integration, account, number)
        return await _measure(integration, account, plan, idle, host=host, minut=minut)


async def _measure(
    integration: Integration,
    account: Account,
    plan: Plan,
    idle_seconds: float,
    *,
    host: Host,
    minut: Cloud,
) -> tuple[Entities, Figures]:
    if integration.written:  # the floor does not register a webhook
        await minut.register(host.webhook)
    await host.rest(plan.settle)
    base = await host.rest(idle_seconds * plan.base)
    memory, cpu = host.memory(), host.cpu()
    requests, began = await minut.requests(), time.time()
    seconds = await host.enable()
    log(f"  all entities added after {seconds:.1f} s")
    await host.rest(plan.settle)
    setup_cpu = host.cpu() - cpu
    setup_requests = await minut.requests() - requests
    memory = host.memory() - memory
    if plan.waits:
        await host.wait_until_idle(began)
    requests, idle = await minut.requests(), None
    if idle_seconds:
        idle = (await host.rest(idle_seconds) - base / plan.base) / idle_seconds * IDLE
    counted = await minut.requests() - requests
    entities = await host.registered()
    disabled = sum(entity["disabled_by"] is not None for entity in entities.values())
    latencies = await _latencies(entities, plan, host=host, minut=minut)
    bursts = await _bursts(plan, host=host, minut=minut)
    burst, large = bursts[BURST], bursts.get(LARGE_BURST)
    return entities, Figures(
        entities=len(entities) - disabled,
        disabled=disabled,
        setup_seconds=seconds,
        setup_cpu=setup_cpu,
        setup_requests=setup_requests,
        memory=memory,
        idle_cpu=idle,
        requests_a_day=_requests_a_day(integration, account, counted, idle_seconds),
        latency=median(latencies),
        latency_99=quantiles(latencies, n=100, method="inclusive")[-1],
        burst_seconds=median(seconds for seconds, _ in burst),
        burst_cpu=median(cpu for _, cpu in burst),
        large_burst_seconds=median(seconds for seconds, _ in large) if large else None,
        large_burst_cpu=median(cpu for _, cpu in large) if large else None,
    )


def _requests_a_day(
    integration: Integration, account: Account, counted: int, idle: float
) -> float | None:
    """Return the requests per day: core's extrapolated from `counted`, ours from the schedule.

    Core polls each minute. Ours are too rare to be counted in minutes. They include the regular
    passes over the history of each reading, but not the first import.
    """
    if integration is CORE:
        return counted * DAY / idle if idle else None
    return _scheduled(account) if integration is OURS else None


@cache
def _scheduled(account: Account) -> float:
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


async def _bursts(plan: Plan, *, host: Host, minut: Cloud) -> dict[int, list[tuple[float, float]]]:
    """Deliver many events at once, with the Points in rotation.

    Return, by size, the seconds to the last answer and the CPU seconds of each burst, including the
    recorder.
    """
    bursts: dict[int, list[tuple[float, float]]] = {}
    start = plan.deliveries
    for count in plan.bursts:
        points = round_robin(minut.access.points, count, start=start)
        start += count
        cpu = host.cpu()
        sent = await minut.deliver(points, connections=CONNECTIONS)
        await host.rest(RECORDING)
        cpu = host.cpu() - cpu
        seconds = max(each.at + each.seconds for each in sent) - min(each.at for each in sent)
        bursts.setdefault(count, []).append((seconds, cpu))
    return bursts
