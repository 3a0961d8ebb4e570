"""/evaluate/{token}: the page on a phone, without script, in two languages; every state it can be in."""

import asyncio
import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from app.database import Database
from app.door import access
from app.events.queries import chain_head
from tests.builders import World
from tests.evaluating import PATH, Rater, accepted, asking, evaluations, invited, night

NOTHING = "<nothing>"


class Seen(HTMLParser):
    """What a browser would make of a page, as far as the tests look."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [a for t, a in self.elements if t == tag and wanted.items() <= a.items()]

    def ids(self) -> list[str]:
        return [a["id"] for _, a in self.elements if "id" in a]


def check_page(answer: httpx.Response) -> Seen:
    """Hold a page against what every page keeps: headers, no script, nothing foreign, all labelled."""
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "set-cookie" not in answer.headers
    text, seen = answer.text, Seen(answer.text)
    assert "script" not in [tag for tag, _ in seen.elements]
    for tag, attributes in seen.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        assert not attributes.get("src")
        assert "//" not in attributes.get("href", "")
    style = re.search(r"<style>(.*)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "url(" not in style[1]
    assert len(seen.ids()) == len(set(seen.ids()))
    assert len(seen.all("h1")) == len(seen.all("main")) == len(seen.all("title")) == 1
    labelled = {label["for"] for label in seen.all("label")}
    for field in [*seen.all("input"), *seen.all("textarea")]:
        assert field["id"] in labelled
    for _, attributes in seen.elements:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set(attributes.get(name, "").split()) <= set(seen.ids())
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in seen.ids()
    return seen


async def test_the_page_explains_itself_in_chinese(world: World) -> None:
    rater = await invited(world)
    answer = await rater.open()
    assert answer.status_code == 200
    seen = check_page(answer)
    assert seen.all("html", lang="zh-CN")
    project = (await world.get(f"/v1/projects/{rater.project}")).json()
    for words in ("服务评价", "受理", project["name"], "只能提交一次", "2026-04-01 09:00", "自愿"):
        assert words in seen.words
    assert len(seen.all("input", type="radio", name="level")) == 5
    assert len(seen.all("input", type="radio", name="mode")) == 3
    assert not [field for field in seen.all("input") if "checked" in field]
    for words in ("至少凑满五份", "独立的核实人", "一定回访", "仍有可能猜到"):
        assert words in seen.words
    assert seen.all("meta", name="viewport")


async def test_the_page_speaks_english_to_whoever_asks(world: World) -> None:
    rater = await invited(world)
    by_header = await rater.open(**{"Accept-Language": "en-GB,en;q=0.9"})
    by_link = await rater.open("?lang=en", **{"Accept-Language": "zh-CN"})
    for answer in (by_header, by_link):
        seen = check_page(answer)
        assert seen.all("html", lang="en")
        assert "How satisfied are you" in seen.words
        assert seen.all("a", href="?lang=zh", lang="zh-CN")
        assert answer.headers["content-language"] == "en"
    back = check_page(await rater.open("?lang=zh", **{"Accept-Language": "en"}))
    assert back.all("html", lang="zh-CN")
    thanked = await world.client.post(
        f"{rater.page}?lang=en", data={"mode": "anonymous", "level": "satisfied"}
    )
    assert "Your receipt code" in check_page(thanked).words
    assert (await rater.open("?lang=fr")).status_code == 422


async def test_opening_the_page_uses_nothing_up(world: World) -> None:
    rater = await invited(world)
    for _ in range(3):
        assert (await rater.open()).status_code == 200
    head = await world.client.head(rater.page)
    assert head.status_code == 200
    assert (await rater.send()).status_code == 200


async def test_all_errors_stand_at_once_beside_their_fields(world: World) -> None:
    rater = await invited(world)
    evil = '"><script>alert(1)</script>'
    form = {"level": "5", "mode": "secret", "text": "好" * 2001, "name": evil, "phone": "call me"}
    answer = await world.client.post(rater.page, data=form)
    assert answer.status_code == 422
    seen = check_page(answer)
    for field in ("level", "mode", "text", "phone"):
        assert f"{field}-wrong" in seen.ids()
    assert "name-wrong" not in seen.ids()
    (summary,) = seen.all("div", role="alert")
    assert summary["class"] == "summary"
    links = [a["href"] for a in seen.all("a") if a["href"].startswith("#")]
    assert links == ["#level-very_satisfied", "#text", "#mode-named", "#phone"]
    assert seen.all("title")
    assert "有误" in re.findall("<title>(.*?)</title>", answer.text)[0]
    assert seen.all("input", id="name")[0]["value"] == evil
    assert seen.all("input", id="phone", **{"aria-invalid": "true"})
    english = await world.client.post(f"{rater.page}?lang=en", data={"text": ""})
    words = check_page(english).words
    assert "Choose how satisfied you are" in words
    assert "Choose who may know" in words
    assert (await rater.send()).status_code == 200, "a refused form uses nothing up"


async def test_what_was_chosen_is_still_chosen_after_an_error(world: World) -> None:
    rater = await invited(world)
    form = {"mode": "named", "level": "dissatisfied", "text": "第一行\r\n<b>第二行</b>", "name": "李示例"}
    answer = await world.client.post(rater.page, data=form)
    assert answer.status_code == 422
    seen = check_page(answer)
    assert [f["value"] for f in seen.all("input") if "checked" in f] == ["dissatisfied", "named"]
    assert "phone-wrong" in seen.ids()
    assert "name-wrong" not in seen.ids()
    assert "<b>第二行</b>" in seen.words


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"mode": "named"}', "application/json"),
        (b"mode=anonymous&level=satisfied", "text/plain"),
        (b"mode=anonymous&level=satisfied", ""),
        (b"mode=anonymous&mode=named&level=satisfied", "application/x-www-form-urlencoded"),
        (b"mode=anonymous&level=satisfied&surprise=1", "application/x-www-form-urlencoded"),
        ("level=满意".encode("gbk"), "application/x-www-form-urlencoded"),
        (b"mode=anonymous&level=satisfied&text=%FF%FE", "application/x-www-form-urlencoded"),
        (b"mode=anonymous&level=satisfied&text=%00", "application/x-www-form-urlencoded"),
        (b"mode=anonymous&level=satisfied&text=%E2%80%AE", "application/x-www-form-urlencoded"),
        (b"mode=anonymous&level=satisfied&text=%0D", "application/x-www-form-urlencoded"),
        (b"mode=anonymous&level=satisfied&%00=1", "application/x-www-form-urlencoded"),
        (b"&".join([b"a=1"] * 30), "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
        (b"\x00\xff", "application/x-www-form-urlencoded"),
        (b"%", "multipart/form-data; boundary=x"),
    ],
)
async def test_what_is_no_such_form_is_refused_on_the_page(world: World, body: bytes, kind: str) -> None:
    rater = await invited(world)
    for path in (rater.page, "/evaluate/receipt"):
        answer = await world.client.post(path, content=body, headers={"Content-Type": kind} if kind else {})
        assert answer.status_code == 422
        assert check_page(answer).all("div", role="alert")
    assert (await rater.send()).status_code == 200


async def test_a_form_too_large_is_refused_before_it_is_read(world: World) -> None:
    rater = await invited(world)
    answer = await world.client.post(rater.page, data={"text": "x" * 1_100_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "BodyTooLarge")


async def test_tokens_that_nobody_was_given_lead_nowhere(world: World) -> None:
    for token in ("nothing", "%00", "%FF", "x" * 3000, "..%2F..", "%F0%9F%98%80", "{}", "receipt2"):
        answer = await world.client.get(f"/evaluate/{token}")
        assert answer.status_code in {404, 422}, token
        if answer.headers["content-type"].startswith("text/html"):
            assert "链接无效" in check_page(answer).words
    sent = await world.client.post("/evaluate/nothing", data={"mode": "anonymous", "level": "satisfied"})
    assert (sent.status_code, "链接无效" in sent.text) == (404, True)
    program = await world.client.get("/evaluate/nothing", headers={"Accept": "application/json"})
    assert program.json()["code"] == "InvitationUnknown"


async def closed(world: World, state: str) -> Rater:
    about = await accepted(world)
    rater = await invited(world, about)
    if state == "used":
        await rater.rate("confidential")
    elif state == "voided":
        await world.post(f"{PATH}/{rater.id}/voiding", None)
    else:
        world.clock.advance(days=30)
    return rater


@pytest.mark.parametrize(
    ("state", "zh", "en"),
    [
        ("used", "该链接已使用", "This link was used"),
        ("voided", "该链接已作废", "This link is void"),
        ("expired", "该链接已过期", "This link has expired"),
    ],
)
async def test_a_closed_invitation_says_why_and_what_to_do(
    world: World, state: str, zh: str, en: str
) -> None:
    rater = await closed(world, state)
    for answer, words in (
        (await rater.open(), zh),
        (await rater.send(), zh),
        (await rater.open("?lang=en"), en),
    ):
        assert answer.status_code == 409
        seen = check_page(answer)
        assert words in seen.words
        assert not seen.all("form")
        assert bool(seen.all("a", href=f"receipt?lang={'zh' if words == zh else 'en'}")) == (state == "used")
    program = await rater.open(Accept="application/json")
    assert program.json()["code"] == "InvitationNotOpen"


async def test_a_named_evaluation_is_recorded_at_once_and_its_contact_shown_to_those_who_call_back(
    world: World,
) -> None:
    rater = await invited(world)
    await rater.rate("named", level="dissatisfied", text="等了两天\r\n才回复")
    (row,) = await evaluations(world, "supervisor")
    assert (row["mode"], row["level"], row["round"]) == ("named", "dissatisfied", "first")
    assert (row["project_id"], row["occurrence"]) == (rater.project, rater.occurrence)
    assert (row["rater"], row["channel"]) == ("owner:91320681MA0000001F", "hall_tablet")
    assert row["text"]["text"] == "等了两天\n才回复"
    assert row["contact"]["text"] == "李示例 0513-83120000"
    for role in ("coordinator", "portal"):
        assert (await evaluations(world, role))[0]["contact"]["text"] == "李示例 0513-83120000"
    for role in ("officer", "agent", "auditor", "admin"):
        (masked,) = await evaluations(world, role)
        assert (masked["contact"]["text"], masked["contact"]["is_erased"]) == (None, False)
    unnamed = {k: v for k, v in world.headers("supervisor").items() if k != "Operator-Id"}
    found = await world.client.get(f"/v1/evaluations/{row['id']}", headers=unnamed)
    assert found.json()["contact"]["text"] is None
    events = await world.get(f"/v1/events?project={rater.project}", "auditor")
    assert "李示例" not in events.text
    assert "83120000" not in events.text


@pytest.mark.parametrize("missing", [{"name"}, {"phone"}, {"name", "phone"}])
async def test_a_named_evaluation_needs_a_name_and_a_phone(world: World, missing: set[str]) -> None:
    rater = await invited(world)
    answer = await rater.send("named", **dict.fromkeys(missing, " "))
    assert answer.status_code == 422
    wrong = {key.removesuffix("-wrong") for key in check_page(answer).ids() if key.endswith("-wrong")}
    assert wrong == missing
    assert (await rater.send("named")).status_code == 200


async def test_the_receipt_is_shown_once_and_leads_to_one_second_thought(world: World) -> None:
    rater = await invited(world)
    code = await rater.rate("named", level="dissatisfied")
    assert re.fullmatch(r"([0-9A-Z]{5}-){3}[0-9A-Z]{5}", code)
    assert code not in (await world.get("/v1/evaluations")).text
    form = {"receipt": f" {code.lower().replace('-', '')} ", "level": "very_satisfied", "text": "已整改"}
    done = await world.client.post("/evaluate/receipt", data=form)
    assert (done.status_code, "追加评价已收到" in check_page(done).words) == (200, True)
    rows = await evaluations(world)
    assert sorted((r["round"], r["level"]) for r in rows) == [
        ("first", "dissatisfied"),
        ("follow_on", "very_satisfied"),
    ]
    assert len({(r["project_id"], r["occurrence"], r["mode"]) for r in rows}) == 1
    again = await world.client.post("/evaluate/receipt", data=form)
    assert (again.status_code, "已经评价过" in check_page(again).words) == (409, True)
    assert len(await evaluations(world)) == 2


async def test_the_owners_second_thought_by_portal_and_that_by_receipt_are_one(world: World) -> None:
    rater = await invited(world)
    code = await rater.rate("named")
    body = {"project_id": rater.project, "occurrence": rater.occurrence, "mode": "named"}
    body |= {"level": "dissatisfied", "channel": "pc", "round": "follow_on"}
    assert (await world.post("/v1/evaluations", body, "portal")).status_code == 201
    form = {"receipt": code, "level": "satisfied"}
    assert (await world.client.post("/evaluate/receipt", data=form)).status_code == 409


async def test_receipts_that_nobody_was_given_lead_nowhere(world: World) -> None:
    page = check_page(await world.client.get("/evaluate/receipt"))
    assert page.all("input", id="receipt")
    assert check_page(await world.client.get("/evaluate/receipt?lang=en")).all("html", lang="en")
    for code, status in (("0" * 20, 404), ("short", 422), ("中" * 20, 422), ("", 422), ("x" * 65, 422)):
        form = {"receipt": code, "level": "satisfied"}
        answer = await world.client.post("/evaluate/receipt", data=form)
        assert answer.status_code == status, code
        assert "receipt-wrong" in check_page(answer).ids()
    wrong = await world.client.post("/evaluate/receipt", data={"receipt": "0" * 20, "level": "3"})
    assert "level-wrong" in check_page(wrong).ids()


@pytest.mark.parametrize("mode", ["named", "confidential", "anonymous", "mixed"])
async def test_of_eight_who_send_at_once_one_wins(world: World, database: Database, mode: str) -> None:
    rater = await invited(world)
    modes = ["named", "anonymous"] * 4 if mode == "mixed" else [mode] * 8
    answers = await asyncio.gather(*[rater.send(m) for m in modes])
    assert Counter(a.status_code for a in answers) == {200: 1, 409: 7}
    assert sum('class="code"' in a.text for a in answers) == 1
    await night(world, database)
    assert (await rater.invitation())["state"] == "used"


async def test_an_invitation_and_the_rater_who_uses_the_last_one_do_not_both_win(world: World) -> None:
    about = await accepted(world)
    for _ in range(4):
        rater = await invited(world, about)
        sent, again = await asyncio.gather(rater.send("anonymous"), world.post(PATH, asking(about)))
        assert (sent.status_code, again.status_code) in {(200, 409), (409, 201)}
        if sent.status_code == 200:
            break
        about = await accepted(world)


async def test_neither_keys_of_retries_nor_the_access_log_know_a_rater(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rater = await invited(world)
    monkeypatch.setattr(access, "is_on", True)
    monkeypatch.setattr(access, "lines", [])
    monkeypatch.setattr(access, "flush", lambda: b"")  # the application's own loop must not take them
    before = (await database.reader.one(chain_head())).sequence
    answers: list[Any] = []
    for _ in range(2):
        form = {"mode": "anonymous", "level": "satisfied"}
        answers.append(await world.client.post(rater.page, data=form, headers={"Idempotency-Key": "k"}))
    await world.client.get(f"{rater.page}/qr.svg")
    assert [a.status_code for a in answers] == [200, 409], "nothing is replayed"
    assert (await database.reader.one(chain_head())).sequence == before, "nothing is recorded yet"
    lines = b"".join(access.lines).decode()
    assert lines.count('"path":"/evaluate/"') == 3
    assert rater.page.rpartition("/")[2] not in lines
