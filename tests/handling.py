"""Bad reviews for tests: opened by an evaluation, taken on by the people who may."""

from typing import Any

import httpx

from tests.builders import World
from tests.evaluating import accepted, invited

PATH = "/v1/bad-reviews"


class Handled:
    """One bad review, and the calls of those who handle it."""

    def __init__(self, world: World, review_id: str) -> None:
        self.world, self.id = world, review_id
        self.path = f"{PATH}/{review_id}"

    async def read(self, role: str = "supervisor", number: int = 1, **headers: str) -> dict[str, Any]:
        found = await self.world.client.get(self.path, headers=self.world.headers(role, number, **headers))
        assert found.status_code == 200, found.text
        return dict(found.json())

    async def ask(self, action: str, who: tuple[str, int], **facts: Any) -> httpx.Response:
        state = facts.pop("from_state", None) or (await self.read())["state"]
        headers = facts.pop("headers", {})
        body = {"action": action, "from_state": state, **facts}
        return await self.world.post(f"{self.path}/actions", body, who[0], who[1], **headers)

    async def do(self, action: str, who: tuple[str, int], **facts: Any) -> dict[str, Any]:
        done = await self.ask(action, who, **facts)
        assert done.status_code == 201, f"{action}: {done.text}"
        return dict(done.json()["bad_review"])

    async def refused(self, action: str, who: tuple[str, int], **facts: Any) -> tuple[int, str, list[str]]:
        response = await self.ask(action, who, **facts)
        problem = response.json()
        assert response.status_code >= 400, response.text
        return (
            response.status_code,
            problem["code"],
            [f"{e['pointer']}{e['code']}" for e in problem["errors"]],
        )

    async def evidence(self) -> list[str]:
        return [await self.world.file()]

    async def to(self, state: str) -> dict[str, Any]:
        """Take it on along the main road: handler agent-2, verifier supervisor-2, caller officer-2."""
        now = (await self.read())["state"]
        road = [
            "received",
            "prechecked",
            "assigned",
            "verified",
            "rectified",
            "replied",
            "followed_up",
            "closed",
        ]
        for step in road[road.index(now) + 1 : road.index(state) + 1]:
            await getattr(self, step)()
        return await self.read()

    async def prechecked(self) -> None:
        await self.do("precheck", ("supervisor", 1), grade="simple")

    async def assigned(self) -> None:
        await self.do("assign", ("supervisor", 1), handler_id=await self.world.operator("agent-2"))

    async def verified(self) -> None:
        await self.do("verify", ("supervisor", 2), finding="substantiated", text="等候过久属实")

    async def rectified(self) -> None:
        facts = {"root_cause": "delay", "text": "增开窗口", "evidence": await self.evidence()}
        await self.do("rectify", ("agent", 2), **facts)

    async def replied(self) -> None:
        await self.do("reply", ("agent", 2), text="已增开窗口，向您致歉", channel="phone")

    async def followed_up(self) -> None:
        facts = {"channel": "phone", "is_reached": True, "level": "satisfied"}
        await self.do("follow_up", ("officer", 2), **facts)

    async def closed(self) -> None:
        await self.do("close", ("supervisor", 1))


async def the_only(world: World, role: str = "supervisor") -> str:
    found = (await world.get(PATH, role)).json()["items"]
    assert len(found) == 1, found
    return str(found[0]["id"])


async def a_bad_review(world: World, mode: str = "named", **facts: Any) -> tuple[Handled, str]:
    """A bad review of an acceptance, given on the page; with its receipt code."""
    rater = await invited(world, await accepted(world, **facts))
    code = await rater.rate(mode, level="dissatisfied", text="等了很久")
    return Handled(world, await the_only(world)), code


COMPLAINTS = "/v1/complaints"
SAYS = "窗口人员让我来回跑了三趟，每次都说材料不齐，没有一次性告知需要补充哪些材料。"


def a_complaint(**facts: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "area_code": "320681",
        "channel": "portal",
        "ground": "incomplete_notice",
        "title": "未一次性告知",
        "content": SAYS,
        "complainant": {"name": "王样本", "phone": "13912345678"},
    }
    return usual | facts


class Complained(Handled):
    """One complaint, and the calls of those who handle it."""

    def __init__(self, world: World, complaint_id: str, code: str) -> None:
        super().__init__(world, complaint_id)
        self.path, self.code = f"{COMPLAINTS}/{complaint_id}", code

    async def do(self, action: str, who: tuple[str, int], **facts: Any) -> dict[str, Any]:
        done = await self.ask(action, who, **facts)
        assert done.status_code == 201, f"{action}: {done.text}"
        return dict(done.json()["complaint"])

    async def to(self, state: str) -> dict[str, Any]:
        """Take it on along the main road: investigator officer-2, decider supervisor-1."""
        now = (await self.read())["state"]
        road = ["lodged", "accepted", "investigating", "investigated", "decided", "fed_back", "archived"]
        for step in road[road.index(now) + 1 : road.index(state) + 1]:
            await getattr(self, step)()
        return await self.read()

    async def accepted(self) -> None:
        await self.do("accept", ("officer", 1), handling_class="forwarded", grade="ordinary")

    async def investigating(self) -> None:
        await self.do("investigate", ("officer", 2))

    async def investigated(self) -> None:
        await self.do("report", ("officer", 2), text="经查属实", evidence=await self.evidence())

    async def decided(self) -> None:
        await self.do("decide", ("supervisor", 1), decision="upheld", text="责令整改")

    async def fed_back(self) -> None:
        await self.do(
            "feed_back", ("officer", 1), text="您反映的情况属实，已责令整改", contact_channel="phone"
        )

    async def archived(self) -> None:
        await self.do("archive", ("archivist", 1))

    async def receipt(self, action: str | None = None, **facts: Any) -> httpx.Response:
        body = {"receipt_code": self.code, "action": action, **facts}
        return await self.world.post(f"{COMPLAINTS}/receipts", body, "officer", 3)


async def complained(world: World, role: str = "portal", **facts: Any) -> Complained:
    made = await world.post(COMPLAINTS, a_complaint(**facts), role)
    assert made.status_code == 201, made.text
    return Complained(world, made.json()["complaint"]["id"], made.json()["receipt_code"])
