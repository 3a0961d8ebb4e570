"""Invitations to evaluate: single use, expiring, one open per occurrence; and the code of a receipt."""

from datetime import datetime, timedelta
from typing import Final

from app.domain.coded import Coded
from app.domain.items import ItemState
from app.domain.vocabulary import Channel
from app.errors import Conflict, Invalid, Words

LIFETIME: Final = timedelta(days=30)
"""How long an invitation stays open when nothing else is asked for (default, not from the standard)."""
LONGEST: Final = timedelta(days=366)
DECIDED: Final = frozenset(
    {
        ItemState.PASSED,
        ItemState.CONDITIONALLY_PASSED,
        ItemState.NOT_PASSED,
        ItemState.NOT_ACCEPTED,
        ItemState.REFUSED,
    }
)
"""A department's answer to a filing: an item decided may be evaluated whatever the answer was."""


class InvitationState(Coded):
    """How an invitation stands. ``expired`` follows from the moment and is never stored."""

    OPEN = "open", "待评价", "open"
    USED = "used", "已使用", "used"
    VOIDED = "voided", "已作废", "voided"
    EXPIRED = "expired", "已过期", "expired"


class OccurrenceKind(Coded):
    """What kind of service an evaluation is about."""

    SERVICE_STEP = "service_step", "代办服务环节", "a step of the agency's service"
    ITEM_DECIDED = "item_decided", "审批事项办结", "an approval item decided"


class EvaluationManner(Coded):
    """On site each service is evaluated, online each matter (国办发〔2019〕51号)."""

    EACH_SERVICE = "each_service", "一次一评（线下）", "each service, on site"
    EACH_MATTER = "each_matter", "一事一评（线上）", "each matter, online"


ON_SITE: Final = frozenset({Channel.HALL_TABLET, Channel.OTHER, Channel.QR_CODE})


class InvitationNotOpen(Conflict):
    """The invitation was used, voided or has expired; it serves nobody any more."""

    title = Words("评价邀请已失效", "The invitation is not open")
    detail = Words("该评价邀请的状态为 {state}。", "The invitation is {state}.")


class OccurrenceEvaluated(Conflict):
    """The occurrence was evaluated; there is no second invitation to it."""

    title = Words("该服务已评价", "The occurrence was evaluated")
    detail = Words(
        "该次服务已经评价，不再发出邀请。",
        "This occurrence was evaluated; no further invitation is given.",
    )


class ExpiryNotPossible(Invalid):
    """An invitation expires later than now, and within a year."""

    title = Words("邀请有效期有误", "The expiry is not possible")
    detail = Words(
        "expires_at 须晚于现在且不超过 366 天。", "expires_at is later than now, by 366 days at most."
    )


class ReceiptMalformed(Invalid):
    """A receipt code is twenty letters and digits, as it was shown."""

    title = Words("回执码格式有误", "The receipt code is malformed")
    detail = Words("回执码为 20 位字母和数字，请核对。", "A receipt code has 20 letters and digits.")


def manner_of(channel: Channel) -> EvaluationManner:
    """Say by which rule an evaluation over a channel is asked for."""
    return EvaluationManner.EACH_SERVICE if channel in ON_SITE else EvaluationManner.EACH_MATTER


def standing_of(state: str, expires_at: datetime, at: datetime, *, is_spent: bool) -> InvitationState:
    """Say how an invitation stands at a moment. Spent is used, also while nobody has been told yet."""
    stored = InvitationState(state)
    if stored is not InvitationState.OPEN:
        return stored
    if is_spent:
        return InvitationState.USED
    return InvitationState.EXPIRED if expires_at <= at else InvitationState.OPEN


def check_issue(last: InvitationState | None) -> None:
    """Refuse another invitation once one was used; an open one is voided by the new one."""
    if last is InvitationState.USED:
        raise OccurrenceEvaluated


def check_open(standing: InvitationState) -> None:
    """Refuse to use or void an invitation that is not open."""
    if standing is not InvitationState.OPEN:
        raise InvitationNotOpen(state=standing.words)


def expiry_of(wanted: datetime | None, at: datetime) -> datetime:
    """Give the moment an invitation expires: the one asked for, or the default."""
    if wanted is None:
        return at + LIFETIME
    if not at < wanted <= at + LONGEST:
        raise ExpiryNotPossible
    return wanted


_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: they are misread
_LENGTH: Final = 20
BITS: Final = _LENGTH * 5


def receipt_code(chance: int) -> str:
    """Write a hundred random bits as a receipt code: four groups of five letters and digits."""
    letters = "".join(_LETTERS[chance >> 5 * place & 31] for place in range(_LENGTH))
    return "-".join(letters[start : start + 5] for start in range(0, _LENGTH, 5))


def read_receipt(text: str) -> str:
    """Read a receipt code as people write it; refuse ``ReceiptMalformed``."""
    plain = "".join(letter for letter in text.upper() if letter not in " -\u3000\t")
    plain = plain.translate(str.maketrans("OIL", "011"))
    if len(plain) != _LENGTH or not set(plain) <= set(_LETTERS):
        raise ReceiptMalformed
    return "-".join(plain[start : start + 5] for start in range(0, _LENGTH, 5))
