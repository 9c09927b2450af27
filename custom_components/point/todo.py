"""To-do list of an account: what needs attention."""

import logging
from typing import Final, override

from homeassistant.components.todo import (
    TodoItem,
    TodoItemStatus,
    TodoListEntity,
    TodoListEntityFeature,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import SIGNAL_STATE, PointCoordinator
from .data import PointConfigEntry
from .entity import PointAccountEntity, PointEntityDescription, add_for_each
from .errors import invalid
from .registry.entity_limit import Tier
from .state.account import AccountState
from .state.push import PushState
from .state.todo import Row, Task, TodoList
from .texts import texts

_LOGGER = logging.getLogger(__name__)

PARALLEL_UPDATES = 0

UPDATE_COOLDOWN: Final = 5
"""Minimum seconds between two updates of an account that changes."""
MAX_NAMES: Final = 3
"""Maximum number of homes that a row of the whole account names."""

NEEDS_A_HAND = PointEntityDescription[AccountState](
    key="needs_a_hand",
    tier=Tier.ACCOUNT,
    # Keep it from voice assistants: it names other homes, and a guest could check items off.
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the to-do list of the account."""
    coordinator = entry.runtime_data.coordinator
    add_for_each(coordinator, async_add_entities, NeedsAHand, [NEEDS_A_HAND])


class NeedsAHand(PointAccountEntity, TodoListEntity):
    """What needs attention. Items come and go by themselves, and can be checked off until then."""

    _attr_supported_features = TodoListEntityFeature.UPDATE_TODO_ITEM

    def __init__(
        self,
        coordinator: PointCoordinator,
        key: str,
        description: PointEntityDescription[AccountState],
    ) -> None:
        super().__init__(coordinator, key, description)
        self._list = TodoList()
        coordinator.store.async_add(self._list, "todo")

        self._update_soon = Debouncer(
            coordinator.hass,
            _LOGGER,
            cooldown=UPDATE_COOLDOWN,
            immediate=True,
            function=self._update,
        )

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._update_soon.async_shutdown)

        @callback
        def on_change(coordinator: PointCoordinator, _keys: frozenset[str]) -> None:
            if coordinator is self.coordinator:
                self._update_soon.async_schedule_call()

        self.async_on_remove(async_dispatcher_connect(self.hass, SIGNAL_STATE, on_change))
        self._update(is_first=True)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Update the items when push starts or stops working."""
        self._update_soon.async_schedule_call()

    @callback
    def _update(self, *, is_first: bool = False) -> None:
        """Update the items. A poll adds battery levels, which are stored with the next change."""
        self._list.batteries.forget(self.coordinator.devices.is_gone)
        push = self.coordinator.push.state
        is_changed = self._list.update(
            self.coordinator.data,
            dt_util.now(),
            push_works=None if push is PushState.UNKNOWN else push is PushState.WORKING,
        )
        if is_changed or is_first:
            self._show()

    @property  # not cached
    @override
    def todo_items(self) -> list[TodoItem]:
        """Return the rows, in the language that the system has now."""
        return [self._item(row) for row in self._list.rows]

    @callback
    def _show(self) -> None:
        self.coordinator.store.save_soon()
        self.async_write_ha_state()

    @override
    async def async_update_todo_item(self, item: TodoItem) -> None:
        """Check an item off, or the reverse. Its text cannot be changed."""
        is_done = item.status == TodoItemStatus.COMPLETED
        if not self._list.check(item.uid or "", dt_util.now(), is_done=is_done):
            raise invalid("todo_item_gone")
        self._show()

    def _item(self, row: Row) -> TodoItem:
        devices, words = self.coordinator.devices, texts(self.hass, "todo")
        since = dt_util.as_local(row.since) if row.since else None
        values = {
            "points": ", ".join(sorted(devices.name(need.key) or "" for need in row.needs)),
            "home": self._home(row),
            "since": f"{since:%Y-%m-%d %H:%M}" if since else "?",
        }
        kind = "charge_low" if row.task is Task.CHARGE and row.due is None else row.task
        return TodoItem(
            uid=row.uid,
            summary=words[row.task].format_map(values),
            description=words[f"{kind}_description"].format_map(values),
            due=row.due,
            status=TodoItemStatus.COMPLETED if row.is_done else TodoItemStatus.NEEDS_ACTION,
        )

    def _home(self, row: Row) -> str:
        """Return the name of the home; of a row of the account those of its first homes."""
        devices, homes = self.coordinator.devices, self.coordinator.data.homes
        match row.task:
            case Task.EVENTS:
                pass
            case Task.NAMES:
                return devices.name(row.needs[0].key) or ""
            case _:
                return devices.name(row.needs[0].group) or ""
        names = sorted(filter(None, map(devices.name, homes)))
        return ", ".join(names[:MAX_NAMES]) + ("…" if len(names) > MAX_NAMES else "")
