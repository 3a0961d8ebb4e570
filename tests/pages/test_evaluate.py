"""The page on which a rater evaluates, as people meet it: a phone, a keyboard, no script, two languages."""

import pytest
from playwright.async_api import Page, expect

from tests.builders import World
from tests.evaluating import Rater, evaluations, invited
from tests.pages.conftest import PHONE, Opens

MODES = ["named", "confidential", "anonymous"]
WORDS = {
    "zh-CN": ("服务评价", "感谢您的评价", "请选择满意程度", "English"),
    "en-GB": ("Evaluate the service", "Thank you", "Choose how satisfied you are", "中文"),
}


def page_of(rater: Rater) -> str:
    return "/evaluate/" + rater.given["link"].rpartition("/")[2]


async def fill(page: Page, mode: str, level: str = "satisfied") -> None:
    await page.check(f"#level-{level}")
    await page.fill("#text", "窗口讲得清楚。\n材料一次交齐。")
    await page.check(f"#mode-{mode}")
    if mode == "named":
        await page.fill("#name", "李示例")
        await page.fill("#phone", "0513-83120000")


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("mode", MODES)
async def test_a_rater_evaluates_on_a_phone(world: World, see: Opens, mode: str, language: str) -> None:
    title, thanks, _, other = WORDS[language]
    rater = await invited(world)
    seen = await see(page_of(rater), size=PHONE, language=language, has_touch=True, is_mobile=True)
    assert await seen.page.title() == title
    assert await seen.page.get_by_role("link", name=other).is_visible()
    await seen.look("form")
    await fill(seen.page, mode)
    await seen.page.click("button")
    assert await seen.page.inner_text("h1") == thanks
    assert len(await seen.page.inner_text(".code")) == 23
    await seen.look("thanks")
    await seen.page.goto(page_of(rater))
    await seen.look("used")
    if mode == "named":
        (row,) = await evaluations(world, "supervisor")
        assert row["text"]["text"] == "窗口讲得清楚。\n材料一次交齐。"


@pytest.mark.parametrize("mode", MODES)
async def test_the_keyboard_alone_is_enough(world: World, see: Opens, mode: str) -> None:
    seen = await see(page_of(await invited(world)))
    keys = seen.page.keyboard
    await keys.press("Tab")  # the other language
    await keys.press("Tab")
    await keys.press("Space")  # the first level
    await keys.press("ArrowDown")
    await keys.press("Tab")
    await keys.type("很好")
    await keys.press("Tab")
    await keys.press("Space")
    for _ in range(MODES.index(mode)):
        await keys.press("ArrowDown")
    await keys.press("Tab")
    await keys.type("李示例")
    await keys.press("Tab")
    await keys.type("0513-83120000")
    assert await seen.page.is_checked("#level-satisfied")
    assert await seen.page.is_checked(f"#mode-{mode}")
    await keys.press("Tab")
    outline = await seen.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px", "it can be seen where one is"
    await keys.press("Enter")
    await expect(seen.page.locator("h1")).to_have_text("感谢您的评价")


async def test_it_works_without_javascript(world: World, see: Opens) -> None:
    seen = await see(page_of(await invited(world)), size=PHONE, java_script_enabled=False)
    await fill(seen.page, "confidential", "dissatisfied")
    await seen.page.click("button")
    assert "您的回执码" in await seen.text()
    await seen.look("thanks", has_script=False)


@pytest.mark.parametrize("language", WORDS)
async def test_what_is_missing_is_said_beside_its_field(world: World, see: Opens, language: str) -> None:
    seen = await see(page_of(await invited(world)), size=PHONE, language=language)
    await seen.page.check("#mode-named")
    await seen.page.click("button")
    await seen.page.wait_for_selector("[role=alert]")
    assert WORDS[language][2] in await seen.page.inner_text("[role=alert]")
    assert await seen.page.is_checked("#mode-named"), "what was chosen stays chosen"
    await seen.look("refused")
    await seen.page.click("[role=alert] a")
    assert await seen.page.evaluate("document.activeElement.id") == "level-very_satisfied"


async def test_the_dark_page_can_be_read_too(world: World, see: Opens) -> None:
    seen = await see(page_of(await invited(world)), size=PHONE, color_scheme="dark")
    await seen.page.click("button")
    await seen.page.wait_for_selector("[role=alert]")
    await seen.look("refused")


@pytest.mark.parametrize("language", WORDS)
async def test_a_second_thought_by_receipt_code(world: World, see: Opens, language: str) -> None:
    code = await (await invited(world)).rate("named", level="dissatisfied")
    seen = await see("/evaluate/receipt", size=PHONE, language=language)
    await seen.look("form")
    await seen.page.fill("#receipt", "00000-00000-00000-00000")
    await seen.page.check("#level-satisfied")
    await seen.page.click("button")
    await seen.page.wait_for_selector("[role=alert]")
    await seen.look("unknown")
    await seen.page.fill("#receipt", code.lower())
    await seen.page.click("button")
    assert await seen.page.inner_text("h1") == WORDS[language][1]
    await seen.look("thanks")
    assert sorted(row["round"] for row in await evaluations(world)) == ["first", "follow_on"]


async def test_links_that_serve_no_more_say_why(world: World, see: Opens) -> None:
    rater = await invited(world)
    seen = await see("/evaluate/nothing", size=PHONE)
    assert await seen.page.inner_text("h1") == "链接无效"
    await seen.look("unknown")
    world.clock.advance(days=40)
    await seen.page.goto(page_of(rater))
    assert await seen.page.inner_text("h1") == "该链接已过期"
    await seen.look("expired")


async def test_the_code_to_be_scanned_is_shown_as_an_image(world: World, see: Opens) -> None:
    path = page_of(await invited(world))
    seen = await see(path)
    for kind in ("svg", "png"):
        width, height = await seen.show_image(f"{path}/qr.{kind}")
        assert width == height > 200
        await seen.page.screenshot(path=seen.shot(kind))
