"""Invitations to evaluate: every way one stands × everything done with it; receipt codes."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain import invitations as i
from app.domain.invitations import InvitationState as S
from app.domain.vocabulary import Channel

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER, EARLIER = AT + timedelta(seconds=1), AT


@pytest.mark.parametrize(
    ("stored", "expires_at", "is_spent", "stands"),
    [
        ("open", LATER, False, S.OPEN),
        ("open", EARLIER, False, S.EXPIRED),
        ("open", LATER, True, S.USED),
        ("open", EARLIER, True, S.USED),
        ("used", EARLIER, True, S.USED),
        ("used", LATER, False, S.USED),
        ("voided", LATER, False, S.VOIDED),
        ("voided", EARLIER, False, S.VOIDED),
    ],
)
def test_how_an_invitation_stands(stored: str, expires_at: datetime, is_spent: bool, stands: S) -> None:
    assert i.standing_of(stored, expires_at, AT, is_spent=is_spent) is stands


@pytest.mark.parametrize(
    ("last", "is_issued"),
    [(None, True), (S.OPEN, True), (S.VOIDED, True), (S.EXPIRED, True), (S.USED, False)],
)
def test_after_use_there_is_no_other_invitation(last: S | None, is_issued: bool) -> None:
    if is_issued:
        i.check_issue(last)
    else:
        with pytest.raises(i.OccurrenceEvaluated):
            i.check_issue(last)


@pytest.mark.parametrize(("standing", "is_open"), [(s, s is S.OPEN) for s in S])
def test_only_an_open_one_is_used_or_voided(standing: S, is_open: bool) -> None:
    if is_open:
        i.check_open(standing)
    else:
        with pytest.raises(i.InvitationNotOpen) as refused:
            i.check_open(standing)
        assert standing.words.zh in refused.value.detail.told("zh", refused.value.facts)


def test_the_expiry_is_thirty_days_or_as_asked_within_a_year() -> None:
    assert i.expiry_of(None, AT) == AT + timedelta(days=30)
    assert i.expiry_of(LATER, AT) == LATER
    assert i.expiry_of(AT + timedelta(days=366), AT) == AT + timedelta(days=366)
    for wanted in (AT, AT - timedelta(days=1), AT + timedelta(days=366, seconds=1)):
        with pytest.raises(i.ExpiryNotPossible):
            i.expiry_of(wanted, AT)


def test_on_site_each_service_is_evaluated_and_online_each_matter() -> None:
    on_site = {c for c in Channel if i.manner_of(c) is i.EvaluationManner.EACH_SERVICE}
    assert on_site == {Channel.HALL_TABLET, Channel.OTHER, Channel.QR_CODE}


def test_a_receipt_code_is_read_as_people_write_it() -> None:
    code = i.receipt_code(2**100 - 1)
    assert code == "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ"
    assert i.receipt_code(0) == "00000-00000-00000-00000"
    assert len({i.receipt_code(1 << n) for n in range(i.BITS)}) == 100
    mixed = i.receipt_code(0x123456789ABCDEF0123456789)
    assert i.read_receipt(mixed) == mixed
    assert i.read_receipt(f" {mixed.lower().replace('-', ' ')} ") == mixed
    assert i.read_receipt("oooooIIIIIlllll00000") == "00000-11111-11111-00000"
    for wrong in ("", "ZZZZZ", mixed + "0", mixed.replace(mixed[0], "U"), "中" * 20, "ｚ" * 20):
        with pytest.raises(i.ReceiptMalformed):
            i.read_receipt(wrong)
