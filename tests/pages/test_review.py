"""The page of a bad review, as its rater meets it: a phone, two languages, the answer and his word on it."""

import pytest

from tests.builders import World
from tests.handling import a_bad_review
from tests.pages.conftest import PHONE, Opens

WORDS = {
    "zh-CN": ("凭回执码查看差评处理", "认可处理结果", "要求重新处理", "您的意见已收到"),
    "en-GB": ("Follow your bad review", "I agree", "Handle it anew", "What you say has been received"),
}


@pytest.mark.parametrize("language", WORDS)
async def test_a_rater_reads_the_answer_reopens_once_and_agrees(
    world: World, see: Opens, language: str
) -> None:
    title, agree, anew, heard = WORDS[language]
    review, code = await a_bad_review(world)
    seen = await see("/evaluate/review", size=PHONE, language=language)
    page = seen.page
    assert await page.title() == title
    await seen.look("form")
    await page.fill("#receipt", "00000-00000-00000-00000")
    await page.click("button")
    await page.wait_for_selector("[role=alert]")
    await seen.look("unknown")
    await page.fill("#receipt", code.lower())
    await page.click("button")
    await page.wait_for_selector("main >> text=/待预审|to be pre-checked/")
    await seen.look("waiting")
    await review.to("replied")
    await page.goto("/evaluate/review")
    await page.fill("#receipt", code)
    await page.click("button")
    assert await page.get_by_text("已增开窗口，向您致歉").is_visible()
    await seen.look("answered")
    await page.get_by_role("button", name=anew).click()
    await page.wait_for_selector("[role=alert]")
    await seen.look("reason missing")
    await page.fill("#text", "承诺的整改没有落实")
    await page.get_by_role("button", name=anew).click()
    await page.wait_for_selector("[role=status]")
    assert heard in await page.inner_text("[role=status]")
    await review.to("replied")
    await page.goto("/evaluate/review")
    await page.fill("#receipt", code)
    await page.click("button")
    assert await page.get_by_role("button", name=anew).count() == 0
    await page.get_by_role("button", name=agree).click()
    await page.wait_for_selector("[role=status]")
    await seen.look("agreed")
    assert (await review.read())["is_confirmed"]
