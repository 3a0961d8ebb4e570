"""The life of one project of a generated year, from its lead to the archive, and of its items."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from app.clock import OFFICE
from app.demo.founding import read_packaged
from app.demo.walking import ASIDE, ROAD, Walker
from app.domain.durations import Duration, Unit
from app.domain.frame import Frame
from app.domain.identifiers import credit_check_character
from app.domain.network import NEVER, Network
from app.domain.planned import Estimate, EstimateBasis, MilestoneRole, PlannedItem
from app.domain.vocabulary import EntryMode
from app.items.queries import cases_of_project, planned_items
from app.items.schemas import ItemReportIn
from app.items.service import report_on_case
from tests.year import AGENTS, BEGIN, COUNTIES, Life, Office, at
from tests.year_complaints import rate

PACKAGED = read_packaged("demo", "planning.json")
FACTORY = next(p for p in read_packaged("demo", "projects.json")["projects"] if p["key"] == "demo-08")
DECIDED = [PACKAGED["decisions"][name] for name in PACKAGED["plans"]["demo-08"]]
PRODUCTS = ("光伏组件", "海工装备", "高端纺织", "新能源电池", "生物医药", "精密铸造", "智能家电", "船用配套")
OTHERS = ("gov_building", "gov_linear", "social_general", "social_small", "transport")
REGISTERING = timedelta(days=470)  # from the beginning
PACE = dict(zip(COUNTIES, (0.8, 1.0, 0.9, 1.15), strict=True))
GONE_BY = {"declined": 0.03, "withdrawn": 0.03, "closed_lead": 0.03}  # how few end early
SOURCE = "county-approvals"


class Told(NamedTuple):
    """A step of an item, and when its department's system reports it."""

    reported_at: datetime
    occurred_at: datetime
    item: str
    code: str
    facts: dict[str, Any]


class Steps(Walker):
    """Walks a project; remembers the event of the last step, and enters some steps days afterwards."""

    back_days = 0
    last_event: str | None = None
    last_at: Any = None
    now: Any = None

    async def move(self, role: str, move: str, number: int = 1, **body: Any) -> Any:
        happened = self.now() - timedelta(days=self.back_days)
        if self.back_days and self.last_at < happened:
            grounds = [*body.pop("evidence", []), await self.paper("原始台账")]
            body |= {"occurred_at": happened.isoformat(), "evidence": grounds}
            body.setdefault("reason", "系统停机期间线下办理，事后补录")
        else:
            happened = self.now()
        self.back_days, self.last_at = 0, happened
        taken = await super().move(role, move, number, **body)
        self.last_event = taken["event_id"]
        return taken


async def project(office: Office, number: int, of: int) -> Life:
    """Live: registered, walked on with pauses in between, its items reported, rated, completed, archived."""
    dice = office.dice("project", number)
    day = BEGIN + REGISTERING * number // of
    yield at(office.calendar.next_working_day(day), 9 * 60 + dice.randint(0, 400))
    area = COUNTIES[number % len(COUNTIES)]
    has_items = number % 5 != 4
    made = await office.ask("officer-1", "POST", "/v1/projects", _body(number, area, has_items, office, dice))
    agent = f"agent-{area}-{number // len(COUNTIES) % AGENTS + 1}"
    backup = f"agent-{area}-{(number // len(COUNTIES) + 1) % AGENTS + 1}"

    async def ask(role: str, method: str, path: str, body: Any = None, person: int = 1) -> Any:
        return await office.ask(agent if role == "agent" else f"{role}-{person}", method, path, body)

    pair = (office.operators[agent], office.operators[backup])
    walker = Steps(ask, made["id"], pair, lambda: None, DECIDED if has_items else ())
    walker.now, walker.last_at = office.clock, office.clock()
    mode = "agency" if dice.random() < 0.8 else "assistance"
    ending = next((end for end, share in GONE_BY.items() if dice.random() < share), None)
    for stage in ROAD[1 : ROAD.index("in_service") + 1]:
        if stage == "entrusted" and mode != "agency":
            continue
        if ending is not None and ASIDE[ending][0] == ROAD[ROAD.index(stage) - 1]:
            yield office.after(dice.randint(1, 6), dice)
            await _leave(walker, ending)
            return
        waited = dice.choice((0, 1, 1, 2, 2, 3, 5, 9))
        yield office.after(waited, dice)
        if stage == "accepted" and dice.random() < 0.12:
            await walker.move("officer", "notify_correction", inputs={"missing": ["土地权属证明"]})
            yield office.after(dice.randint(2, 8), dice)
            await walker.move("officer", "resubmit")
            yield office.after(1, dice)
        if stage in {"applied", "accepted", "in_service"} and waited >= 5 and dice.random() < 0.6:
            walker.back_days = dice.randint(2, 4)
        await getattr(walker, f"_{stage}")(mode, ("1", "2", "3"))
        if stage == "accepted" and walker.last_event is not None:
            await rate(office, area, made["id"], walker.last_event, dice)
            if dice.random() < 0.06:
                await _put_right(office, walker, area)
    async for moment in _serve(office, walker, area, agent, dice):
        yield moment


async def _put_right(office: Office, walker: Steps, area: str) -> None:
    """Put right the moment of the last step: it was a minute earlier."""
    body = {
        "event_id": walker.last_event,
        "right": {"occurred_at": (office.clock() - timedelta(minutes=1)).isoformat()},
        "reason": "受理时间录入有误",
        "evidence": [await office.paper(area, "受理单")],
    }
    made = await office.ask("officer-1", "POST", f"{walker.path}/corrections", body)
    await office.ask("coordinator-1", "POST", f"{walker.path}/corrections/{made['id']}/approval")


async def _leave(walker: Steps, ending: str) -> None:
    _, who, move, body = ASIDE[ending]
    await walker.move(who, move, **body, reason="项目单位来函说明情况")


def _body(number: int, area: str, has_items: bool, office: Office, dice: random.Random) -> dict[str, Any]:
    today = office.clock().astimezone(OFFICE).date()
    first = f"91{area}MA{number:07d}"
    product = PRODUCTS[number % len(PRODUCTS)]
    start = today + timedelta(days=dice.randint(140, 290))
    facts = {
        name: FACTORY[name] for name in ("approval_mode", "land_mode", "construction_nature", "fund_nature")
    }
    return {
        "contains_state_secrets": False,
        "name": f"{product}生产基地{number + 1}号项目",
        "area_code": area,
        "owner_uscc": first + credit_check_character(first),
        "owner_name": f"{product}第{number + 1}有限公司（虚构）",
        "process_class": "industrial" if has_items else OTHERS[number // 5 % len(OTHERS)],
        "investment_wan_yuan": f"{dice.randint(5, 300) * 1000}.00",
        "planned_start_on": start.isoformat(),
        "planned_completion_on": (start + timedelta(days=540)).isoformat(),
        "attributes": FACTORY["attributes"] | {"starts_on_land": False},
        **facts,
    }


async def _serve(office: Office, walker: Steps, area: str, agent: str, dice: random.Random) -> Life:
    """Serve: items as reported, perhaps a rest, then the start of works, and the end of the service."""
    project_id = walker.path.rpartition("/")[2]
    begun = office.clock().astimezone(OFFICE).date()
    told, start_on = await _happenings(office, project_id, area, begun, dice)
    rest = begun + timedelta(days=dice.randint(20, 90)) if dice.random() < 0.15 else None
    back_on = None
    fate = dice.random()
    for reported in _by_day(told):
        moment = reported[0].reported_at
        if rest is not None and moment.date() > rest:
            yield max(at(office.calendar.next_working_day(rest), 10 * 60), office.clock())
            back_on = rest + timedelta(days=dice.randint(10, 40))
            inputs = {"reason_code": "client_request", "expected_resume_on": back_on.isoformat()}
            await walker.move("agent", "suspend", inputs=inputs, reason="项目单位调整建设方案")
            rest = None
        if back_on is not None and moment.date() > back_on:
            yield max(at(office.calendar.next_working_day(back_on), 10 * 60), office.clock())
            await walker.move("officer", "resume", evidence=[await walker.paper("续办申请")])
            back_on = None
        yield moment
        await _report(office, project_id, agent, area, reported, dice)
    if back_on is not None:
        yield at(office.calendar.next_working_day(back_on), 10 * 60)
        await walker.move("officer", "resume", evidence=[await walker.paper("续办申请")])
    if fate < 0.04 or start_on is None:
        yield office.after(30, dice)
        paper = await walker.paper("终止申请")
        await walker.move("officer", "terminate_by_client", evidence=[paper], reason="项目单位放弃投资")
        return
    yield at(office.calendar.next_working_day(start_on + timedelta(days=dice.randint(0, 3))), 11 * 60)
    await walker._reach("start", start_on)
    yield office.after(dice.randint(1, 8), dice)
    if await _complete(office, walker, agent):
        await rate(office, area, project_id, walker.last_event or "", dice)
        yield office.after(dice.randint(3, 25), dice)
        await walker.file_papers("completed")
        await walker.move("archivist", "archive")


async def _complete(office: Office, walker: Steps, agent: str) -> bool:
    """Complete, unless something is still open; then the service goes on."""
    body = {"move": "complete", "from_stage": "in_service"}
    await office.ask("coordinator-1", "POST", f"{walker.path}/confirmations", body)
    wanted = {**body, "evidence": [await walker.paper("办结单")]}
    done = await office.try_to(agent, "POST", f"{walker.path}/stage-transitions", wanted)
    walker.last_event = done.json().get("event_id")
    return not done.is_error


async def _happenings(
    office: Office, project_id: str, area: str, begun: date, dice: random.Random
) -> tuple[list[Told], date | None]:
    """Let the items of the plan happen as the schedule has them, with chance durations, up to the start."""
    items = list((await planned_items(office.database.reader, project_id)).values())
    if not items:
        return [], begun + timedelta(days=dice.randint(120, 330))
    prepared = [replace(i, preparation=_estimate(dice.randint(1, 12))) if i.has_case() else i for i in items]
    took = {i.code: Duration(_took(i, PACE[area], dice), Unit.WORKING_DAY) for i in items if i.has_case()}
    network = Network(prepared, {}, Frame(begun, begun, begun, begun + timedelta(days=540)), office.calendar)
    run = network.run(took)
    told: list[Told] = []
    start_on = None
    for n, item in enumerate(network.items):
        if run.finish[n] >= NEVER:
            continue
        finish = date.fromordinal(run.finish[n])
        if item.milestone is MilestoneRole.START_OF_WORKS:
            start_on = finish
        elif item.has_case():
            told += _steps(office, item, date.fromordinal(run.filing[n]), finish, dice)
    if start_on is None:
        return sorted(told, key=lambda t: t.reported_at), None
    return sorted(
        (t for t in told if t.occurred_at.date() <= start_on), key=lambda t: t.reported_at
    ), start_on


def _took(item: PlannedItem, pace: float, dice: random.Random) -> int:
    usual = 12 if item.handling is None else item.handling.duration.value
    return round((usual + 1) * pace * dice.lognormvariate(-0.35, 0.4))


def _estimate(days: int) -> Estimate:
    return Estimate(Duration(days, Unit.WORKING_DAY), EstimateBasis.GIVEN)


def _steps(
    office: Office, item: PlannedItem, filed: date, passed: date, dice: random.Random
) -> Iterator[Told]:
    """Tell the steps between filing and decision; some with a correction, a pause, a second try, or late."""
    calendar = office.calendar
    count = calendar.working_days_through

    def day(after: int) -> date:
        return date.fromordinal(calendar.ordinal_reaching(count(filed) + after))

    span = count(passed) - count(filed)
    steps: list[tuple[date, str, dict[str, Any]]] = [(filed, "received", {})]
    chance = dice.random()
    if span >= 6 and chance < 0.12:
        steps += [
            (day(1), "correction_started", {"materials": ["application_form"], "reason": "申请表缺页"}),
            (day(3), "correction_ended", {}),
        ]
        if chance < 0.03:  # asks for more than it asked for before
            more = {"materials": ["business_licence"], "reason": "营业执照未附"}
            steps += [(day(3), "correction_started", more), (day(4), "correction_ended", {})]
        steps.append((day(5), "accepted", {}))
    elif span >= 8 and chance < 0.3:
        expected = {"value": 5, "unit": "working_day"}
        told = {
            "special_kind": "expert_review",
            "expected": expected,
            "told_on": day(2),
            "reason": "组织专家评审",
        }
        steps += [(day(1), "accepted", {}), (day(2), "special_started", told)]
        steps += [(day(min(span - 1, 7)), "special_ended", {"special_kind": "expert_review"})]
    elif span >= 4 and chance < 0.34:
        steps += [(day(1), "accepted", {}), (day(2), "withdrawn", {"reason": "申请人撤回后重新申报"})]
        steps += [(day(3), "again", {}), (day(3), "received", {})]
    elif span >= 1:
        steps.append((day(min(1, span)), "accepted", {}))
    number = {"document_number": f"〔{passed.year}〕{dice.randint(1, 9999)}号", "document_on": passed}
    if chance > 0.95 and span >= 2:
        supplement = {"supplement": "用地批复原件", "supplement_due_on": passed + timedelta(days=20)}
        steps += [(passed, "conditionally_passed", number | supplement)]
        steps += [(passed + timedelta(days=dice.randint(8, 26)), "supplement_closed", {})]
    else:
        steps.append((passed, "passed", number))
    late = dice.random() < 0.08
    minute = 9 * 60 + dice.randint(0, 30)
    for place, (when, code, facts) in enumerate(steps):
        occurred = at(when, minute + 5 * place)
        lag = timedelta(days=dice.randint(2, 9)) if late else timedelta(hours=8)
        yield Told(occurred + lag, occurred, item.code, code, facts)


def _by_day(told: list[Told]) -> Iterator[list[Told]]:
    """Gather what is reported on one day; it is sent together, when the last of it is known."""
    days: dict[date, list[Told]] = {}
    for each in told:
        days.setdefault(each.reported_at.astimezone(OFFICE).date(), []).append(each)
    for _, found in sorted(days.items()):
        last = max(each.reported_at for each in found)
        yield [each._replace(reported_at=last) for each in found]


async def _report(
    office: Office, project_id: str, agent: str, area: str, told: list[Told], dice: random.Random
) -> None:
    for again in [each for each in told if each.code == "again"]:
        before = told.index(again)
        await _send(office, project_id, [t for t in told[:before] if t.item == again.item])
        path = f"/v1/projects/{project_id}/item-cases"
        body = {"item_code": again.item, "reason": "重新申报"}
        await office.try_to(agent, "POST", path, body)
        told = [t for n, t in enumerate(told) if t.item != again.item or n > before]
    decided = await _send(office, project_id, told)
    for event_id in decided:
        if dice.random() < 0.12:
            await rate(office, area, project_id, event_id, dice)


async def _send(office: Office, project_id: str, told: list[Told]) -> list[str]:
    """Report in the order in which it happened; give the events of what was decided."""
    decided = []
    async with office.database.write() as session:
        latest = {c.item_code: c.id for c in await cases_of_project(session, project_id)}
        for each in sorted(told, key=lambda t: (t.occurred_at, t.item)):
            if each.code == "again":
                continue
            given = ItemReportIn(
                code=each.code,  # type: ignore[arg-type]
                occurred_at=each.occurred_at,
                source_system=SOURCE,
                external_id=f"{project_id}/{each.item}/{each.code}/{each.occurred_at:%m%d%H%M}",
                **each.facts,
            )
            taken = await report_on_case(
                session, office.system(), latest[each.item], given, EntryMode.REPORTED
            )
            if each.code in {"passed", "conditionally_passed"} and taken.event is not None:
                decided.append(taken.event.id)
    return decided
