"""Finding files, always through the caller's scope."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from app.actor import Actor, within
from app.database import Reader, Writer
from app.errors import Fault, Invalid, NotFound, Words
from app.files.models import File
from app.query import Selection, one_of, query


class FileNotFound(NotFound):
    """No file has this id, or the caller may not see it; the two cannot be told apart."""

    title = Words("找不到该文件", "File not found")
    detail = Words("没有该文件，或您无权查看。", "There is no such file, or you may not see it.")


class EvidenceNotFound(Invalid):
    """Evidence names files: each has to be there, and visible to whoever names it."""

    title = Words("佐证文件不存在", "Evidence not found")
    detail = Words(
        "所列文件中有 {count} 个不存在或您无权查看，详见 errors。",
        "{count} of the files named do not exist or are not yours to see; see errors.",
    )


UNKNOWN_FILE = Words("没有该文件，或您无权查看", "is no file that you may see")


@query
def _file(file_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[File]:
    return select(File).where(File.id == file_id, *within(File, areas, department, owner))


@query
def _locked(file_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[File]:
    scoped = within(File, areas, department, owner)
    return select(File).where(File.id == file_id, *scoped).with_for_update(key_share=True)


@query
def _visible(ids: list[str], areas: Any, department: str | None, owner: str | None) -> Selection[str]:
    return select(File.id).where(one_of(col(File.id), ids), *within(File, areas, department, owner))


@query
def _files(ids: list[str]) -> Selection[File]:
    return select(File).where(one_of(col(File.id), ids))


async def files_of(session: Reader, ids: Sequence[str]) -> dict[str, File]:
    """Read the files that rows in scope refer to, by id; one statement, none when there are none."""
    return {f.id: f for f in await session.all(_files(list(ids)))} if ids else {}


async def get_file(session: Reader, actor: Actor, file_id: str) -> File:
    """Find a file, or refuse ``FileNotFound``."""
    found = await session.first(_file(file_id, *actor.scope))
    if found is None:
        raise FileNotFound
    return found


async def lock_file(session: Writer, actor: Actor, file_id: str) -> File:
    """Find a file and keep others from giving it to another project; lock the project first."""
    found = await session.first(_locked(file_id, *actor.scope))
    if found is None:
        raise FileNotFound
    return found


async def check_evidence(
    session: Reader, actor: Actor, ids: Sequence[str], pointer: str = "/evidence"
) -> None:
    """Refuse ``EvidenceNotFound``, naming every id that is no file this actor may see.

    One statement; none when nothing is named. ``pointer`` is where the list stands in the body.
    """
    if not ids:
        return
    found = set(await session.all(_visible(list(ids), *actor.scope)))
    faults = [
        Fault(f"{pointer}/{place}", "unknown_file", UNKNOWN_FILE)
        for place, file_id in enumerate(ids)
        if file_id not in found
    ]
    if faults:
        raise EvidenceNotFound(faults=faults, count=len(faults))


async def check_file(session: Reader, actor: Actor, file_id: str, pointer: str) -> None:
    """Refuse ``EvidenceNotFound`` when a field names no file this actor may see."""
    if await session.first(_file(file_id, *actor.scope)) is None:
        raise EvidenceNotFound(faults=[Fault(pointer, "unknown_file", UNKNOWN_FILE)], count=1)
