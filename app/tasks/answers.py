"""From rows to tasks as they are told: what it is, why, by which call it is done, and where to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.alarms.queries import Alarm
from app.coordination.queries import Duty
from app.corrections.models import Correction
from app.domain.calendar import WorkCalendar
from app.domain.clocks import LIGHT_WORDS, Light, light
from app.domain.coordination_terms import DutyAct
from app.domain.item_actions import ACTS, OWNERS, roles_of
from app.domain.items import ItemState, may_follow
from app.domain.moves import Move, Procedure
from app.domain.standing import Role
from app.domain.supervision import notice_clocks
from app.domain.supervision_terms import NoticeAct
from app.domain.tasks import TaskKind
from app.domain.validity import AlarmKind, AlarmState, state_on
from app.domain.vocabulary import MilestoneKind
from app.errors import Words
from app.items.counting import is_deemed, light_of
from app.items.models import ItemCase
from app.progress.models import Milestone
from app.projects import answers as project_answers
from app.projects.models import Project
from app.supervision.models import SupervisionNotice
from app.supervision.service import facts_of_notice
from app.tasks.models import Absence
from app.tasks.schemas import AbsenceOut, CallOut, TaskItemOut, TaskOut, TaskProjectOut

IN_STAGE = Words("项目处于“{stage}”环节，可以办理：{moves}。", "The project is “{stage}”; to do: {moves}.")
WAITS_FOR_SECOND = Words("“{move}”等待第二人确认。", "“{move}” waits for a second person.")
PLAN_WAITS = {
    TaskKind.PLAN_CONFIRMATION: Words(
        "第 {number} 版方案等待项目单位确认。", "Plan {number} waits for the owner."
    ),
    TaskKind.PLAN_APPROVAL: Words("第 {number} 版方案等待审定。", "Plan {number} waits for approval."),
}
MILESTONE_WAITS = Words(
    "“{milestone}”节点已填报，等待另一人确认。", "“{milestone}” was reported and waits for another person."
)
CORRECTION_WAITS = Words(
    "更正已提出，等待另一人决定。", "A correction was proposed and waits for another person."
)
ITEM_IN_STATE = Words("事项处于“{state}”状态，时限：{light}。", "The item is “{state}”; its time: {light}.")
NOT_READY = Words(
    "上次申报前检查发现 {count} 处缺项。", "The last readiness check has found {count} things missing."
)
EXPIRES = Words("{kind}：最后一日为 {day}（{state}）。", "{kind}: the last day is {day} ({state}).")
OWED_UNTIL = Words("{what}，期限为 {day}。", "To do: {what}, by {day}.")
WAITS_FOR_CHECK = Words(
    "{what}：已办结，等待另一人核查销号。", "To do: {what}; it waits for another person than who resolved it."
)
ISSUE_KINDS = frozenset({TaskKind.ISSUE, TaskKind.ISSUE_CHECK})
CHECK_KINDS = frozenset({TaskKind.ISSUE_CHECK, TaskKind.CONCLUSION_CHECK})
CHECK_AGAIN = Words("再次检查", "check again")
CONFIRM = Words("确认", "confirm")
REJECT = Words("驳回", "reject")
APPROVE = Words("批准", "approve")
REPORT_START = Words("填报开工节点", "report the start of works")


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells tasks on a day, in a language."""

    today: date
    language: str

    def about(self, project: Project, on_behalf_of: str | None = None) -> "ProjectTeller":
        """Tell about one project."""
        return ProjectTeller(self, project, on_behalf_of)

    def say(self, words: Words, **facts: object) -> str:
        """Say a sentence."""
        return words.told(self.language, facts)

    def call(self, label: Words, path: str, action: str | None = None) -> CallOut:
        """Name a call that does it."""
        return CallOut(action=action, label=self.say(label), method="POST", path=path)

    def alarm(self, alarm: Alarm, on_behalf_of: str | None) -> TaskOut:
        """Tell of something that expires."""
        state, kind = state_on(alarm.expires_on, self.today), AlarmKind(alarm.kind)
        here = f"/v1/item-cases/{alarm.item_case_id}"
        calls = [self.call(REPORT_START, f"/v1/projects/{alarm.project_id}/milestones", "start")]
        if kind is AlarmKind.SUPPLEMENT:
            closed = "supplement_closed"
            calls = [self.call(Words("容缺材料补齐", "papers handed in"), f"{here}/actions", closed)]
        return TaskOut(
            id=f"{TaskKind.ALARM}:{alarm.item_case_id}:{alarm.kind}",
            kind=TaskKind.ALARM,
            label=self.say(TaskKind.ALARM.words),
            project=TaskProjectOut(id=alarm.project_id, name=alarm.project_name),
            item=TaskItemOut(item_case_id=alarm.item_case_id, item_code=alarm.item_code, name=alarm.name),
            due_on=alarm.expires_on,
            light=Light.RED if state is AlarmState.LAPSED else Light.YELLOW,
            why=self.say(EXPIRES, kind=kind.words, day=alarm.expires_on.isoformat(), state=state.words),
            on_behalf_of=on_behalf_of,
            calls=calls,
            explained_by=here,
        )


@dataclass(frozen=True, slots=True)
class ProjectTeller:
    """Tells tasks about one project."""

    teller: Teller
    project: Project
    on_behalf_of: str | None

    @property
    def path(self) -> str:
        """Give the project's path."""
        return f"/v1/projects/{self.project.id}"

    def moves(self, procedure: Procedure, moves: Sequence[Move]) -> TaskOut:
        """Tell of moves to be made."""
        say = self.teller.say
        names = ("、" if self.teller.language == "zh" else ", ").join([say(move.label) for move in moves])
        why = say(IN_STAGE, stage=procedure.label_of_stage(self.project.stage), moves=names)
        path = f"{self.path}/stage-transitions"
        calls = [self.teller.call(move.label, path, move.code) for move in moves]
        return self._task(TaskKind.STAGE_MOVE, self.project.id, why, calls, f"{self.path}/clock", timed=True)

    def confirmation(self, move: Move) -> TaskOut:
        """Tell of a move that waits for a second person."""
        why = self.teller.say(WAITS_FOR_SECOND, move=move.label)
        calls = [self.teller.call(move.label, f"{self.path}/confirmations", move.code)]
        name = f"{self.project.id}:{move.code}"
        return self._task(TaskKind.CONFIRMATION, name, why, calls, self.path, timed=True)

    def plan(self, kind: TaskKind, number: int) -> TaskOut:
        """Tell of a plan that waits."""
        here = f"{self.path}/plans/{number}"
        tail = "approval" if kind is TaskKind.PLAN_APPROVAL else "owner-confirmation"
        why = self.teller.say(PLAN_WAITS[kind], number=number)
        name = f"{self.project.id}:{number}"
        return self._task(kind, name, why, [self.teller.call(kind.words, f"{here}/{tail}")], here, timed=True)

    def milestone(self, milestone: Milestone) -> TaskOut:
        """Tell of a milestone that waits."""
        why = self.teller.say(MILESTONE_WAITS, milestone=MilestoneKind(milestone.kind).words)
        here = f"{self.path}/milestones"
        calls = [self.teller.call(CONFIRM, f"{here}/{milestone.id}/confirmation")]
        return self._task(TaskKind.MILESTONE_CONFIRMATION, milestone.id, why, calls, here)

    def correction(self, correction: Correction) -> TaskOut:
        """Tell of a correction that waits."""
        here = f"{self.path}/corrections/{correction.id}"
        both = ((APPROVE, "approval"), (REJECT, "rejection"))
        calls = [self.teller.call(label, f"{here}/{tail}") for label, tail in both]
        why = self.teller.say(CORRECTION_WAITS)
        return self._task(TaskKind.CORRECTION_APPROVAL, correction.id, why, calls, here)

    def case(self, case: ItemCase, role: Role, *, is_waiting: bool) -> TaskOut:
        """Tell of an item that is due or waits, with the acts that are this role's from its state."""
        here, state = f"/v1/item-cases/{case.id}", ItemState(case.state)
        light = light_of(case, self.teller.today)
        possible = may_follow(state, is_deemed=is_deemed(case, self.teller.today))
        acts = [act for act in ACTS if act in possible and role in roles_of(act)]
        if role is not Role.DEPARTMENT:
            acts = [act for act in acts if act in OWNERS]
        kind = TaskKind.ITEM_WAITING if is_waiting and light != Light.RED else TaskKind.ITEM_DUE
        why = self.teller.say(ITEM_IN_STATE, state=state.words, light=LIGHT_WORDS[light])
        calls = [self.teller.call(act.words, f"{here}/actions", act.value) for act in acts]
        task = self._task(kind, case.id, why, calls, f"{here}/clock")
        return {**task, "item": _item(case), "due_on": case.due_on, "light": light}

    def gaps(self, case: ItemCase, check_id: str, count: int) -> TaskOut:
        """Tell of an item that is not ready to be filed."""
        here = f"/v1/item-cases/{case.id}/readiness-checks"
        why = self.teller.say(NOT_READY, count=count)
        calls = [self.teller.call(CHECK_AGAIN, here)]
        task = self._task(TaskKind.READINESS_GAP, case.id, why, calls, f"{here}/{check_id}")
        return {**task, "item": _item(case)}

    def duty(self, kind: TaskKind, row: Duty) -> TaskOut:
        """Tell of an issue or a conclusion that somebody has to resolve, or another to check."""
        is_issue, is_check = kind in ISSUE_KINDS, kind in CHECK_KINDS
        here = f"/v1/{'issues' if is_issue else 'conclusions'}/{row.id}"
        acts = (DutyAct.CLOSE, DutyAct.REOPEN) if is_check else (DutyAct.RESOLVE, DutyAct.REPORT)
        calls = [self.teller.call(act.words, f"{here}/actions", act.value) for act in acts]
        words = WAITS_FOR_CHECK if is_check else OWED_UNTIL
        why = self.teller.say(words, what=kind.words, day=row.due_on.isoformat())
        task = self._task(kind, row.id, why, calls, here)
        shown = light(row, self.teller.today, done_on=row.resolved_on)
        return {**task, "due_on": row.due_on, "light": shown}

    def notice(self, kind: TaskKind, row: SupervisionNotice, calendar: WorkCalendar) -> TaskOut:
        """Tell of a supervision notice that waits for a reply, or whose effect waits to be judged."""
        here = f"/v1/supervision-notices/{row.id}"
        is_reply = kind is TaskKind.NOTICE_REPLY
        acts = (NoticeAct.REPLY,) if is_reply else (NoticeAct.JUDGE, NoticeAct.RETURN)
        calls = [self.teller.call(act.words, f"{here}/actions", act.value) for act in acts]
        clock = notice_clocks(facts_of_notice(row))[0 if is_reply else -1]
        due_on = clock.due(calendar).due_on
        why = self.teller.say(OWED_UNTIL, what=kind.words, day=due_on and due_on.isoformat())
        task = self._task(kind, row.id, why, calls, here)
        return {**task, "due_on": due_on, "light": clock.light(calendar, self.teller.today)}

    def _task(
        self,
        kind: TaskKind,
        name: str,
        why: str,
        calls: list[CallOut],
        explained_by: str,
        *,
        timed: bool = False,
    ) -> TaskOut:
        """Tell a task; ``timed``: its time is that of the project's stage."""
        project = self.project
        light = project_answers.light_of(project, self.teller.today) if timed else Light.NO_LIMIT
        return TaskOut(
            id=f"{kind}:{name}",
            kind=kind,
            label=self.teller.say(kind.words),
            project=TaskProjectOut(id=project.id, name=project.name),
            item=None,
            due_on=project.due_on if timed else None,
            light=light,
            why=why,
            on_behalf_of=self.on_behalf_of,
            calls=calls,
            explained_by=explained_by,
        )


def _item(case: ItemCase) -> TaskItemOut:
    return TaskItemOut(item_case_id=case.id, item_code=case.item_code, name=case.name)


def absence_body(absence: Absence) -> AbsenceOut:
    """Show an absence."""
    return AbsenceOut(
        id=absence.id,
        version=absence.version,
        area_code=absence.area_code,
        operator_id=absence.operator_id,
        person=absence.person_key,
        substitute_id=absence.substitute_id,
        substitute=absence.substitute_key,
        begins_on=absence.begins_on,
        through=absence.through,
        ended_on=absence.ended_on,
        recorded_by=absence.recorded_by,
        recorded_at=absence.recorded_at,
    )
