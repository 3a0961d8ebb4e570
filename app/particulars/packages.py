"""Work packages: the phases and sections of a project, each perhaps following another."""

from typing import Any

from app.actor import Actor
from app.answers import check_version
from app.clock import new_id
from app.database import Writer
from app.errors import Conflict, Fault, Invalid, NotFound, Words
from app.events.service import record
from app.particulars.models import WorkPackage
from app.particulars.schemas import WorkPackageIn, WorkPackagePatch
from app.problems import FieldsInvalid
from app.projects.queries import every_part, lock_project, stamp_of
from app.projects.service import EMPTIED, check_dates
from app.troubles import clashing


class WorkPackageNotFound(NotFound):
    """The project has no work package of this id."""

    title = Words("找不到该单项工程", "Work package not found")
    detail = Words("该项目没有此单项工程。", "The project has no such work package.")


class WorkPackageCodeTaken(Conflict):
    """Another work package of the project has this code."""

    title = Words("工程代码已使用", "The code is taken")
    detail = Words("本项目另一单项工程已使用代码 {code}。", "Another package of the project has {code}.")


class PreviousPackageImpossible(Invalid):
    """A package follows another one of the same project, and never, by whatever way round, itself."""

    title = Words("前阶段工程无效", "The previous package is impossible")
    detail = Words(
        "前阶段工程须是本项目的另一单项工程，且不得循环。",
        "The previous package is another one of this project, and no circle may come about.",
    )


async def add_work_package(
    session: Writer, actor: Actor, project_id: str, given: WorkPackageIn
) -> WorkPackage:
    """Add a phase or section. Refuses a code twice, an unknown predecessor, a completion before the start."""
    project, _ = await lock_project(session, actor, project_id)
    check_dates(given.planned_start_on, given.planned_completion_on)
    package_id = new_id(actor.at)
    packages = await every_part(session, actor, project_id, WorkPackage)
    _check_previous(packages, package_id, given.previous_package_id)
    with clashing(uq_work_package_project_id=WorkPackageCodeTaken(code=given.code)):
        package = await session.insert(
            WorkPackage,
            id=package_id,
            project_id=project_id,
            area_code=project.area_code,
            owner_uscc=project.owner_uscc,
            **given.model_dump(),
        )
    await record(session, actor, "work_package.added", stamp_of(project))
    return package


async def change_work_package(
    session: Writer,
    actor: Actor,
    project_id: str,
    package_id: str,
    given: WorkPackagePatch,
    expected: int | None,
) -> WorkPackage:
    """Change facts of a package. Refuses as ``add_work_package`` does, and a stale version."""
    project, _ = await lock_project(session, actor, project_id)
    packages = await every_part(session, actor, project_id, WorkPackage)
    package = next((p for p in packages if p.id == package_id), None)
    if package is None:
        raise WorkPackageNotFound
    check_version(expected, package.version)
    facts: dict[str, Any] = given.given()
    emptied = [
        Fault(f"/{n}", "emptied", EMPTIED) for n in ("name", "kind") if n in facts and facts[n] is None
    ]
    if emptied:
        raise FieldsInvalid(faults=emptied, count=len(emptied))
    check_dates(
        facts.get("planned_start_on", package.planned_start_on),
        facts.get("planned_completion_on", package.planned_completion_on),
    )
    _check_previous(packages, package_id, facts.get("previous_package_id"))
    with clashing(uq_work_package_project_id=WorkPackageCodeTaken(code=facts.get("code"))):
        package = await session.change(package, **facts, version=package.version + 1)
    await record(session, actor, "work_package.changed", stamp_of(project))
    return package


def _check_previous(packages: list[WorkPackage], package_id: str, previous_id: str | None) -> None:
    """Follow the packages back: each has to be of the project, and none the package itself."""
    before = {p.id: p.previous_package_id for p in packages}
    here = previous_id
    while here is not None:
        if here == package_id or here not in before:
            detail = PreviousPackageImpossible.detail
            raise PreviousPackageImpossible(faults=[Fault("/previous_package_id", "impossible", detail)])
        here = before[here]
