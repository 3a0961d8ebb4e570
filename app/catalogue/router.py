"""HTTP: the catalogue of approval items, its versions, templates of plans, and what an area lacks."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, VersionMissing, expected_version, page, shown
from app.areas.queries import AreaNotFound
from app.catalogue import service
from app.catalogue.answers import coverage_body, item_body, template_body, version_body, version_summary
from app.catalogue.queries import (
    CatalogueNotFound,
    InForce,
    ItemNotInCatalogue,
    NoCatalogueInForce,
    catalogue_of,
    get_version,
    holders_in,
)
from app.catalogue.schemas import (
    CatalogueDocumentIn,
    CatalogueItemOut,
    CataloguePublicationIn,
    CatalogueVersionOut,
    CatalogueVersionSummaryOut,
    CoverageOut,
    ItemsIn,
    PlaceIn,
    TemplateIn,
    TemplateOut,
    VersionIn,
    VersionsIn,
)
from app.database import Reader, ReadSession
from app.domain.catalogue_shape import CatalogueHasFaults
from app.domain.publication import EffectiveInThePast, NumberJustTaken, VersionIsPublished
from app.domain.separation import ApproverIsAuthor
from app.domain.standing import Role
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageOut, cursor_of, cut, read_cursor
from app.problems import refuses
from app.route import router as new_router
from app.wire import Day, Uuid

router = new_router("/v1/catalogue", "catalogue")
Admin = Annotated[Actor, acting_as(Role.ADMIN)]
ItemCode = Annotated[str, Path(pattern=r"^[A-Z][A-Z0-9]{0,7}(-[A-Z0-9]{1,8}){1,3}$", max_length=64)]


@router.get(
    "/items",
    response_model=PageOut[CatalogueItemOut],
    responses=refuses(AreaNotFound, NoCatalogueInForce, CursorInvalid),
)
async def list_catalogue_items(
    actor: Anyone, asked: Annotated[ItemsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询审批事项 · List the approval items in force in an area, by code.

    区域自有的版本叠加在上级之上；on 默认为今天。每个时限都注明依据和可信程度。
    An area's own version lies over those above it. Every limit says what it rests on, and how sure it is.
    """
    found, departments = await _in_force(session, actor, asked.area, asked.on)
    (last,) = read_cursor(asked.cursor, str) or (None,)
    items = [
        item
        for code, item in found.catalogue.items.items()
        if (last is None or code > last)
        and (asked.approval_stage is None or str(item.approval_stage) in asked.approval_stage)
    ]
    rows, has_more = cut(items, asked.limit)
    bodies = [item_body(item, found.catalogue, departments) for item in rows]
    return page(request, bodies, cursor_of(rows[-1].code) if has_more else None)


@router.get(
    "/items/{code}",
    response_model=CatalogueItemOut,
    responses=refuses(AreaNotFound, NoCatalogueInForce, ItemNotInCatalogue),
)
async def get_catalogue_item(
    actor: Anyone, code: ItemCode, asked: Annotated[PlaceIn, Query()], session: ReadSession, request: Request
) -> Response:
    """读取审批事项 · Read an approval item as it is in force in an area."""
    found, departments = await _in_force(session, actor, asked.area, asked.on)
    if code not in found.catalogue.items:
        raise ItemNotInCatalogue(code=code)
    return shown(request, item_body(found.catalogue.items[code], found.catalogue, departments))


@router.get("/templates", response_model=TemplateOut, responses=refuses(AreaNotFound, NoCatalogueInForce))
async def get_plan_template(
    actor: Anyone, asked: Annotated[TemplateIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询方案模板 · See which items a class of projects has: selected, proposed, excluded, and why.

    未给出的属性视为未知，取决于它的事项只作待定；交通、水利、能源和其他类只有通用事项。
    What is left out is unknown, and items that hang on it are only proposed. Classes outside the reform have
    the common core.
    """
    found, departments = await _in_force(session, actor, asked.area, asked.on)
    return shown(request, template_body(found, asked, departments, actor))


@router.get("/coverage", response_model=CoverageOut, responses=refuses(AreaNotFound, NoCatalogueInForce))
async def get_catalogue_coverage(
    actor: Anyone, asked: Annotated[PlaceIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询目录缺项 · See what an area's catalogue lacks.

    逐项列出无承办部门、时限未核实、时长未设定、承诺仍为示例值的事项，以及尚无自有事项的项目类型。
    Items nobody holds, limits unverified, durations not set, promises that are still illustrations, and
    classes of projects without items of their own.
    """
    found, departments = await _in_force(session, actor, asked.area, asked.on)
    return shown(request, coverage_body(found, asked, departments, actor))


async def _in_force(
    session: Reader, actor: Actor, area: str, on: Day | None
) -> tuple[InForce, dict[str, str]]:
    if not actor.has_area(area):
        raise AreaNotFound(code=area)
    day = on or actor.today
    return await catalogue_of(session, area, day), await holders_in(session, area, day)


@router.post(
    "/versions",
    status_code=201,
    response_model=CatalogueVersionOut,
    responses=refuses(AreaNotFound, CatalogueHasFaults, NumberJustTaken),
)
async def draft_catalogue_version(actor: Admin, given: VersionIn, session: WriteSession) -> Response:
    """起草目录版本 · Store the draft of the next version of an area's catalogue.

    最上级区域给出完整目录，下级区域只给出增、改、删的部分，按事项代码逐键覆盖；全部错误一次列出。
    The area at the root gives the whole; an area below only what it changes, adds or removes, item by item
    and key by key. Every fault is named at once.
    """
    version = await service.draft_version(session, actor, given)
    return await answered(
        session,
        version_body(version, actor),
        version=version.version,
        location=f"/v1/catalogue/versions/{version.id}",
    )


@router.get("/versions", response_model=PageOut[CatalogueVersionSummaryOut], responses=refuses(CursorInvalid))
async def list_catalogue_versions(
    actor: Anyone, asked: Annotated[VersionsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询目录版本 · List the versions of the caller's areas and of those above them.

    草案只对所在区域的管理员可见。
    Drafts are shown to administrators of their area only.
    """
    rows, cursor = await service.list_versions(session, actor, asked)
    return page(request, [version_summary(row) for row in rows], cursor)


@router.get(
    "/versions/{version_id}", response_model=CatalogueVersionOut, responses=refuses(CatalogueNotFound)
)
async def get_catalogue_version(
    actor: Anyone, version_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取目录版本 · Read a version as it was given."""
    version = await get_version(session, actor, version_id)
    return shown(request, version_body(version, actor), version.version)


@router.put(
    "/versions/{version_id}",
    response_model=CatalogueVersionOut,
    responses=refuses(
        CatalogueNotFound, VersionMissing, VersionIsStale, VersionIsPublished, CatalogueHasFaults
    ),
)
async def change_catalogue_version(
    actor: Admin, version_id: Uuid, given: CatalogueDocumentIn, session: WriteSession, request: Request
) -> Response:
    """修改目录草案 · Replace the document of a draft (If-Match required).

    已发布的版本不能修改；修改人成为新的起草人。
    A published version cannot be changed. Whoever replaces the document becomes its drafter.
    """
    version = await service.change_version(
        session, actor, version_id, given.document, expected_version(request)
    )
    return await answered(session, version_body(version, actor), status=200, version=version.version)


@router.post(
    "/versions/{version_id}/publication",
    status_code=201,
    response_model=CatalogueVersionOut,
    responses=refuses(
        CatalogueNotFound,
        VersionIsPublished,
        ApproverIsAuthor,
        EffectiveInThePast,
        CatalogueHasFaults,
    ),
)
async def publish_catalogue_version(
    actor: Admin, version_id: Uuid, given: CataloguePublicationIn, session: WriteSession
) -> Response:
    """发布目录版本 · Publish a draft, from a day on and for good.

    须由起草人以外的人发布；下级区域的目录因此出错的，不予发布。已编制的方案不受影响。
    Another person than the drafter publishes it. Refused when an area's catalogue below would have a fault by
    it. Plans that exist keep the items they were made from.
    """
    version = await service.publish_version(session, actor, version_id, given.effective_from)
    return await answered(
        session,
        version_body(version, actor),
        version=version.version,
        location=f"/v1/catalogue/versions/{version.id}",
    )
