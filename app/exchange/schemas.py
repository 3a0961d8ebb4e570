"""What goes over the wire about imports and exports, and the mapping file of an event log."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.domain.planned import ItemKind
from app.domain.vocabulary import ApprovalStage
from app.pages import PageIn
from app.wire import Code, In, Line, Truth, Uuid

StageCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=64)]


class LabelIn(In):
    """A name in both languages."""

    zh: Line
    en: Line


class ProcedureNameIn(In):
    """The service procedure that the log goes by."""

    code: StageCode
    name: LabelIn


class ColumnsIn(In):
    """Which column of the log says what. The names are those of XES, as pm4py writes them."""

    case: Line = "case:concept:name"
    activity: Line = "concept:name"
    timestamp: Line = "time:timestamp"
    resource: Line | None = "org:resource"
    group: Line | None = "org:group"
    instance: Line | None = "concept:instance"
    lifecycle: Line | None = "lifecycle:transition"
    received: Annotated[Line | None, Field(description="收件时间 · when the case was received")] = None
    planned_end: Annotated[Line | None, Field(description="承诺办结时间 · the end that was promised")] = None
    deadline: Annotated[Line | None, Field(description="法定期限 · the statutory end")] = None


class ItemCasesIn(In):
    """How the activities of a log become approval items; their limits stand in columns."""

    kind: Literal[ItemKind.SERVICE, ItemKind.PRE_REVIEW, ItemKind.FILING, ItemKind.PERMIT] = ItemKind.PERMIT
    approval_stage: ApprovalStage = ApprovalStage.LAND_AND_PLANNING
    without_department: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=100, description="不代表部门的组名 · groups that name no department"),
    ] = ["EMPTY"]
    register_departments: Annotated[
        bool,
        Field(description="登记日志中出现而尚未登记的部门 · register groups that are no department yet"),
    ] = False


class MappingIn(In):
    """How a log of another system is read: a project per case; a stage transition or item case per event."""

    contains_state_secrets: Annotated[
        Truth,
        Field(description="必须为 false：涉密项目不得录入 · must be false: secret projects stay outside"),
    ]
    source_system: Code
    area_code: Code
    procedure: ProcedureNameIn
    columns: ColumnsIn = ColumnsIn()
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    delimiter: Literal[",", ";", "\t"] = ","
    project_name_prefix: Annotated[str, Field(max_length=72)] = ""
    item_cases: Annotated[
        ItemCasesIn | None,
        Field(description="按审批事项导入，而不是环节流转 · import approval items instead of transitions"),
    ] = None


class ImportIn(In):
    """A wish to import an uploaded event log."""

    kind: Literal["event_log"]
    file_id: Uuid
    mapping: MappingIn


class ImportOut(TypedDict):
    """An import: how far it has come. Every row of the file ends in exactly one of the four counts."""

    id: str
    version: int
    kind: str
    state: Annotated[str, Field(description="待办、进行中、完成、失败 · pending, running, done, failed")]
    file_id: str
    file_sha256: str
    area_code: str
    source_system: str
    procedure_code: str
    rows: Annotated[int, Field(description="数据行数 · rows below the header")]
    rows_imported: Annotated[int, Field(description="本次导入 · became transitions by this import")]
    rows_present: Annotated[int, Field(description="此前已有 · were there before it began")]
    rows_reported: Annotated[int, Field(description="未导入，见报告 · not imported, see the report")]
    rows_waiting: Annotated[int, Field(description="尚待处理 · still to be done")]
    projects_registered: int
    reason: Annotated[str | None, Field(description="失败原因 · why it failed")]
    requested_at: datetime
    finished_at: datetime | None


class RowReportOut(TypedDict):
    """Why a row was not imported. The cell itself is not repeated: it may hold anything."""

    line: Annotated[int, Field(description="文件中的行号，表头为 1 · in the file; the header is line 1")]
    column: str | None
    code: str
    reason: str


class ExportIn(In):
    """A wish to export stage transitions as an event log."""

    kind: Literal["event_log"]
    format: Literal["csv", "xes"] = "csv"
    source_system: Annotated[
        Code | None,
        Field(description="仅导出带有该系统编号的项目 · only projects that have an id of this system"),
    ] = None


class ExportOut(TypedDict):
    """An export: the transitions up to a place in the ledger, so that its content never changes."""

    id: str
    version: int
    kind: str
    format: str
    state: str
    source_system: str | None
    through_sequence: Annotated[int, Field(description="账本序号上限 · the ledger's end when it was asked")]
    content: Annotated[str, Field(description="内容地址 · where its content is")]
    requested_at: datetime


class JobsIn(PageIn):
    """What the lists of imports and exports can be asked."""
