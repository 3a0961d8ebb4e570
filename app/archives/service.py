"""Printing a form, and sealing the package of an archived project."""

import asyncio
from typing import IO

from app.actor import Actor
from app.archives.forms import page_of
from app.archives.package import Package, plan_package, write_package
from app.archives.queries import history_of
from app.database import Reader
from app.documents.queries import papers_of
from app.domain.archiving import Form
from app.errors import Conflict, NotFound, Words
from app.events.queries import chain_head
from app.signing import Signer


class NotArchivedYet(Conflict):
    """A package exists of archived projects only."""

    title = Words("项目尚未归档", "Not archived yet")
    detail = Words(
        "项目目前处于环节 {stage}，归档后方可取得归档包。",
        "The project is in stage {stage}; there is a package once it is archived.",
    )


class FormNotAvailable(NotFound):
    """The step this form is about has not been taken."""

    title = Words("没有该单据", "No such form")
    detail = Words("该项目没有办理过相应事项。", "The project has taken no step that prints this form.")


async def print_form(session: Reader, actor: Actor, project_id: str, form: Form) -> str:
    """Print the form of the last step of its kind. Refuses ``ProjectNotFound`` and ``FormNotAvailable``."""
    history = await history_of(session, actor, project_id)
    printed = [found for found in history.forms if found.form is form]
    if not printed:
        raise FormNotAvailable(form=form)
    return page_of(history, printed[-1], actor.language)


async def get_archive_package(session: Reader, actor: Actor, project_id: str, signer: Signer) -> Package:
    """Lay out the package of the present volume. Refuses ``ProjectNotFound`` and ``NotArchivedYet``."""
    history = await history_of(session, actor, project_id)
    if history.archived_by is None:
        raise NotArchivedYet(stage=history.project.stage, version=history.project.version)
    head = await session.one(chain_head())
    papers = await papers_of(session, actor, project_id)
    return plan_package(history, history.archived_by, head.ledger_id, papers, signer)


async def seal(session: Reader, package: Package) -> tuple[IO[bytes], int]:
    """Write the zip, away from other requests. Refuses ``DocumentsDamaged``."""
    return await asyncio.to_thread(write_package, package, session.files)
