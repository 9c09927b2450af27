"""To-do lists without an item."""

from homeassistant.components.todo import TodoItem, TodoListEntity
from homeassistant.const import Platform

from . import FloorEntity, setup_of


class TodoList(FloorEntity, TodoListEntity):
    """A to-do list."""

    _attr_todo_items: list[TodoItem] | None = []  # noqa: RUF012 # as Home Assistant names it


async_setup_entry = setup_of(Platform.TODO, TodoList)
