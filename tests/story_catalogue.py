"""The chapter about the catalogue: an area says what it promises, and reads what it lacks."""

from typing import Any

PROMISE = {
    "value": 1, "unit": "working_day", "anchor": "acceptance", "certainty": "policy",
    "basis": {"zh": "本市承诺（示例）", "en": "promised here (an example)"},
}  # fmt: skip
OVERLAY: dict[str, Any] = {
    "name": {"zh": "本市审批事项目录", "en": "Catalogue of this county"},
    "items": [{"code": "S3-09", "promised": [PROMISE]}, {"code": "S1-07", "holder": "fgw"}],
}
GIVEN = [
    {
        "item": code,
        "action": "change",
        "handling": {"value": 10, "unit": "working_day"},
        "reason": "部门估计的办理时长",
    }
    for code in ("S1-19", "S3-01", "S4-12")
]
PILES_FIRST = {"item": "S3-08", "action": "add", "reason": "项目单位申请桩基先行"}
NO_SCHEME = {
    "item": "S2-01",
    "action": "drop",
    "waiver": {"legal_basis": "本市简化审批规定（示例）"},
    "reason": "标准厂房，不再单独审查方案",
}


async def tell_catalogue(story: Any) -> None:
    """Ask every operation about the catalogue once."""
    ask, area, path = story.ask, story.area, "/v1/catalogue"
    draft = await ask("admin", "POST", f"{path}/versions", {"area_code": area, "document": OVERLAY})
    story.ids["version_id"] = draft["id"]
    version = f"{path}/versions/{draft['id']}"
    await ask("admin", "PUT", version, {"document": OVERLAY})
    await ask("admin", "GET", version)
    await ask("admin", "POST", f"{version}/publication", {"effective_from": "2026-03-02"}, 2)
    await ask("officer", "GET", f"{path}/versions?area={area}&limit=1")
    await ask("officer", "GET", f"{path}/items?area={area}&approval_stage=3&limit=1")
    await ask("officer", "GET", f"{path}/items/S3-09?area={area}")
    template = "process_class=industrial&land_mode=grant&approval_mode=record_filing"
    await ask("officer", "GET", f"{path}/templates?area={area}&{template}")
    await ask("officer", "GET", f"{path}/coverage?area={area}")


async def tell_content(story: Any, plan: dict[str, Any]) -> None:
    """Draft a plan with items, and read what it holds and changed."""
    ask, path = story.ask, f"{story.project}/plans"
    content = {"based_on": "template", "adjustments": [*GIVEN, PILES_FIRST, NO_SCHEME]}
    made = await ask("agent", "POST", path, plan | {"content": content})
    await ask("officer", "GET", f"{path}/{made['number']}/items?limit=2")
    await ask("officer", "GET", f"{path}/{made['number']}/changes")
