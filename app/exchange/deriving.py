"""Deriving a service procedure from an event log: what was observed, and nothing else."""

import re
from typing import Any

from app.digests import sha256
from app.domain.standing import Role
from app.exchange.reading import Log, LogNotReadable
from app.exchange.schemas import MappingIn

START = "start"
LONGEST_CODE = 53  # leaves room for a digest within the 64 of a stage's code
MAY_MOVE = [Role.OFFICER, Role.COORDINATOR, Role.ADMIN]


def derive_procedure(log: Log, mapping: MappingIn, digest: str) -> dict[str, Any]:
    """Derive the document of a procedure: a stage per activity behind an artificial ``start``.

    A move leads to a stage from every stage it was seen to follow, itself included; a stage may end where a
    case was seen to end. The same log gives the same document. Refuses a log without a single good case.
    """
    if not log.cases:
        raise LogNotReadable
    sources: dict[str, set[str]] = {}
    ends: set[str] = set()
    for rows in log.cases.values():
        before = ""
        for row in rows:
            sources.setdefault(row.activity, set()).add(before)
            before = row.activity
        ends.add(before)
    activities = sorted(sources)
    codes = stage_codes(activities) | {"": START}
    basis = {
        "zh": f"依据事件日志推导（SHA-256 {digest[:16]}）",
        "en": f"Derived from an event log (SHA-256 {digest[:16]})",
    }
    return {
        "code": mapping.procedure.code,
        "name": mapping.procedure.name.model_dump(),
        "initial": START,
        "derived_from_log": True,
        "stages": [
            {"code": START, "label": {"zh": "开始", "en": "Start"}},
            *(
                {
                    "code": codes[activity],
                    "label": {"zh": activity, "en": activity},
                    "is_terminal": activity in ends,
                    "may_end": activity in ends,
                }
                for activity in activities
            ),
        ],
        "moves": [
            {
                "code": codes[activity],
                "label": {"zh": activity, "en": activity},
                "from": sorted(codes[source] for source in sources[activity]),
                "to": codes[activity],
                "by": [str(role) for role in MAY_MOVE],
                "basis": basis,
            }
            for activity in activities
        ],
    }


def stage_codes(activities: list[str]) -> dict[str, str]:
    """Give each activity a code of lower-case ASCII letters, digits and underscores.

    What ASCII cannot tell apart (or not say at all, such as Chinese) gets a digest of its name.
    """
    plain = {a: _ascii(a) for a in activities}
    taken = [START, *plain.values()]
    return {
        a: code if taken.count(code) == 1 and _is_told(a) else f"{code}_{sha256(a.encode())[:10]}"
        for a, code in plain.items()
    }


def _ascii(activity: str) -> str:
    words = re.findall(r"[a-z0-9]+", activity.lower())
    code = "_".join(words)[:LONGEST_CODE].rstrip("_")
    return code if code[:1].isalpha() else f"activity_{code}".rstrip("_")


def _is_told(activity: str) -> bool:
    """Tell whether the code says all that the name says, apart from signs and spaces."""
    return activity.isascii() and len(activity) <= LONGEST_CODE
