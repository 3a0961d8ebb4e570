"""A second person's yes to a move, given beforehand; it lapses when the stage changes."""

from app.actor import Actor, check_named
from app.database import Writer
from app.domain.second_person import check_second_person
from app.events.service import record
from app.items.gates import follow_milestone
from app.pages import PageIn, cursor_of, cut, read_cursor
from app.procedures.queries import get_procedure
from app.progress import service as progress
from app.progress.models import Milestone
from app.progress.schemas import MilestoneConfirmationIn
from app.projects.models import Project, ProjectStanding
from app.projects.queries import lock_project, stamp_of
from app.projects.service import change_standing
from app.projects.standing import asker_of, standing_of
from app.stages.schemas import ConfirmationIn, ConfirmationOut


async def confirm_move(
    session: Writer, actor: Actor, project_id: str, wanted: ConfirmationIn
) -> tuple[Project, ConfirmationOut]:
    """Confirm a move as its second person. Refuses the unnamed, and as ``check_second_person`` does."""
    check_named(actor)
    project, row = await lock_project(session, actor, project_id)
    procedure = await get_procedure(session, project.procedure_id)
    given = check_second_person(
        procedure, standing_of(project, row), asker_of(actor), wanted.move, wanted.from_stage
    )
    confirmations = [*row.confirmations, [given.move, given.role, given.person]]
    await change_standing(session, (project, row), confirmations=confirmations)
    await record(
        session,
        actor,
        "move.confirmed",
        stamp_of(project),
        facts={"move": wanted.move, "from_stage": wanted.from_stage},
    )
    return project, _body(project, *confirmations[-1])


async def confirm_milestone(
    session: Writer, actor: Actor, project_id: str, milestone_id: str, given: MilestoneConfirmationIn
) -> Milestone:
    """Confirm a milestone, and tell what waited for it. Refuses as ``progress.service`` does."""
    milestone = await progress.confirm_milestone(session, actor, project_id, milestone_id, given)
    project, _ = await lock_project(session, actor, project_id)
    await follow_milestone(session, actor, project, milestone.kind, None)
    return milestone


def given_confirmations(
    project: Project, row: ProjectStanding, asked: PageIn
) -> tuple[list[ConfirmationOut], str | None]:
    """List a page of the confirmations that hold in the present stage, in the order given."""
    (start,) = read_cursor(asked.cursor, int) or (0,)
    rows, has_more = cut(row.confirmations[max(start or 0, 0) :][: asked.limit + 1], asked.limit)
    return [_body(project, *given) for given in rows], cursor_of(start + len(rows)) if has_more else None


def _body(project: Project, move: str, role: str, person: str) -> ConfirmationOut:
    return ConfirmationOut(
        project_id=project.id, move=move, from_stage=project.stage, role=role, person=person
    )
