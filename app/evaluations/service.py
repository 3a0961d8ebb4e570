"""Taking an evaluation: by the owner itself, of a service that was rendered, once and once more."""

from app.actor import Actor
from app.bad_reviews.opening import open_bad_review
from app.clock import new_id, office_date
from app.database import Reader, Writer
from app.domain.evaluations import check_evaluation
from app.domain.invitations import InvitationState, OccurrenceKind
from app.domain.vocabulary import EvaluationMode, EvaluationRound
from app.errors import Conflict, Fault, Forbidden, Invalid, Words
from app.evaluations.models import Evaluation
from app.evaluations.occurrences import Occurrence, find_occurrence
from app.evaluations.queries import evaluations_page, find_round, lock_invitations
from app.evaluations.schemas import EvaluationIn, EvaluationsIn
from app.events.service import record
from app.pages import cursor_of, cut, read_id
from app.private import service as private
from app.projects.models import ProjectStanding
from app.projects.queries import lock_project, stamp_of
from app.troubles import clashing

NOT_EVALUABLE = Words(
    "须为本项目可评价服务（受理、开始服务、办结或审批事项办结）的事件编号。",
    "It has to be the event of a service to this project that may be evaluated, such as acceptance or the "
    "decision on an item.",
)


class StaffMayNotEvaluate(Forbidden):
    """An evaluation comes from the owner itself, never from a registered operator."""

    title = Words("工作人员不得代为评价", "Staff may not evaluate")
    detail = Words(
        "评价须由项目单位本人作出，不得带 Operator-Id。",
        "The owner evaluates itself: send no Operator-Id.",
    )


class NotEvaluable(Invalid):
    """The occurrence named is no service to the project that may be evaluated."""

    title = Words("该事项不能评价", "This cannot be evaluated")
    detail = NOT_EVALUABLE


class EvaluationExists(Conflict):
    """The occurrence was evaluated in this round already; a first evaluation is never overwritten."""

    title = Words("已评价", "Evaluated already")
    detail = Words(
        "该服务的此轮评价已提交，不能覆盖。",
        "It was evaluated in this round; evaluations are not overwritten.",
    )


class NothingToFollow(Conflict):
    """A follow-on evaluation follows a first one."""

    title = Words("尚无首评", "There is no first evaluation")
    detail = Words("追评须在首评之后。", "A follow-on evaluation comes after the first one.")


async def evaluate(session: Writer, actor: Actor, given: EvaluationIn) -> Evaluation:
    """Take the owner's evaluation of one service rendered to its project.

    Refuses staff, what may not be evaluated, a second evaluation in one round, dimensions that mix.
    """
    if actor.operator_id is not None:
        raise StaffMayNotEvaluate
    project, row = await lock_project(session, actor, given.project_id)
    mode = EvaluationMode(given.mode)
    level = check_evaluation(
        mode, given.level, dimensions=given.dimensions, facts=frozenset({"project", "rater"})
    )
    service = await find_occurrence(session, actor.scope, actor.at, project.id, given.occurrence)
    if service is None:
        raise NotEvaluable(faults=[Fault("/occurrence", "not_evaluable", NOT_EVALUABLE)])
    first = await session.first(find_round(project.id, service.event_id, EvaluationRound.FIRST))
    invitation_id = None
    if given.round == EvaluationRound.FIRST:
        invitation_id = await _use_invitation(session, actor, service.event_id)
    elif first is None:
        raise NothingToFollow
    text_id = await private.keep(session, actor, "evaluation_text", given.text, project.id)
    with clashing(uq_evaluation_project_id=EvaluationExists()):
        evaluation = await session.insert(
            Evaluation,
            id=new_id(actor.at),
            mode=mode,
            round=given.round,
            area_code=project.area_code,
            owner_uscc=project.owner_uscc,
            project_id=project.id,
            event_id=service.event_id,
            item_case_id=service.item_case_id,
            invitation_id=invitation_id,
            subject=service.subject,
            handler=handler_of(service, row),
            rater=actor.person,
            level=level,
            dimensions={str(name): str(rated) for name, rated in given.dimensions.items()},
            text_id=text_id,
            contact_id=None,
            source_id=None,
            channel=given.channel,
            month=office_date(actor.at).strftime("%Y-%m"),
            evaluated_at=actor.at,
            receipt_digest=None,
        )
    await open_bad_review(session, actor, evaluation)
    await record(
        session,
        actor,
        "evaluation.given",
        stamp_of(project),
        facts={"evaluation_id": evaluation.id, "event_id": service.event_id, "level": str(level)},
    )
    return evaluation


def handler_of(service: Occurrence, row: ProjectStanding) -> str | None:
    """Name whoever rendered a service: of a step the agent, of an item whoever entered the decision."""
    return row.primary_agent if service.kind == OccurrenceKind.SERVICE_STEP else service.handler


async def _use_invitation(session: Writer, actor: Actor, event_id: str) -> str | None:
    """Use up the open invitation to an occurrence; refuse ``EvaluationExists`` when one was used before."""
    used = None
    for row in await session.all(lock_invitations(event_id)):
        if row.state == InvitationState.USED or row.spent_on is not None:
            raise EvaluationExists
        if row.state == InvitationState.OPEN:
            used = await session.change(
                row, state=InvitationState.USED.value, used_on=actor.today, version=row.version + 1
            )
    return None if used is None else used.id


async def list_evaluations(
    session: Reader, actor: Actor, asked: EvaluationsIn
) -> tuple[list[Evaluation], str | None]:
    """List a page of the evaluations in scope that match every filter, the newest first."""
    last = read_id(asked.cursor)
    areas = actor.areas if asked.area is None else [a for a in asked.area if actor.has_area(a)]
    scope = (list(areas), actor.scope.department, actor.scope.owner)
    levels = None if asked.level is None else [str(level) for level in asked.level]
    found = await session.all(
        evaluations_page(asked.limit + 1, *scope, asked.project, levels, asked.round, last)
    )
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None
