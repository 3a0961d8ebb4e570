"""HTTP: the data dictionary."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Anyone
from app.answers import page, shown
from app.codes import queries
from app.codes.queries import CodeListNotFound
from app.codes.schemas import CodeListOut, CodeOut
from app.domain.code_lists import CodeList
from app.pages import CursorInvalid, PageIn, PageOut, cursor_of, cut, read_cursor
from app.problems import refuses
from app.route import router as new_router
from app.wire import Code

router = new_router("/v1/codes", "codes")


def _body(found: CodeList) -> CodeListOut:
    return CodeListOut(
        code=found.code,
        name_zh=found.zh,
        name_en=found.en,
        may_grow=True,
        values=[
            CodeOut(code=each.code, name_zh=each.zh, name_en=each.en, numbers=dict(each.numbers))
            for each in found.entries
        ],
    )


@router.get("", response_model=PageOut[CodeListOut], responses=refuses(CursorInvalid))
async def list_codes(actor: Anyone, asked: Annotated[PageIn, Query()], request: Request) -> Response:  # noqa: ARG001 - nothing is answered to a stranger
    """查询数据字典 · List the data dictionary: every choice with its names and its national numbers.

    取值今后可能增加，客户端应能接受未知取值；可用 ETag 缓存。
    Values may be added: clients must bear values they do not know. Cacheable by ETag.
    """
    last = read_cursor(asked.cursor, str)
    rows, has_more = cut(queries.list_code_lists(last[0] if last else None, asked.limit + 1), asked.limit)
    return page(request, [_body(row) for row in rows], cursor_of(rows[-1].code) if has_more else None)


@router.get("/{code}", response_model=CodeListOut, responses=refuses(CodeListNotFound))
async def get_code_list(actor: Anyone, code: Code, request: Request) -> Response:  # noqa: ARG001 - as above
    """读取代码表 · Read one list of the data dictionary.

    取值今后可能增加；可用 ETag 缓存。
    Values may be added. Cacheable by ETag.
    """
    return shown(request, _body(queries.get_code_list(code)))
