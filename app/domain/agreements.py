"""The agency agreement: two signatures, in any order; what it changes once both are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.coded import Coded
from app.domain.standing import Role
from app.domain.vocabulary import AgreementState
from app.errors import Conflict, Fault, Forbidden, Invalid, Words


class SigningParty(Coded):
    """The two parties of an agreement."""

    OWNER = "owner", "甲方（项目单位）", "the owner"
    AGENCY = "agency", "乙方（代办机构）", "the agency"


class AgreementEnding(Coded):
    """Why an agreement ends before its time (grounds as in similar local agreements)."""

    CLIENT_REQUEST = "client_request", "项目单位提出", "at the owner's request"
    MATTERS_FINISHED = "matters_finished", "委托事项办结", "the matters are finished"
    CONDITIONS_LACKING = "conditions_lacking", "项目不具备办理条件", "the project lacks the conditions"
    FALSEHOOD = "falsehood", "提供虚假材料或者隐瞒情况", "false papers or concealment"
    STATUTORY_FEES_UNPAID = "statutory_fees_unpaid", "未缴纳法定费用", "statutory fees not paid"
    OTHER_LEGAL_GROUND = "other_legal_ground", "其他法定事由", "another legal ground"


class PartyIsNotYours(Forbidden):
    """The owner's signature comes from its portal or through an officer, the agency's from the agency."""

    title = Words("不能代该方签署", "Not yours to sign")
    detail = Words(
        "角色 {role} 不能登记该方签署。", "The role {role} may not enter the signature of this party."
    )


class PartyHasSigned(Conflict):
    """Each party signs once."""

    title = Words("该方已签署", "This party has signed")
    detail = Words("该方已于 {signed_on} 签署。", "This party signed on {signed_on}.")


class AgreementIsTerminated(Conflict):
    """The agreement has ended; nothing can be done with it any more."""

    title = Words("协议已终止", "The agreement is terminated")
    detail = Words("该协议已于 {ended_on} 终止。", "The agreement was terminated on {ended_on}.")


class DayIsInTheFuture(Invalid):
    """What is entered as having happened is dated later than today."""

    title = Words("日期晚于今天", "The day has not come yet")
    detail = Words("{day} 晚于今天。", "{day} is later than today.")


class ValidityIsReversed(Invalid):
    """The last day of validity lies before the first."""

    title = Words("有效期起止颠倒", "The validity is reversed")
    detail = Words("valid_to 早于 valid_from。", "valid_to is earlier than valid_from.")


@dataclass(frozen=True, slots=True)
class Signed:
    """How far an agreement has come."""

    owner_on: date | None
    agency_on: date | None
    ended_on: date | None


SIGNERS = {
    SigningParty.OWNER: frozenset({Role.PORTAL, Role.OFFICER}),
    SigningParty.AGENCY: frozenset({Role.OFFICER, Role.COORDINATOR}),
}
NOT_YET = Words("晚于今天", "is later than today")


def state_of(signed: Signed) -> AgreementState:
    """Name the state: nobody, the owner only, the agency only, both (as deployed in a similar service)."""
    if signed.ended_on is not None:
        return AgreementState.TERMINATED
    if signed.owner_on is None:
        return AgreementState.TO_SIGN if signed.agency_on is None else AgreementState.TO_SEAL
    return AgreementState.SIGNING if signed.agency_on is None else AgreementState.SIGNED


def check_signature(party: SigningParty, role: str, signed: Signed) -> None:
    """Refuse a party's signature by a role that cannot give it, a second one, one after the end."""
    if role not in SIGNERS[party]:
        raise PartyIsNotYours(role=role)
    check_not_ended(signed)
    before = signed.owner_on if party is SigningParty.OWNER else signed.agency_on
    if before is not None:
        raise PartyHasSigned(signed_on=before)


def check_not_ended(signed: Signed) -> None:
    """Refuse what is asked of an agreement that has ended."""
    if signed.ended_on is not None:
        raise AgreementIsTerminated(ended_on=signed.ended_on)


def check_day(day: date, today: date, pointer: str) -> None:
    """Refuse a day later than today."""
    if day > today:
        raise DayIsInTheFuture(day=day, faults=[Fault(pointer, "in_the_future", NOT_YET)])


def scope_with(present: Iterable[str] | None, added: Iterable[str]) -> list[str]:
    """Add the approval stages of an agreement to the agreed scope; nothing is taken away."""
    return sorted({*(present or ()), *added})
