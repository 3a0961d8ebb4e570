"""/evaluate/review: the rater follows his bad review by receipt, says that he agrees, or reopens it once."""

import pytest

from app.database import Database
from app.events.queries import events_after
from tests.builders import World
from tests.evaluating import invited
from tests.handling import a_bad_review

PAGE = "/evaluate/review"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422), ({"receipt": ""}, 422), ({"receipt": "short"}, 422), ({"receipt": "A" * 20}, 404),
        ({"receipt": "A" * 20, "action": "close"}, 422), ({"receipt": "A" * 20, "color": "red"}, 422),
        ({"receipt": "A" * 65}, 422), ({"receipt": "A" * 20, "text": "x" * 2001}, 422),
    ],
)  # fmt: skip
async def test_who_has_no_receipt_is_asked_for_it_again(
    world: World, form: dict[str, str], status: int
) -> None:
    seen = await world.client.post(PAGE, data=form)
    assert seen.status_code == status, seen.text
    assert ('name="receipt"' in seen.text, 'role="alert"' in seen.text) == (True, True)


async def test_what_is_no_form_is_refused_on_the_page(world: World) -> None:
    seen = await world.client.post(PAGE, content=b"\xff", headers={"content-type": "text/plain"})
    assert (seen.status_code, 'role="alert"' in seen.text) == (422, True)


async def test_the_page_speaks_both_languages_and_says_no_word_of_script(world: World) -> None:
    for query, words, tag in (
        ("", "凭回执码查看差评处理", "zh-CN"),
        ("?lang=en", "Follow your bad review", "en"),
    ):
        seen = await world.client.get(PAGE + query)
        assert (seen.status_code, words in seen.text, f'lang="{tag}"' in seen.text) == (200, True, True)
        assert "<script" not in seen.text
        assert "script-src" not in seen.headers["content-security-policy"]
        assert "no-store" in seen.headers["cache-control"]
    thanked = await (await invited(world)).send("named", level="dissatisfied")
    assert 'href="review?lang=zh"' in thanked.text


async def test_before_the_reply_there_is_nothing_to_say(world: World) -> None:
    _, code = await a_bad_review(world)
    for action, status in (("look", 200), ("confirm", 409), ("reopen", 409)):
        seen = await world.client.post(PAGE, data={"receipt": code, "action": action})
        assert seen.status_code == status, action
        assert ("待预审" in seen.text, "尚未答复" in seen.text) == (True, True)
        assert 'value="confirm"' not in seen.text


async def test_the_answer_is_shown_as_text_and_the_word_is_heard_without_a_name(
    world: World, database: Database
) -> None:
    review, code = await a_bad_review(world)
    await review.to("rectified")
    await review.do("reply", ("agent", 2), text="<b>已整改</b>")
    unsaid = await world.client.post(PAGE, data={"receipt": code, "action": "reopen", "text": " "})
    assert (unsaid.status_code, "请说明为什么不认可" in unsaid.text) == (422, True)
    assert ('href="#text"' in unsaid.text, 'aria-describedby="text-hint why-wrong"' in unsaid.text) == (
        True,
        True,
    )
    english = await world.client.post(f"{PAGE}?lang=en", data={"receipt": code.lower()})
    assert ("&lt;b&gt;已整改&lt;/b&gt;" in english.text, "I agree" in english.text) == (True, True)
    before = (await database.reader.all(events_after(0, 500)))[-1].sequence
    heard = await world.client.post(PAGE, data={"receipt": code, "action": "confirm"})
    assert ("您的意见已收到" in heard.text, 'value="confirm"' in heard.text) == (True, False)
    again = await world.client.post(PAGE, data={"receipt": code, "action": "confirm"})
    assert (again.status_code, "您的意见已收到" in again.text) == (409, False)
    (event,) = await database.reader.all(events_after(before, 10))
    assert (event.type, '"operator_id":null' in event.body) == ("bad_review.acted", True)
    assert '"acting_for":null' in event.body
