"""Putting projects on lists, publishing thresholds, and saying what makes a project major."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from app.actor import Actor
from app.answers import check_version
from app.areas.queries import AreaNotFound, areas_above, lock_areas
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.major import Listing, MajorBasis, Span, Threshold, major_basis, threshold_in_force
from app.domain.vocabulary import ListLevel
from app.errors import Conflict, Fault, Invalid, Words
from app.events.service import Stamp, record
from app.majors.models import ListMembership, ThresholdPolicy
from app.majors.queries import get_membership, thresholds_of
from app.majors.schemas import ListMembershipEndIn, ListMembershipIn, ThresholdPolicyIn
from app.private import service as private
from app.projects.models import Project
from app.projects.queries import every_part, get_project, lock_project, stamp_of
from app.troubles import clashing
from app.wire import fen


class EndsBeforeItBegins(Invalid):
    """The last day of validity lies before the first."""

    title = Words("有效期截止早于起始", "It ends before it begins")
    detail = Words("截止日 {valid_to} 早于起始日 {valid_from}。", "{valid_to} is before {valid_from}.")


class AlreadyListed(Conflict):
    """The project stands on this list of this year already."""

    title = Words("已列入该名单", "Already on this list")
    detail = Words(
        "该项目已在 {year} 年名单“{list_name}”中。", "It is on the list “{list_name}” of {year} already."
    )


class MembershipHasEnded(Conflict):
    """The membership ends on this day or before already."""

    title = Words("名单资格已终止", "The membership has ended")
    detail = Words("该名单资格已于 {valid_to} 终止。", "The membership ends on {valid_to} already.")


class ThresholdsOverlap(Conflict):
    """Another threshold of the same area and class is valid in part of this time."""

    title = Words("标准有效期重叠", "The thresholds overlap")
    detail = Words(
        "同一区域、同一类别在该期间已有标准（编号 {id}，自 {valid_from} 起）。",
        "The area and class have a threshold in that time already ({id}, from {valid_from}).",
    )


async def add_list_membership(
    session: Writer, actor: Actor, project_id: str, given: ListMembershipIn
) -> ListMembership:
    """Put a project on an annual list. Refuses the same list and year twice, an end before the beginning."""
    project, _ = await lock_project(session, actor, project_id)
    first = given.valid_from or date(given.year, 1, 1)
    _check_order(first, given.valid_to)
    with clashing(
        uq_list_membership_project_id=AlreadyListed(year=given.year, list_name=given.list_name),
    ):
        membership = await session.insert(
            ListMembership,
            id=new_id(actor.at),
            project_id=project_id,
            area_code=project.area_code,
            owner_uscc=project.owner_uscc,
            list_level=given.list_level,
            list_name=given.list_name,
            year=given.year,
            valid_from=first,
            valid_to=given.valid_to,
            document=given.document,
            end_reason_id=None,
        )
    await record(session, actor, "list_membership.added", stamp_of(project))
    return membership


async def end_list_membership(
    session: Writer,
    actor: Actor,
    project_id: str,
    membership_id: str,
    given: ListMembershipEndIn,
    expected: int | None,
) -> ListMembership:
    """End a membership; the service of the project goes on as it was.

    Refuses one that ends on that day or earlier already, an end before the beginning, a stale version.
    """
    project, _ = await lock_project(session, actor, project_id)
    membership = await get_membership(session, actor, project_id, membership_id)
    check_version(expected, membership.version)
    if membership.valid_to is not None and membership.valid_to <= given.valid_to:
        raise MembershipHasEnded(valid_to=membership.valid_to.isoformat())
    _check_order(membership.valid_from, given.valid_to)
    reason_id = await private.keep(session, actor, "reason", given.reason, project_id)
    membership = await session.change(
        membership, valid_to=given.valid_to, end_reason_id=reason_id, version=membership.version + 1
    )
    await record(session, actor, "list_membership.ended", stamp_of(project), reason_id=reason_id)
    return membership


async def publish_threshold_policy(
    session: Writer, actor: Actor, given: ThresholdPolicyIn
) -> ThresholdPolicy:
    """Publish a threshold; the open one of the same area and class ends the day before.

    Refuses areas that are not the caller's, and a time in which there is one already. The areas are locked,
    so that two publications see each other.
    """
    if not actor.has_area(given.area_code):
        raise AreaNotFound(code=given.area_code)
    _check_order(given.valid_from, given.valid_to)
    await session.all(lock_areas())
    span = Span(given.valid_from, given.valid_to)
    for other in await session.all(thresholds_of([given.area_code])):
        if other.process_class != given.process_class or not _span(other).meets(span):
            continue
        if other.valid_to is not None or other.valid_from >= given.valid_from:
            raise ThresholdsOverlap(id=other.id, valid_from=other.valid_from.isoformat())
        eve = given.valid_from - timedelta(days=1)
        await session.change(other, valid_to=eve, version=other.version + 1)
    policy = await session.insert(
        ThresholdPolicy,
        id=new_id(actor.at),
        area_code=given.area_code,
        process_class=given.process_class,
        minimum_fen=fen(given.minimum_investment_wan_yuan),
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        source=given.source,
        basis=given.basis,
    )
    await record(session, actor, "threshold_policy.published", Stamp(None, given.area_code, None))
    return policy


class Found(NamedTuple):
    """What was found out about a project: its basis, and the rows that the basis names."""

    project: Project
    basis: MajorBasis
    memberships: list[ListMembership]
    policy: ThresholdPolicy | None


async def find_major_basis(session: Reader, actor: Actor, project_id: str, day: date) -> Found:
    """Find which lists and which threshold make a project major on a day; by its investment of now."""
    project, _ = await get_project(session, actor, project_id)
    memberships = await every_part(session, actor, project_id, ListMembership)
    areas = await areas_above(session, project.area_code)
    policies = await session.all(thresholds_of(list(areas)))
    threshold = threshold_in_force(map(_threshold, policies), areas, project.process_class, day)
    listings = [Listing(m.id, ListLevel(m.list_level), m.list_name, m.year, _span(m)) for m in memberships]
    basis = major_basis(listings, threshold, project.investment_fen, day)
    named = [m for m in memberships if m.id in basis.listings]
    return Found(project, basis, named, next((p for p in policies if p.id == basis.threshold), None))


def _threshold(policy: ThresholdPolicy) -> Threshold:
    return Threshold(policy.id, policy.area_code, policy.process_class, policy.minimum_fen, _span(policy))


def _span(dated: Any) -> Span:
    return Span(dated.valid_from, dated.valid_to)


def _check_order(first: date, last: date | None) -> None:
    if last is not None and last < first:
        days = {"valid_from": first.isoformat(), "valid_to": last.isoformat()}
        faults = [Fault(f"/{name}", "out_of_order", EndsBeforeItBegins.detail, days) for name in days]
        raise EndsBeforeItBegins(faults=faults, **days)
