"""Which complaints may be linked as duplicates; one of them always stands, so that figures lose none."""

from app.complaints.models import Complaint
from app.errors import Fault, Invalid, Words


class DuplicateOfItself(Invalid):
    """A complaint is linked to another complaint, not to itself."""

    title = Words("不能关联自身", "Linked to itself")
    detail = Words("须关联另一件投诉。", "A complaint is linked to another one.")


class OfficesDiffer(Invalid):
    """Complaints about different offices or persons are not linked: one would tell who lodged the other."""

    title = Words("被投诉对象不同", "Not about the same")
    detail = Words(
        "只能关联被投诉单位和被投诉人均相同的投诉。", "Link complaints about the same office and person only."
    )


class LinkedItself(Invalid):
    """A complaint is linked to one that stands for itself: in a circle none would be counted any more."""

    title = Words("对方已是重复件", "The other one is a duplicate itself")
    detail = Words(
        "该投诉已关联到 {duplicate_of}；请直接关联到那一件。",
        "It is linked to {duplicate_of} already: link to that one.",
    )


def check_link(one: Complaint, other: Complaint) -> None:
    """Refuse to link a complaint to itself, to one about somebody else, or to a duplicate."""
    if one.id == other.id:
        raise DuplicateOfItself(faults=[Fault("/duplicate_of", "itself", DuplicateOfItself.detail)])
    about = [(each.about_department_code, each.about_person) for each in (one, other)]
    if about[0] != about[1]:
        raise OfficesDiffer(faults=[Fault("/duplicate_of", "about_another", OfficesDiffer.detail)])
    if other.duplicate_of is not None:
        faults = [Fault("/duplicate_of", "duplicate_itself", LinkedItself.title)]
        raise LinkedItself(faults=faults, duplicate_of=other.duplicate_of)
