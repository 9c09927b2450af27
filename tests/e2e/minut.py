"""The login pages of Minut."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page


async def allow_access(page: Page, open_dialog: Callable[[], Awaitable[object]]) -> str:
    """Open Minut's window, log in and allow access.

    Return the URL of Home Assistant to which Minut redirected.
    """
    async with page.expect_popup() as opening:
        await open_dialog()
    minut = await opening.value
    await minut.get_by_role("button", name="Log in").click()
    async with minut.expect_request("**/*code=*") as leading_back, minut.expect_event("close"):
        await minut.get_by_role("button", name="Allow").click()
    return str((await leading_back.value).url)
