"""Versions of a service plan: who may do what to which, and what freezes."""

from dataclasses import dataclass

from app.domain.coded import Coded
from app.domain.separation import check_approver
from app.errors import Conflict, Invalid, Words


class PlanState(Coded):
    """Where a version of a plan stands; an approved one never changes."""

    DRAFT = "draft", "编制中", "draft"
    APPROVED = "approved", "已审定", "approved"
    SUPERSEDED = "superseded", "已被新版取代", "superseded"


class PlanChangeNeedsReason(Invalid):
    """Every version after the first says why the plan is changed."""

    title = Words("变更方案须说明理由", "A new version needs its reason")
    detail = Words("从第二版起，须填写变更理由 reason。", "From the second version on, give the reason.")


class PlanIsSuperseded(Conflict):
    """A later version has taken the place of this one."""

    title = Words("已有新版方案", "The plan is superseded")
    detail = Words(
        "第 {number} 版已被第 {latest} 版取代。", "Version {number} was superseded by version {latest}."
    )


class PlanApprovedAlready(Conflict):
    """The version is approved already, and approved versions never change."""

    title = Words("方案已审定", "The plan is approved already")
    detail = Words("第 {number} 版已经审定。", "Version {number} is approved already.")


class PlanConfirmedAlready(Conflict):
    """The owner has confirmed this version already."""

    title = Words("项目单位已确认", "The plan is confirmed already")
    detail = Words("项目单位已经确认第 {number} 版。", "The owner has confirmed version {number} already.")


@dataclass(frozen=True, slots=True)
class Version:
    """What the rules may know of one version of a plan."""

    number: int
    latest: int
    author: str
    is_approved: bool
    is_confirmed: bool


def state_of(version: Version) -> PlanState:
    """Name the state of a version; one that was never approved is superseded by the next."""
    if version.is_approved:
        return PlanState.APPROVED
    return PlanState.DRAFT if version.number == version.latest else PlanState.SUPERSEDED


def check_reason_for_change(number: int, *, has_reason: bool) -> None:
    """Refuse a second or later version without its reason."""
    if number > 1 and not has_reason:
        raise PlanChangeNeedsReason


def check_confirmation(version: Version) -> None:
    """Refuse the owner's confirmation of a superseded version, and a second one."""
    _check_latest(version)
    if version.is_confirmed:
        raise PlanConfirmedAlready(number=version.number)


def check_approval(version: Version, approver: str) -> None:
    """Refuse the author as approver, a superseded version, a second approval."""
    _check_latest(version)
    if version.is_approved:
        raise PlanApprovedAlready(number=version.number)
    check_approver(version.author, approver)


def _check_latest(version: Version) -> None:
    if version.number != version.latest:
        raise PlanIsSuperseded(number=version.number, latest=version.latest)
