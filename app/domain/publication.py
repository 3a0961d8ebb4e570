"""Versions of documents that are drafted, then published by another person from a day on, for good."""

from datetime import date
from typing import Protocol

from app.domain.separation import check_approver
from app.errors import Conflict, Invalid, Words

DRAFT, PUBLISHED = "draft", "published"
CHANGE, PUBLISH = Words("修改", "Change"), Words("发布", "Publish")


class VersionIsPublished(Conflict):
    """A published version stays as it is; what should change is drafted as the next version."""

    title = Words("版本已发布", "The version is published")
    detail = Words(
        "第 {number} 版已发布，不能再修改；请起草新版本。",
        "Version {number} is published and stays as it is; draft the next one.",
    )


class EffectiveInThePast(Invalid):
    """A version takes effect today or later, so that what applied on a past day stays true."""

    title = Words("生效日期早于今天", "Effective in the past")
    detail = Words("生效日期不得早于今天（{today}）。", "It can take effect today ({today}) or later.")


class NumberJustTaken(Conflict):
    """Another draft was stored under this number at this moment; the same request will succeed."""

    retry_after = 1
    title = Words("版本号刚被占用", "The number was just taken")
    detail = Words("另一份草案刚刚保存，请重试。", "Another draft was stored at this moment; try again.")


class Version(Protocol):
    """What of a version these rules look at."""

    number: int
    state: str
    drafted_by: str


def check_draft(version: Version) -> None:
    """Refuse to touch a published version."""
    if version.state == PUBLISHED:
        raise VersionIsPublished(number=version.number)


def check_publisher(version: Version, person: str) -> None:
    """Refuse to publish twice, or what one has drafted oneself."""
    check_draft(version)
    check_approver(version.drafted_by, person)


def check_effective(effective_from: date, today: date) -> None:
    """Refuse a day in the past."""
    if effective_from < today:
        raise EffectiveInThePast(today=today)
