"""The contract: what FastAPI knows of the routes, completed by what every operation shares."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi

from app import __version__
from app.describing import describe, exemplify, paragraphs, with_plain_names
from app.errors import Refusal

ROOT = Path(__file__).parent.parent / "openapi"
DOCUMENT, EXAMPLES = ROOT / "openapi.json", ROOT / "examples.json"
DESCRIPTION = """\
南通市重大项目代办服务的工作流接口：项目从线索到归档的全过程，每一步依流程办理、一次记账、防篡改。
列表一律 `limit` + `cursor`；修改须带 `If-Match`；POST 可带 `Idempotency-Key` 安全重试；拒绝为 RFC 9457
`application/problem+json`，默认中文，`Accept-Language: en` 为英文。选项的取值今后可能增加，见 `/v1/codes`。

The workflow API behind the agency service for major projects: from first contact to archive, every step
by the procedure, recorded once, tamper-evident. Lists take `limit` and `cursor`; changes need `If-Match`;
POSTs take `Idempotency-Key`, and without it are not safe to repeat; refusals are RFC 9457 problems, in
Chinese unless `Accept-Language: en`. Choices are strings; values may be added, see `/v1/codes`.

与已公布的标准提纲保持一致，不声称符合任何条款。
Aligned with the published outlines of the standards; conformity to no clause is claimed."""

REFUSED_EVERYWHERE = (
    ("400", "OwnerMissing"),
    ("401", "NotAuthenticated"),
    ("403", "RoleMayNot"),
    ("403", "RoleNotHeld"),
    ("403", "OperatorUnknown"),
    ("429", "TooManyRequests"),
    ("503", "DatabaseAway"),
)
REFUSED_TO_BODIES = (
    ("400", "MalformedJson"),
    ("413", "BodyTooLarge"),
    ("415", "MediaTypeNotSupported"),
)
REFUSED_TO_WRITERS = (
    ("400", "OperatorMissing"),
    ("408", "BodyTooSlow"),
    ("409", "LockNotGiven"),
    ("507", "DiskIsFull"),
)
REFUSED_TO_KEYS = (
    ("400", "IdempotencyKeyMalformed"),
    ("409", "OriginalInFlight"),
    ("422", "IdempotencyKeyReused"),
)
TAGS = {  # in the order of the pages; their names stay ASCII, because generated clients make modules of them
    "projects": "项目记录：登记、查询、修改 · the project record",
    "stages": "服务环节：流转、第二人确认、期限明细 · moving a project on, and by when",
    "engagements": "委托协议与代办人员 · agency agreements, and who serves",
    "plans": "服务方案 · service plans, version by version",
    "schedules": "排期、推演与进度图 · critical path, what-if, chart",
    "progress": "材料、节点、服务记录 · materials, milestones, service on record",
    "evaluations": "服务评价、评价邀请 · evaluations, and invitations to them",
    "rating page": "评价页面 · the page on which a rater evaluates",
    "board": "督办看板（网页） · the board of a supervisor, a page",
    "bad reviews": "差评处置：预审、核实、整改、回复、回访 · bad reviews, from pre-check to call-back",
    "coordination": "协调事项、会商与结论 · issues on the ladder of levels, consultations, conclusions",
    "complaints": "投诉处置：受理、调查、决定、反馈、复核 · complaints, from acceptance to archive",
    "follow-ups": "回访与抽样 · follow-ups, and samples that can be drawn again",
    "supervision": "督办：发出、答复、评判成效、撤回 · supervision notices for what is overdue",
    "workload": "工作量、名下未了事项与交接 · workload, and handing over what is open",
    "files": "文件与案卷 · files, and the papers of the service file",
    "archives": "业务单据与归档包 · printed forms and the archive package",
    "timeline": "项目时间轴 · everything that happened to a project",
    "corrections": "录入更正 · wrong entries put right by two persons",
    "project particulars": "项目代码、外部编号、单项工程、重复项目、区域移交 · codes, duplicates, transfers",
    "item-cases": "事项办件：办理、报送、步骤与时限 · approval items as cases, their steps and clocks",
    "readiness": "申报前检查与材料共用 · what an item still lacks before it is filed, and materials reused",
    "alarms": "到期提醒 · decisions that lapse and papers that fall due",
    "tasks": "今日任务与离岗代理 · what must be done today, and who stands in",
    "people": "项目单位人员 · persons on the owner's side",
    "statistics": "统计指标与定义 · figures for a period, and what each means",
    "reports": "周报和月报：同名报表逐字节相同 · weekly and monthly reports, by names that keep",
    "major projects": "重大项目名单与标准 · annual lists and thresholds",
    "procedures": "服务流程 · service procedures as data",
    "catalogue": "审批事项目录：版本、事项、方案模板、缺项 · approval items as data, templates of plans",
    "calendars": "工作日历：版本、影响、启用、时限试算 · working calendars, and what a new version moves",
    "areas": "区域 · divisions and functional areas",
    "departments": "部门 · authorities of the areas",
    "clients": "接入系统与密钥 · calling systems and their keys",
    "operators": "操作人员 · the people behind the systems",
    "codes": "数据字典 · every choice, in both languages",
    "events": "账本：变更流、核验、检查点 · the ledger: change feed, verification, checkpoints",
    "private": "个人信息与自由文本的删除 · erasing personal data and free texts",
    "exchange": "事件日志的导入与导出 · event logs in and out",
    "operations": "运行状态与错误码 · health, and what refusals mean",
}
SUCCESS = {
    "200": "成功 · done",
    "201": "已创建 · created",
    "202": "已接收，由后台办理 · taken; done later",
    "304": "未变：If-None-Match 所持仍为最新 · not modified: what If-None-Match names is still current",
}
TEXT = {"type": "string"}
HEADERS: dict[str, tuple[str, str]] = {
    "Acting-For": ("uscc", "门户所代表的项目单位（统一社会信用代码）· the owner a portal acts for"),
    "Operator-Id": (
        "operator",
        "操作人员编号；工作人员写入时必填 · the person behind the system; staff need it to write",
    ),
    "Operator-Role": ("role", "本次行使的角色 · the role acted in, one of the client's"),
    "Accept-Language": ("language", "zh（默认）或 en · the language of texts for people"),
}


def document_of(app: FastAPI) -> dict[str, Any]:
    """Build the OpenAPI 3.1 document that the code serves."""
    found = get_openapi(
        title=app.title,
        version=__version__,
        description=DESCRIPTION,
        routes=app.routes,
        separate_input_output_schemas=False,
        servers=[{"url": "/", "description": "本服务 · this service"}],
    )
    document = with_plain_names(found)
    components = document["components"]
    components["securitySchemes"] = {
        "apiKey": {"type": "http", "scheme": "bearer", "description": "API 密钥 mps_… · an API key"}
    }
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    components["parameters"] = _shared_parameters()
    refusals: Mapping[str, type[Refusal]] = app.state.refusals()
    components["examples"] = {code: _refused(kind) for code, kind in refusals.items()}
    document["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    roles, keyed = roles_of(app), keyed_of(app)
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.exists() else {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = operation["operationId"]
            _complete(path, method, operation, roles.get(name), takes_key=method == "post" and name in keyed)
            _explain(operation["responses"], refusals)
            exemplify(operation, examples.get(operation["operationId"]))
    describe(document)
    return document


def _shared_parameters() -> dict[str, Any]:
    shared = {
        name.replace("-", ""): {
            "name": name,
            "in": "header",
            "required": False,
            "description": words,
            "schema": TEXT,
        }
        for name, (_, words) in HEADERS.items()
    }
    for name, required, words, schema in (
        (
            "Idempotency-Key",
            False,
            "安全重试的键，保存至少 72 小时 · makes the POST safe to repeat, for 72 hours",
            {"type": "string", "maxLength": 255, "pattern": "^[ -~]+$"},
        ),
        ("If-Match", True, "所依据的版本（ETag） · the version decided from, by its ETag", TEXT),
        ("If-None-Match", False, "已持有的 ETag；未变则 304 · the ETag held; 304 when unchanged", TEXT),
    ):
        shared[name.replace("-", "")] = {
            "name": name,
            "in": "header",
            "required": required,
            "description": words,
            "schema": schema,
        }
    return shared


def _complete(
    path: str, method: str, operation: dict[str, Any], roles: list[str] | None, *, takes_key: bool
) -> None:
    lines = (operation.get("description") or "").split("\n", 1)
    operation["summary"] = lines[0].strip().rstrip(".")
    operation["description"] = paragraphs(lines[1]) if len(lines) > 1 else ""
    responses = operation["responses"]
    for status, response in responses.items():
        if status == "422" and "HTTPValidationError" in json.dumps(response):
            responses[status] = {"description": "FieldsInvalid", "content": _problem()}
        elif status[0] in "45":
            response["content"] = _problem()
    if not path.startswith("/v1/"):
        return
    operation["security"] = [{"apiKey": []}]
    operation["x-roles"] = roles or []
    by = ", ".join(f"`{role}`" for role in roles or ()) or "任何角色 · any"
    operation["description"] = f"{operation['description']}\n\n角色 · Roles: {by}".lstrip()
    names = [*HEADERS, *_conditional(method, takes_key=takes_key)]
    found = operation.setdefault("parameters", [])
    found += [{"$ref": f"#/components/parameters/{name.replace('-', '')}"} for name in names]
    if method == "get":
        responses["304"] = {"description": "304"}
    refused = [*REFUSED_EVERYWHERE, *(() if method == "get" else REFUSED_TO_WRITERS)]
    if takes_key:
        refused += REFUSED_TO_KEYS
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        refused += REFUSED_TO_BODIES
    for status, code in refused:
        known = responses.setdefault(status, {"description": code, "content": _problem()})
        if code not in known["description"].split(", "):
            known["description"] += f", {code}"


def _explain(responses: dict[str, Any], refusals: Mapping[str, type[Refusal]]) -> None:
    """Say what each answer means: every refusal by its code, its titles and its example."""
    for status, response in responses.items():
        codes = [code for code in response["description"].split(", ") if code in refusals]
        if status in SUCCESS:
            response["description"] = SUCCESS[status]
        elif codes:
            titles = {code: refusals[code].title for code in codes}
            response["description"] = "\n".join(f"* `{c}` {t.zh} · {t.en}" for c, t in titles.items())
            examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
            response["content"]["application/problem+json"]["examples"] = examples


def without_facts(text: str) -> str:
    """Put an ellipsis where the facts of a case would stand."""
    return re.sub(r"\{\w*\}", "…", text)


def _refused(kind: type[Refusal]) -> dict[str, Any]:
    """Show a refusal as it is answered; an ellipsis stands where the facts of the case would."""
    code = kind.__name__
    return {
        "summary": f"{kind.title.zh} · {kind.title.en}",
        "value": {
            "type": f"/problems/{code}",
            "title": kind.title.zh,
            "status": kind.status,
            "detail": without_facts(kind.detail.zh),
            "instance": "urn:request:660e327cce1e3-1",
            "code": code,
            "errors": [],
            "facts": {},
        },
    }


def _conditional(method: str, *, takes_key: bool) -> list[str]:
    if method == "post":
        return ["Idempotency-Key"] if takes_key else []
    return ["If-None-Match"] if method == "get" else ["If-Match"]


def _problem() -> dict[str, Any]:
    return {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def keyed_of(app: FastAPI) -> set[str]:
    """Name the operations that keep their answer with an idempotency key: those with its session."""
    found = set()
    for route in _routes(app.routes):
        dependant: Dependant | None = getattr(route, "dependant", None)
        for below in dependant.dependencies if dependant else ():
            if getattr(below.call, "__module__", "") == "app.idempotency":
                found.add(route.name)
    return found


def roles_of(app: FastAPI) -> dict[str, list[str]]:
    """Name the roles each operation admits, from the dependency that reads its actor."""
    found: dict[str, list[str]] = {}
    for route in _routes(app.routes):
        dependant: Dependant | None = getattr(route, "dependant", None)
        for below in dependant.dependencies if dependant else ():
            roles = getattr(below.call, "roles", None)
            if roles is not None:
                found[route.name] = sorted(str(role) for role in roles)
    return found


def _routes(routes: Any) -> Any:
    for route in routes:
        included = getattr(route, "original_router", None)  # FastAPI keeps a tree of routers
        if included is None:
            yield route
        else:
            yield from _routes(included.routes)


def written(document: dict[str, Any]) -> str:
    """Write a document as it is committed."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=False) + "\n"
