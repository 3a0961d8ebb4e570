"""What goes over the wire about item cases."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.domain.clocks import Light
from app.domain.items import ItemAct, ItemState, SpecialKind
from app.domain.planned import ItemKind, LimitAnchor, PausePolicy, TimeBearer
from app.domain.vocabulary import ApprovalStage
from app.pages import PageIn
from app.wire import Code, Day, DurationIn, In, Line, MomentIn, Some, Text, Uuid, Whole

ActCode = Annotated[
    Literal[
        ItemState.RECEIVED,
        ItemState.RECALLED,
        ItemState.ACCEPTED,
        ItemState.NOT_ACCEPTED,
        ItemState.REFUSED,
        ItemState.CORRECTION_STARTED,
        ItemState.CORRECTION_ENDED,
        ItemState.HANDLING,
        ItemState.SPECIAL_STARTED,
        ItemState.SPECIAL_ENDED,
        ItemState.PASSED,
        ItemState.CONDITIONALLY_PASSED,
        ItemState.NOT_PASSED,
        ItemState.WITHDRAWN,
        ItemState.REVOKED,
        ItemAct.EXTENDED,
        ItemAct.SUPPLEMENT_CLOSED,
        ItemAct.VALIDITY_RENEWED,
    ],
    Field(
        description="国家标准办件状态（blzt 1–15），或者延长、容缺补齐、批准文件延期"
        " · a national state, or an act of ours"
    ),
]
DocumentNumber = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=r"^[^\n\t]*$")
]
Extension = Annotated[
    Whole, Field(ge=1, le=365, description="延长的天数（或月、年），与时限同单位 · in the unit of the limit")
]

ValidityRenewal = Annotated[
    Whole,
    Field(ge=1, le=365, description="批准文件延期的长度，单位依目录 · in the unit of the catalogue"),
]


def _handled(kind: ItemKind) -> ItemKind:
    """Refuse a milestone: it is reached, not handled."""
    if kind is ItemKind.MILESTONE:
        raise ValueError("milestone")
    return kind


class NameIn(In):
    """A name in both languages."""

    zh: Line
    en: Line


class LimitIn(In):
    """A limit for handling an item; without a basis it is shown as not verified."""

    duration: Annotated[DurationIn, Field(description="时限 · at most a hundred years")]
    extension: Annotated[Whole, Field(ge=0, le=365)] = 0
    anchor: LimitAnchor = LimitAnchor.ACCEPTANCE
    bearer: TimeBearer = TimeBearer.DEPARTMENT
    basis: NameIn


class ItemDetailsIn(In):
    """What an item outside the plan is."""

    name: NameIn
    kind: Annotated[ItemKind, AfterValidator(_handled)]
    approval_stage: ApprovalStage
    department_code: Annotated[Code, Field(description="办理部门 · who handles it")] | None = None
    bearer: TimeBearer = TimeBearer.DEPARTMENT
    statutory_limit: LimitIn | None = None
    promised_limit: LimitIn | None = None
    pause_policy: PausePolicy = PausePolicy.RESUME


class ItemCaseIn(In):
    """A case of an item outside the plan, or a new one after an earlier case ended ungranted."""

    item_code: Code
    work_package_id: (
        Annotated[
            Uuid, Field(description="只为某一单项工程申报时填写 · when filed for one work package only")
        ]
        | None
    ) = None
    details: Annotated[
        ItemDetailsIn | None, Field(description="方案内事项或者再次申报时省略 · left out for an item known")
    ] = None
    reason: Text | None = None


class ToldIn(In):
    """What an action or a report may tell besides its code; which of it is needed depends on the action."""

    special_kind: SpecialKind | None = None
    expected: Annotated[DurationIn, Field(description="预计用时 · how long it will take")] | None = None
    told_on: Annotated[Day, Field(description="告知申请人的日期 · when the applicant was told")] | None = None
    extension: Extension | None = None
    validity_renewal: ValidityRenewal | None = None
    document_number: DocumentNumber | None = None
    document_on: Day | None = None
    supplement: Annotated[Text, Field(description="容缺材料 · the papers owed")] | None = None
    supplement_due_on: Day | None = None
    materials: (
        Annotated[Some[Code], Field(description="要求补正的材料代码 · the materials a notice asks for")]
        | None
    ) = None
    reason: Text | None = None
    evidence: Some[Uuid] = []


class ItemActionIn(ToldIn):
    """An act of an operator on a case, from the state he sees."""

    action: ActCode
    from_state: Annotated[Code, Field(description="调用方认为办件所处的状态 · the state you decided from")]
    occurred_at: MomentIn | None = None
    approver_id: Annotated[Uuid, Field(description="批准延长的负责人 · the head who approves")] | None = None


class ItemReportIn(ToldIn):
    """News of what has already happened in a department's own system."""

    code: ActCode
    occurred_at: MomentIn
    source_system: Code
    external_id: Annotated[
        str, StringConstraints(min_length=1, max_length=128, strip_whitespace=True, pattern=r"^[^\n\t]*$")
    ]
    source_sequence: (
        Annotated[Whole, Field(ge=0, le=2**31 - 1, description="来源系统序号 · the source's own order")]
        | None
    ) = None
    handler: Annotated[Line, Field(description="经办人 · who handled it")] | None = None


class CaseAsOfIn(BaseModel):
    """Two questions: what had been recorded by then, and what was the case then; each defaults to now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    known_at: MomentIn | None = None
    valid_at: MomentIn | None = None


class ProjectCasesIn(PageIn):
    """A page of a project's cases; closed rounds and dropped items are among them."""


class ItemCasesIn(PageIn):
    """Filters of the list across projects. With ``department``, a light means the department's own time."""

    light: list[Light] | None = Field(default=None, max_length=8)
    state: list[ItemState] | None = Field(default=None, max_length=17)
    department: Code | None = None
    bearer: TimeBearer | None = None
    area: list[Code] | None = Field(default=None, max_length=50)
    item_code: Code | None = None
    due_on_from: Day | None = None
    due_on_to: Day | None = None
    sort: Literal["-opened_at", "opened_at", "due_on", "-due_on"] = "-opened_at"
