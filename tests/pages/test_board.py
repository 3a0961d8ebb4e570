"""The board in a browser: signing in by keyboard, phone and desk, both languages, paper, no script."""

from pathlib import Path

import pytest

from tests.builders import SECRETS, World
from tests.items import items_of
from tests.pages.conftest import DESK, PHONE, Opens
from tests.pages.seeing import Seeing

SIZES = {"phone": PHONE, "desk": DESK}
EVIL = '"><script>alert(1)</script><b>项目</b>'


async def sign_in(seen: Seeing, key: str = "qidong") -> None:
    await seen.page.keyboard.press("Tab")  # to the content
    await seen.page.fill("#key", SECRETS[key])
    await seen.page.keyboard.press("Enter")
    await seen.page.wait_for_selector(".tiles")


async def furnished(world: World) -> str:
    """A county with something overdue, something paused, something new; give the overdue item."""
    items = await items_of(world)
    late, paused = await items.open("X-01"), await items.open("X-02")
    await items.accept(late)
    await items.handle(paused)
    await items.act(paused, "special_started")
    await world.walk(await world.project(), "applied")
    world.clock.advance(days=40)
    await world.project(name=EVIL)
    return late


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("size", SIZES)
async def test_a_supervisor_signs_in_looks_and_leaves(
    world: World, see: Opens, size: str, language: str
) -> None:
    late = await furnished(world)
    seen = await see("/board", size=SIZES[size], language=language)
    await seen.look("sign-in")
    await seen.page.fill("#key", "mps_wrong")
    await seen.page.click("button.go")
    await seen.page.wait_for_selector("[role=alert]")
    assert await seen.page.input_value("#key") == "", "what was typed is not sent back"
    await seen.look("refused")
    await sign_in(seen)
    assert ("逾期事项及原因" if language == "zh-CN" else "What is overdue") in await seen.text()
    await seen.look("board")
    await seen.page.click(f"a[href*='{late}']")
    await seen.page.wait_for_selector(".facts")
    await seen.look("sum")
    assert "mps_" not in seen.page.url
    await seen.page.click("nav button")
    await seen.page.wait_for_selector("#key")
    await seen.page.goto("/board")
    assert await seen.page.locator("#key").count() == 1


async def test_the_board_needs_no_javascript_and_scripts_cannot_read_its_cookie(
    world: World, see: Opens
) -> None:
    await furnished(world)
    silent = await see("/board", java_script_enabled=False)
    await sign_in(silent)
    await silent.look("board", has_script=False)
    seen = await see("/board")
    await sign_in(seen)
    assert await seen.page.evaluate("document.cookie") == ""
    (cookie,) = await seen.page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


async def test_the_area_is_chosen_by_keyboard_and_an_empty_board_is_a_board(world: World, see: Opens) -> None:
    seen = await see("/board")
    await sign_in(seen, "city")
    await seen.look("empty")
    await seen.page.focus("#area")
    await seen.page.keyboard.press("End")
    await seen.page.keyboard.press("Tab")
    await seen.page.keyboard.press("Enter")
    await seen.page.wait_for_url("**area=*")
    await seen.look("chosen")


async def test_the_board_prints_on_a4(world: World, see: Opens, shots: Path) -> None:
    await furnished(world)
    seen = await see("/board")
    await sign_in(seen)
    await seen.page.emulate_media(media="print")
    assert not await seen.page.locator("nav").is_visible()
    paper = await seen.page.pdf(path=shots / "board.pdf", format="A4")
    assert paper.startswith(b"%PDF")


async def test_the_chart_of_a_schedule_is_an_image_that_anybody_can_show(world: World, see: Opens) -> None:
    from tests.api.test_planned_cases import approved  # noqa: PLC0415 - it brings many tests along

    path = await approved(world)
    headers = {k: v for k, v in world.headers("officer").items() if k == "Authorization"}
    seen = await see("/health/live", extra_http_headers=headers)
    width, height = await seen.show_image(f"{path}/schedule/chart.svg")
    assert width >= 900
    assert height >= 300
    await seen.page.screenshot(path=seen.shot("chart"))
