"""Who asks: the value every route begins with, and the one function that limits what he sees."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Request
from sqlalchemy import ColumnElement, column, exists, select, table

from app.clock import office_date
from app.domain.standing import Role
from app.errors import Forbidden, Malformed, NotFound, Refusal, Words
from app.query import one_of


class NotAuthenticated(Refusal):
    """No valid API key came with the request: absent, unknown, expired or revoked."""

    status = 401
    title = Words("未通过身份认证", "Not authenticated")
    detail = Words(
        "请在 Authorization 头中提供有效的 API 密钥（Bearer mps_…）。",
        "Send a valid API key in the Authorization header (Bearer mps_…).",
    )


class RoleMayNot(Forbidden):
    """The role acted in may not use this operation."""

    title = Words("该角色无权执行此操作", "This role may not do this")
    detail = Words(
        "角色 {role} 无权执行此操作；可由 {allowed} 执行。", "{role} may not do this; {allowed} may."
    )


class RoleNotHeld(Forbidden):
    """Operator-Role names a role that the client or its operator does not hold."""

    title = Words("未持有该角色", "Role not held")
    detail = Words(
        "接入系统或操作人员不持有角色 {role}。", "The client or its operator does not hold {role}."
    )


class OperatorMissing(Malformed):
    """A write in this role needs the person behind it: the Operator-Id header."""

    title = Words("缺少操作人员", "Operator missing")
    detail = Words("以角色 {role} 写入时必须提供 Operator-Id。", "Writing as {role} needs Operator-Id.")


class OperatorUnknown(Forbidden):
    """Operator-Id names nobody registered in the client's directory, or nobody valid today."""

    title = Words("操作人员未登记或已失效", "Operator unknown or no longer valid")
    detail = Words(
        "没有登记编号为 {operator} 的有效操作人员。", "No valid operator {operator} is registered."
    )


class OwnerMissing(Malformed):
    """A portal names the owner it acts for: the Acting-For header with the unified social credit code."""

    title = Words("缺少被代表的项目单位", "Owner missing")
    detail = Words(
        "门户须在 Acting-For 头中给出有效的统一社会信用代码。",
        "A portal names the owner it acts for by a valid unified social credit code in Acting-For.",
    )


class ProjectNotFound(NotFound):
    """No project has this id, or the caller may not see it; the two cannot be told apart."""

    title = Words("找不到该项目", "Project not found")
    detail = Words("没有该项目，或您无权查看。", "There is no such project, or you may not see it.")


class Scope(NamedTuple):
    """What a caller may see: areas always; a department's or an owner's share where one is named."""

    areas: tuple[str, ...]
    department: str | None
    owner: str | None


@dataclass(frozen=True)
class Actor:
    """The system and the person behind a request, in one role, at one moment."""

    at: datetime
    client_id: str
    role: str
    areas: tuple[str, ...]
    department_code: str | None = None
    owner_uscc: str | None = None
    operator_id: str | None = None
    person_key: str | None = None
    language: str = "zh"

    @cached_property
    def today(self) -> date:
        """The office's date of the request."""
        return office_date(self.at)

    @cached_property
    def person(self) -> str:
        """Whoever is answerable, for separation of duty: a person, else the owner, else the system."""
        if self.person_key:
            return self.person_key
        return f"owner:{self.owner_uscc}" if self.owner_uscc else f"client:{self.client_id}"

    @cached_property
    def scope(self) -> Scope:
        """What this actor may see."""
        is_department = self.role == Role.DEPARTMENT
        return Scope(self.areas, self.department_code if is_department else None, self.owner_uscc)

    def has_area(self, code: str) -> bool:
        """Tell whether an area lies within the caller's."""
        return code in self.areas


def check_named(actor: Actor) -> None:
    """Refuse ``OperatorMissing`` for a system that names nobody, where one person must not be another.

    Systems are no persons: an administrator without a name would be somebody else than himself with one.
    """
    if actor.person_key is None and actor.owner_uscc is None:
        raise OperatorMissing(role=actor.role)


SYSTEM = "00000000-0000-7000-8000-000000000000"


def system_actor(at: datetime, *areas: str) -> Actor:
    """Give the actor that sets an installation up and keeps its keys from the command line: nobody's key."""
    return Actor(at=at, client_id=SYSTEM, role=Role.ADMIN, areas=areas, person_key="system")


_takes_part = table("project_department", column("project_id"), column("department_code"))


def within(kind: Any, areas: Any, department: Any, owner: Any) -> list[ColumnElement[bool]]:
    """Limit a statement to what a scope allows. Every read of a scoped table passes through here.

    ``kind`` has ``area_code``, ``owner_uscc`` and ``project_id`` (the project itself has ``id``).
    """
    clauses: list[Any] = [one_of(kind.area_code, areas)]
    if owner is not None:
        clauses.append(kind.owner_uscc == owner)
    if department is not None:
        key = kind.id if kind.__tablename__ == "project" else kind.project_id
        clauses.append(
            exists(
                select(1).where(_takes_part.c.project_id == key, _takes_part.c.department_code == department)
            )
        )
    return clauses


Authenticate = Callable[[Request], Awaitable[Actor]]


def acting_as(*roles: Role) -> Any:
    """Build the dependency that admits these roles only; none named admits every role but the rater."""
    allowed = frozenset(roles or set(Role) - {Role.RATER})

    async def read_actor(request: Request) -> Actor:
        actor: Actor = await request.app.state.authenticate(request)
        if actor.role not in allowed:
            raise RoleMayNot(role=actor.role, allowed=sorted(allowed))
        request.scope["actor"] = actor
        return actor

    read_actor.roles = allowed  # type: ignore[attr-defined]  # the authorisation matrix reads it
    return Depends(read_actor)


Anyone = Annotated[Actor, acting_as()]
