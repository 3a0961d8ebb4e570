"""/board: who may see it, what a cookie is worth, what it counts and lists; nothing can be put into it."""

import re
from typing import Any

import httpx
import pytest

from app.board.gathering import MOST
from app.database import Database
from app.door import access
from tests.api.test_evaluation_page import Seen
from tests.api.test_item_lists import LIGHTS, listed, many
from tests.api.test_planned_cases import approved, cases_of, do
from tests.builders import CITY, QIDONG, RUGAO, SECRETS, World
from tests.items import Items, items_of

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>&amp;{0}%s'


async def sign_in(world: World, key: str = "qidong", **headers: str) -> httpx.Response:
    return await world.client.post("/board/sign-in", data={"key": SECRETS[key]}, headers=headers)


async def board(world: World, query: str = "", key: str = "qidong") -> "Seen":
    """Sign in and look."""
    assert (await sign_in(world, key)).status_code == 303
    return look(await world.client.get(f"/board{query}"))


def look(answer: httpx.Response, status: int = 200) -> "Seen":
    """Hold a page against what every page of the board keeps."""
    assert answer.status_code == status, answer.text
    policy = answer.headers["content-security-policy"]
    for words in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
        assert words in policy
    assert "script" not in policy
    assert "no-store" in answer.headers["cache-control"]
    seen = Seen(answer.text)
    assert "script" not in [tag for tag, _ in seen.elements]
    for tag, attributes in seen.elements:
        assert not any(name.startswith("on") or name in {"style", "src"} for name in attributes), tag
        assert "//" not in attributes.get("href", "")
    assert len(seen.ids()) == len(set(seen.ids()))
    assert len(seen.all("h1")) == len(seen.all("main")) == 1
    for field in [f for f in [*seen.all("input"), *seen.all("select")] if f.get("type") != "hidden"]:
        assert field["id"] in {label["for"] for label in seen.all("label")}
    return seen


def rows_of(text: str) -> dict[str, list[int]]:
    """Read the numbers of every table by the first column."""
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', text)
    return {
        name: [int(cell.replace(",", "")) for cell in re.findall(r"<td[^>]*>([\d,]+)</td>", cells)]
        for name, cells in rows
    }


def tiles_of(text: str) -> dict[str, int]:
    """Read the numbers on top by their names."""
    found = re.findall(r'<dt>([^<]+)</dt><dd class="number">([\d,]+)<', text)
    return {name: int(number.replace(",", "")) for name, number in found}


async def test_whoever_has_no_cookie_is_asked_for_a_key(world: World) -> None:
    seen = look(await world.client.get("/board"))
    (field,) = [f for f in seen.all("input") if f["type"] != "hidden"]
    assert (field["type"], field["autocomplete"], field.get("value")) == ("password", "off", None)
    for path in ("/board?area=320681", f"/board/projects/{world.key()}", f"/board/item-cases/{world.key()}"):
        assert look(await world.client.get(path)).all("input", name="key")
    english = look(await world.client.get("/board", headers={"Accept-Language": "en"}))
    assert "Paste the key" in english.words
    assert (await world.client.get("/board?nothing=1")).status_code == 422
    assert (await world.client.get("/board?lang=fr")).status_code == 422


async def test_a_cookie_is_kept_from_scripts_other_sites_and_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "is_on", True)
    monkeypatch.setattr(access, "lines", [])
    monkeypatch.setattr(access, "flush", lambda: b"")
    answer = await sign_in(world)
    assert (answer.status_code, answer.headers["location"]) == (303, "/board?lang=zh")
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=7200"):
        assert part in cookie
    assert "Secure" not in cookie, "over http a browser would drop it"
    assert SECRETS["qidong"] not in cookie + answer.text + str(answer.headers)
    page = await world.client.get("/board")
    assert SECRETS["qidong"] not in page.text
    lines = b"".join(access.lines).decode()
    token = world.client.cookies["board"]
    assert '"path":"/board/sign-in"' in lines
    assert SECRETS["qidong"] not in lines
    assert token not in lines + page.text


async def test_over_https_the_cookie_is_secure_and_nobody_else_may_set_it(world: World) -> None:
    answer = await world.client.post("https://test/board/sign-in", data={"key": SECRETS["qidong"]})
    assert answer.headers["set-cookie"].startswith("__Host-board=")
    assert "Secure" in answer.headers["set-cookie"]
    assert look(await world.client.get("https://test/board")).all("select", id="area")
    world.client.cookies.clear()
    planted = {"Cookie": f"board={'x' * 43}"}
    assert look(await world.client.get("https://test/board", headers=planted)).all("input", name="key")


@pytest.mark.parametrize(
    ("key", "status", "words"),
    [
        ("mps_" + "x" * 43, 401, "密钥无效"),
        ("", 401, "密钥无效"),
        ("x" * 5000, 401, "密钥无效"),
        ("\ud83d", 401, "密钥无效"),
        (SECRETS["department"], 403, "督办员"),
        (SECRETS["portal"], 403, "督办员"),
        (SECRETS["auditor"], 403, "督办员"),
        (SECRETS["admin"], 403, "督办员"),
    ],
)
async def test_a_key_that_is_no_supervisors_opens_nothing(
    world: World, key: str, status: int, words: str
) -> None:
    body = b"key=" + b"".join(b"%%%02X" % byte for byte in key.encode("utf-8", "surrogatepass"))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await world.client.post("/board/sign-in", content=body, headers=kind)
    seen = look(answer, status)
    assert words in seen.words
    assert "set-cookie" not in answer.headers
    assert len(key) < 2 or key not in answer.text


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"key=%FF", b"a=1&" * 30, b'{"key": 1}', b"key=1&key=2"])
async def test_what_is_no_such_form_opens_nothing(world: World, body: bytes) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain"):
        answer = await world.client.post("/board/sign-in", content=body, headers={"Content-Type": kind})
        look(answer, 401)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://test"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
async def test_a_form_that_another_site_sent_is_refused(
    world: World, headers: dict[str, str], status: int
) -> None:
    answer = await sign_in(world, **headers)
    assert answer.status_code == status
    assert ("set-cookie" in answer.headers) == (status == 303)


async def test_a_session_ends_by_itself_by_signing_out_and_with_its_key(world: World) -> None:
    await sign_in(world)
    world.clock.advance(minutes=119)
    assert look(await world.client.get("/board")).all("select", id="area")
    world.clock.advance(minutes=1)
    assert look(await world.client.get("/board")).all("input", name="key")
    await sign_in(world)
    taken = dict(world.client.cookies)
    out = await world.client.post("/board/sign-out")
    assert (out.status_code, "board" in world.client.cookies) == (303, False)
    stolen = {"Cookie": f"board={taken['board']}"}
    assert look(await world.client.get("/board", headers=stolen)).all("input", name="key")
    assert (await world.client.post("/board/sign-out")).status_code == 303, "twice does no harm"


async def test_revoking_the_key_ends_what_it_began(world: World, database: Database, app: Any) -> None:
    clients = (await world.get("/v1/clients?limit=200", "admin")).json()["items"]
    mine = next(c for c in clients if c["name"] == "test rugao")
    made = await world.post(f"/v1/clients/{mine['id']}/keys", {}, "admin")
    assert made.status_code == 201, made.text
    await world.client.post("/board/sign-in", data={"key": made.json()["secret"]})
    assert look(await world.client.get("/board")).all("select", id="area")
    path = f"/v1/clients/{mine['id']}/keys/{made.json()['key']['id']}/revocation"
    assert (await world.post(path, None, "admin")).status_code < 300
    assert look(await world.client.get("/board")).all("input", name="key")


@pytest.mark.parametrize("token", ["x" * 43, "\x7f", "é", "", "a; b", "%00", "x" * 4000])
async def test_cookies_that_nobody_was_given_are_worth_nothing(world: World, token: str) -> None:
    raw = [(b"cookie", b"board=" + token.encode("latin-1"))]
    answer = await world.client.get("/board", headers=raw)
    assert look(answer).all("input", name="key")


async def test_the_interface_does_not_know_the_cookie(world: World) -> None:
    await sign_in(world)
    answer = await world.client.get("/v1/projects")
    assert (answer.status_code, answer.json()["code"]) == (401, "NotAuthenticated")


async def test_without_projects_the_board_says_so(world: World) -> None:
    for language, words in (("zh", "还没有项目"), ("en", "no projects in this area yet")):
        seen = await board(world, f"?lang={language}")
        assert words in seen.words
        assert seen.all("html", lang={"zh": "zh-CN"}.get(language, language))


async def test_items_are_counted_as_the_list_of_cases_colours_them(world: World) -> None:
    await many(world)
    department = "启东市自然资源和规划局"
    for days in (0, 1, 7, 30):
        world.clock.advance(days=days)
        await sign_in(world)
        text = (await world.client.get("/board")).text
        every = await listed(world)
        running = [c for c in every if c["light"] in {"red", "yellow", "paused", "green"}]
        lights = ("red", "yellow", "paused", "green")
        owed = [sum(c["light"] == li and c["bearer"] == "department" for c in running) for li in lights]
        assert rows_of(text).get(department, [0] * 6)[:4] == owed
        assert tiles_of(text)["逾期事项"] == sum(c["light"] == "red" for c in running)
        for case in every:
            assert (f"/board/item-cases/{case['id']}?" in text) == (case["light"] == "red")
    assert set(LIGHTS) >= set(lights)


async def test_a_project_shows_the_worst_of_its_stage_and_its_items(world: World) -> None:
    items = await items_of(world)
    case = await items.open("X-01")
    await items.accept(case)
    await sign_in(world)
    text = (await world.client.get("/board")).text
    assert rows_of(text)["服务中"][:4] == [0, 0, 0, 1]
    world.clock.advance(days=30)
    await sign_in(world)
    text = (await world.client.get("/board")).text
    assert rows_of(text)["服务中"][:4] == [1, 0, 0, 0]
    assert tiles_of(text)["有逾期的项目"] == 1
    await items.act(case, "passed")
    text = (await world.client.get("/board")).text
    assert rows_of(text)["服务中"][:5] == [0, 0, 0, 1, 0], "as its stage alone"
    assert tiles_of(text)["有逾期的项目"] == 0


async def test_what_is_overdue_says_its_rule_and_leads_to_the_sum(world: World) -> None:
    items = await items_of(world)
    case = await items.open("X-01")
    await items.accept(case)
    world.clock.advance(days=40)
    seen = await board(world)
    assert "承诺时限 7 个工作日" in seen.words
    assert "行政许可法第四十二条" in seen.words
    (link,) = [a["href"] for a in seen.all("a") if case in a["href"]]
    counted = look(await world.client.get(link))
    clock = await items.clock(case)
    for limit in ("statutory", "promised"):
        for day in clock[limit]["days"]:
            assert f"{day['day']}" in counted.words
        assert clock[limit]["due_on"] in counted.words
    english = look(await world.client.get(link.replace("lang=zh", "lang=en")))
    assert "How the time was counted" in english.words


async def test_a_project_overdue_in_its_stage_is_listed_with_its_sum(world: World) -> None:
    project = await world.walk(await world.project(), "applied")
    world.clock.advance(days=30)
    seen = await board(world)
    name = (await world.get(f"/v1/projects/{project['id']}")).json()["name"]
    assert "环节逾期的项目" in seen.words
    assert "“已申请”环节应于" in seen.words
    (link,) = [a["href"] for a in seen.all("a") if project["id"] in a["href"]]
    counted = look(await world.client.get(link))
    assert name in counted.words
    clock = (await world.get(f"/v1/projects/{project['id']}/clock")).json()
    assert clock["limits"][0]["due_on"] in counted.words
    english = look(await world.client.get(link.replace("lang=zh", "lang=en")))
    assert clock["limits"][0]["anchor_on"] in english.words


async def test_sums_of_another_county_and_of_nothing_are_the_same_page(world: World) -> None:
    items = await items_of(world)
    case = await items.open("X-01")
    await sign_in(world, "rugao")
    pages = []
    for path in (f"item-cases/{case}", f"projects/{items.project_id}"):
        pages.append((await world.client.get(f"/board/{path}")).text)
        absent = await world.client.get(f"/board/{path.split('/')[0]}/{world.key()}")
        look(absent, 404)
        assert absent.text == pages[-1]


async def test_a_county_sees_its_own_and_the_city_chooses(world: World) -> None:
    mine = await world.project(name="启东的项目")
    other = await world.post("/v1/projects", {**project_body("如皋的项目"), "area_code": RUGAO}, key="rugao")
    assert other.status_code == 201, other.text
    for area in (QIDONG, RUGAO):
        world.clock.advance(days=40)
        key = "qidong" if area == QIDONG else "rugao"
        text = (await board(world, key=key)).words
        assert (tiles_of((await world.client.get("/board")).text)["在办项目"]) == 1
        assert ("启东市" in text, "如皋市" in text) == (area == QIDONG, area == RUGAO)
        world.client.cookies.clear()
    await sign_in(world, "city")
    every = await world.client.get("/board")
    assert tiles_of(every.text)["在办项目"] == 2
    assert rows_of(every.text)["启东市"][-1] == rows_of(every.text)["如皋市"][-1] == 1
    chosen = await world.client.get(f"/board?area={RUGAO}")
    assert tiles_of(chosen.text)["在办项目"] == 1
    assert look(chosen).all("option", value=RUGAO, selected="")
    await sign_in(world, "qidong")
    for area in (RUGAO, CITY, "nowhere", "' OR 1=1"):
        look(await world.client.get("/board", params={"area": area}), 404)
    assert mine["id"]


def project_body(name: str) -> dict[str, Any]:
    from tests.builders import a_project_body  # noqa: PLC0415 - only here

    return a_project_body(name=name)


async def test_names_cannot_put_anything_into_the_page(world: World) -> None:
    project = await world.walk(await world.project(name=EVIL), "in_service")
    items = Items(world, project["id"])
    case = await items.open("X-01", name={"zh": EVIL, "en": EVIL})
    await items.accept(case)
    world.clock.advance(days=60)
    answer = await world.client.get("/board") if (await sign_in(world)).status_code == 303 else None
    assert answer is not None
    assert look(answer).words.count(EVIL) == 3, "twice in the list, once for who listens to it"
    counted = await world.client.get(f"/board/item-cases/{case}")
    assert EVIL in look(counted).words


async def test_lists_are_cut_and_say_how_much_is_left_out(world: World) -> None:
    items = await items_of(world)
    for number in range(MOST + 2):
        await items.accept(await items.open(f"X-{number:02}"))
    world.clock.advance(days=60)
    seen = await board(world)
    links = [a["href"] for a in seen.all("a") if "/item-cases/" in a["href"]]
    assert len(links) == MOST
    assert "另有 2 项未列出" in seen.words


async def test_who_waits_for_whom_follows_the_plan(world: World) -> None:
    path = await approved(world)
    cases = await cases_of(world, path)
    seen = await board(world)
    assert "没有事项在等待" in seen.words
    open_ones = {code: await blockers(world, case) for code, case in cases.items()}
    free = next(
        case
        for code, case in cases.items()
        if not open_ones[code] and any(case["name"]["zh"] in said for said in open_ones.values())
    )
    for action in ("received", "accepted"):
        assert (await do(world, free, action)).status_code == 201
    waiting = [case for code, case in cases.items() if free["name"]["zh"] in open_ones[code]]
    text = (await world.client.get("/board")).text
    part = text.partition("谁在等谁")[2]
    for case in waiting:
        assert case["name"]["zh"] in part
    assert waiting
    assert free["name"]["zh"] in part


async def blockers(world: World, case: dict[str, Any]) -> str:
    found = (await world.get(f"/v1/item-cases/{case['id']}")).json()
    return "、".join(found["prerequisites_open"])


async def test_the_number_of_statements_does_not_grow_with_what_there_is(
    world: World, database: Database
) -> None:
    async def statements() -> int:
        await sign_in(world)
        found = []
        for _ in range(4):  # keys and calendars are remembered for a while
            before = database.reader.statements
            await world.client.get("/board")
            found.append(database.reader.statements - before)
        return min(found)

    items = await items_of(world)
    few = await statements()
    for number in range(5):
        await items.accept(await items.open(f"X-{number:02}"))
        await world.project()
    await approved(world)
    world.clock.advance(days=60)
    assert await statements() == few
