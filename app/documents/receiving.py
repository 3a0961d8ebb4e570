"""Taking a form with a file in: after the caller is known, before the transaction begins."""

import asyncio
import hashlib
import re
import unicodedata
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from app.documents.schemas import FileIn
from app.domain.chain import canonical
from app.door import BodyTooLarge
from app.errors import Fault, Invalid, Refusal, Words
from app.files.store import Stored, put
from app.problems import WORDS, FieldsInvalid, field_faults
from app.route import TWICE
from app.troubles import saving_to_disk
from app.wire import CONTROL, is_safe


class FormExpected(Refusal):
    """An upload is a form: multipart/form-data with its boundary."""

    status = 415
    title = Words("须以表单上传", "Send a form")
    detail = Words(
        "上传文件须使用 multipart/form-data，文件放在字段 file 中。",
        "Send multipart/form-data, with the file in the field `file`.",
    )


class FileTypeNotTaken(Refusal):
    """The bytes are of no type we take: programs, pages, scripts and damaged archives stay outside."""

    status = 415
    title = Words("不接受该类型的文件", "This type of file is not taken")
    detail = Words(
        "按文件内容判断（不看扩展名）：接受 PDF、OFD、图片、DWG、Office 文档（不含宏）、ZIP，以及 UTF-8 或 "
        "GB18030 编码的 TXT、CSV、XML；不接受程序、脚本、网页和 SVG。",
        "Judged by its bytes, not its name: we take PDF, OFD, pictures, DWG, ZIP, office documents without "
        "macros, and TXT, CSV or XML in UTF-8 or GB18030; no programs, scripts, web pages or SVG.",
    )


class FileIsEmpty(Invalid):
    """The file has no bytes."""

    title = Words("文件为空", "The file is empty")
    detail = Words("上传的文件为 0 字节。", "The file uploaded has 0 bytes.")


class Upload(NamedTuple):
    """A file taken in: its bytes are kept, nothing refers to them yet."""

    given: FileIn
    declared_type: str | None
    stored: Stored


UNKNOWN_FIELD: Final = Words("未知的表单字段", "is an unknown field of the form")
NOT_A_FILE: Final = Words("应为文件", "must be a file")
DECLARED: Final = re.compile(r"[\w.+-]{1,48}/[\w.+-]{1,48}", re.ASCII)
FIELDS: Final = {"file", "name", "project_id", "area_code"}


async def receive(request: Request) -> Upload:
    """Read the form and keep the file's bytes durably.

    Refuses ``FormExpected``, ``FieldsInvalid``, ``BodyTooLarge``, ``FileIsEmpty``, ``FileTypeNotTaken`` and
    ``DiskIsFull``. What a retry is compared with is the digest of the parts: the boundary changes each time.
    """
    state = request.app.state
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "multipart/form-data" or "boundary=" not in parameters.lower():
        raise FormExpected
    with saving_to_disk():
        async with request.form(max_files=1, max_fields=len(FIELDS), max_part_size=4_000) as form:
            file, given = _read(form)
            if (file.size or 0) > state.settings.max_file_bytes:
                raise BodyTooLarge(limit=state.settings.max_file_bytes)
            if not file.size:
                raise FileIsEmpty
            stored = await asyncio.to_thread(put, state.database.files, file.file)
    if stored.media_type is None:
        raise FileTypeNotTaken
    declared = (file.content_type or "").partition(";")[0].strip().lower()
    told = declared if DECLARED.fullmatch(declared) else None
    parts = [given.model_dump(), told, stored.sha256]
    request.scope["form_digest"] = hashlib.sha256(canonical(parts).encode()).hexdigest()
    return Upload(given, told, stored)


def _read(form: FormData) -> tuple[UploadFile, FileIn]:
    """Read the fields, naming every fault at once."""
    faults, fields = _parts(form)
    file = fields.pop("file", None)
    if file is None:
        faults.append(Fault("/file", "missing", WORDS["missing"]))
    fields.setdefault("name", file_name(getattr(file, "filename", None) or ""))
    texts = {n: unicodedata.normalize("NFC", v) for n, v in fields.items() if isinstance(v, str)}
    if not is_safe(texts.get("name", "")):
        faults.append(Fault("/name", "unsafe_text", CONTROL))
    given = None
    try:
        given = FileIn.model_validate(texts)
    except ValidationError as error:
        faults += field_faults([{**e, "loc": ("body", *e["loc"])} for e in error.errors()])
    if faults or given is None:
        raise FieldsInvalid(faults=faults, count=len(faults))
    assert isinstance(file, UploadFile)
    return file, given


def _parts(form: FormData) -> tuple[list[Fault], dict[str, Any]]:
    """Gather the parts of a form, and what is wrong with them: unknown, twice, or no file."""
    faults: list[Fault] = []
    fields: dict[str, Any] = {}
    for name, value in form.multi_items():
        if name not in FIELDS:
            faults.append(Fault("", "extra_forbidden", UNKNOWN_FIELD))
            continue
        if name in fields:
            faults.append(Fault(f"/{name}", "repeated", TWICE))
        elif isinstance(value, UploadFile) != (name == "file"):
            faults.append(Fault(f"/{name}", "not_a_file", NOT_A_FILE))
        fields.setdefault(name, value)
    return faults, fields


def file_name(told: str) -> str:
    """Take the last part of a path that a browser may have sent; shown only, it names no file of ours."""
    last = re.split(r"[/\\]", told)[-1].strip()
    return last if last.strip(".") else "未命名 unnamed"


Received = Annotated[Upload, Depends(receive)]
