"""What can go wrong between us and the database, in the house's words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from app.errors import Conflict, Refusal, Unavailable, Words


class Clash(Exception):  # noqa: N818 - a value that services translate
    """A constraint of the database was violated; its name says which."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class DatabaseAway(Unavailable):
    """The database cannot be reached or is too busy. Whether a write happened is answered by its key."""

    title = Words("数据库暂不可用", "The database is away")
    detail = Words(
        "数据库暂时无法访问，请稍后用同一个 Idempotency-Key 重试。",
        "The database cannot be reached now. Try again with the same Idempotency-Key.",
    )


class DatabaseNotMigrated(Unavailable):
    """The database lacks a table or a column that this version of the program asks for."""

    title = Words("数据库尚未升级", "The database is not migrated")
    detail = Words(
        "数据库结构不是本版本程序所需的结构，请先运行 python -m app migrate。",
        "The database does not have this version's schema: run python -m app migrate first.",
    )


class LockNotGiven(Conflict):
    """Another request holds the same record or the same key for longer than two seconds."""

    retry_after = 1
    title = Words("记录正被占用", "The record is in use")
    detail = Words(
        "另一个请求正在处理同一条记录，请稍后重试。", "Another request is working on this. Try again."
    )


class DiskIsFull(Refusal):
    """The disk holding the database or the files is full; nothing was written."""

    status: ClassVar[int] = 507
    title = Words("存储空间不足", "The disk is full")
    detail = Words("服务器磁盘已满，未写入任何内容。", "The server's disk is full; nothing was written.")


class DurabilityIsOff(Exception):  # noqa: N818 - a sentence
    """The database would answer before its data are safe; the service refuses to start on it."""

    def __init__(self, settings: list[str]) -> None:
        super().__init__(
            "The database runs without durability 数据库未开启持久化保证: " + ", ".join(settings)
        )


@contextmanager
def saving_to_disk() -> Iterator[None]:
    """Turn a disk without room into ``DiskIsFull``."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise DiskIsFull from error
        raise


class FileIsServed(Exception):  # noqa: N818 - a sentence
    """An SQLite file has one server process, with its worker inside; a second one refuses to start."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"数据库文件 {path} 已由另一个服务进程使用，请先停止它，或改用 PostgreSQL。"
            f" The database file {path} is served by another process; stop that one, or use PostgreSQL."
        )


@contextmanager
def clashing(**refusals: Refusal) -> Iterator[None]:
    """Turn the violation of a named constraint into its refusal; any other stays the bug it is."""
    try:
        yield
    except Clash as clash:
        if (refusal := refusals.get(clash.constraint)) is not None:
            raise refusal from clash
        raise
