"""The five forms of the agency practice as pages to print: complete in themselves, every text escaped."""

import json
from html import escape
from typing import Any, Final

from app.archives.queries import History, Printed
from app.clock import OFFICE
from app.domain.archiving import Form
from app.domain.moves import Input
from app.domain.standing import ROLE_WORDS, Role, ServiceMode
from app.errors import Words
from app.events.models import Event
from app.private.models import Private

TITLES: Final[dict[Form, Words]] = {
    Form.ACCEPTANCE: Words("帮办代办受理单", "Acceptance of the service"),
    Form.ENTRUSTMENT: Words("代办服务委托书", "Entrustment of the service"),
    Form.SUSPENSION: Words("代办服务中止单", "Suspension of the service"),
    Form.RESUMPTION: Words("代办服务续办单", "Resumption of the service"),
    Form.COMPLETION: Words("帮办代办办结单", "Completion of the service"),
    Form.TERMINATION: Words("帮办代办终止单", "Termination of the service"),
}
MODES: Final[dict[str, Words]] = {
    ServiceMode.AGENCY: Words("代办", "agency"),
    ServiceMode.ASSISTANCE: Words("帮办", "assistance"),
    ServiceMode.LEADER_LED: Words("领办", "leader-led"),
}
ERASED: Final = Words("（已依法删除）", "(erased)")
NONE: Final = Words("—", "—")
YES, NO = Words("是", "yes"), Words("否", "no")
LABELS: Final = {
    "number": Words("文书编号", "Number"),
    "file": Words("档案编号", "File number"),
    "project": Words("项目名称", "Project"),
    "code": Words("项目代码", "Project code"),
    "owner": Words("项目单位", "Owner"),
    "uscc": Words("统一社会信用代码", "Credit code"),
    "mode": Words("服务方式", "Kind of service"),
    "act": Words("办理事项", "Act"),
    "stages": Words("环节变化", "From and to"),
    "role": Words("经办身份", "Done by"),
    "date": Words("办理日期", "Date"),
    "recorded": Words("登记时间", "Recorded"),
    "reason": Words("事由", "Reason"),
    "evidence": Words("佐证材料", "Evidence"),
}
FILES: Final = Words("{count} 份", "{count} files")
SIGN: Final = Words("项目单位（盖章）：", "Owner (seal):"), Words("代办机构（盖章）：", "Agency (seal):")
FOOTER: Final = Words(
    "本单据由账本生成：第 {sequence} 号记录，", "Printed from the ledger: record {sequence}, "
)
STYLE: Final = """
@page { size: A4; margin: 20mm 22mm }
* { box-sizing: border-box }
body { font-family: "FangSong", "STFangsong", "Noto Serif CJK SC", "Songti SC", SimSun, serif; color: #000;
  font-size: 12pt; line-height: 1.6; max-width: 166mm; margin: 12mm auto }
h1 { font-size: 20pt; text-align: center; margin: 0 0 8mm }
h1:lang(zh) { letter-spacing: .15em }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
th, td { border: 1px solid #000; padding: 2.2mm 3mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; white-space: pre-line }
th { width: 44mm; font-weight: normal; background: #f2f2f2 }
.seals { display: flex; justify-content: space-between; margin: 14mm 4mm 24mm }
footer { border-top: 1px solid #666; padding-top: 2mm; font-size: 8.5pt; color: #333;
  overflow-wrap: anywhere }
@media print { body { margin: 0; max-width: none } tr { break-inside: avoid } }
""".strip()


def page_of(history: History, printed: Printed, language: str) -> str:
    """Print the form of a step."""
    step, event = printed.step, printed.event

    def say(words: Words, **facts: Any) -> str:
        return words.told(language, facts)

    project, procedure = history.project, printed.procedure
    mode = MODES.get(project.service_mode or "", NONE)
    start, end = (procedure.label_of_stage(code) for code in (step.from_stage, step.to_stage))
    rows = [
        ("number", f"{project.area_code}-{event.sequence}"),
        ("file", project.file_number),
        ("project", project.name),
        ("code", project.project_code),
        ("owner", project.owner_name),
        ("uscc", project.owner_uscc),
        ("mode", say(mode)),
        ("act", say(procedure.label_of_move(step.move))),
        ("stages", f"{say(start)} → {say(end)}"),
        ("role", say(ROLE_WORDS[Role(role_in(event))])),
        ("date", step.occurred_at.astimezone(OFFICE).strftime("%Y-%m-%d")),
        ("recorded", event.recorded_at.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M:%S")),
        ("evidence", say(FILES, count=len(step.evidence)) if step.evidence else None),
    ]
    cells = [(say(LABELS[name]), value or say(NONE)) for name, value in rows]
    cells += asked_and_told(printed, history.texts, language)
    if step.reason_id is not None:
        cells.append((say(LABELS["reason"]), private_text(step.reason_id, history.texts, language)))
    title = say(TITLES[printed.form])
    table = "\n".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in cells)
    seals = "".join(f"<span>{escape(say(words))}</span>" for words in SIGN)
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{escape(title)}</title>\n<style>\n{STYLE}\n</style>\n'
        "</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n<table>\n{table}\n</table>\n"
        f'<div class="seals">{seals}</div>\n'
        f"<footer>{escape(say(FOOTER, sequence=event.sequence))}"
        f"{escape(event.algorithm.upper())} {escape(event.hash)}</footer>\n</body>\n</html>\n"
    )


def role_in(event: Event) -> str:
    """Read from an event the role in which it was done."""
    body: dict[str, Any] = json.loads(event.body)
    return str(body["actor"]["role"])


def asked_and_told(printed: Printed, texts: dict[str, Private], language: str) -> list[tuple[str, str]]:
    """Give what the move asked for and was told, in the order of the procedure."""
    move = printed.procedure.find_move(printed.step.from_stage, printed.step.move)
    inputs: dict[str, Any] = printed.step.inputs
    return [
        (wanted.label.told(language, {}), told(wanted, inputs[wanted.code], texts, language))
        for wanted in (move.inputs if move else ())
        if wanted.code in inputs
    ]


def told(wanted: Input, value: Any, texts: dict[str, Private], language: str) -> str:
    """Write an answer as a person reads it."""
    if isinstance(value, dict):
        return "\n".join(private_text(text_id, texts, language) for text_id in value["private"])
    if isinstance(value, bool):
        return (YES if value else NO).told(language, {})
    labels = {choice.code: choice.label.told(language, {}) for choice in wanted.choices}
    values = value if isinstance(value, list) else [value]
    return ("、" if language == "zh" else ", ").join(labels.get(str(v), str(v)) for v in values)


def private_text(text_id: str, texts: dict[str, Private], language: str) -> str:
    """Read a private text, or say that it was erased."""
    found = texts.get(text_id)
    return ERASED.told(language, {}) if found is None or found.value is None else found.value
