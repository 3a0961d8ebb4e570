"""How the time of an item or a stage was counted, day by day: what /v1 answers, as a page."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from app.answers import DurationOut
from app.board import words as w
from app.board.html import Tongue, mark, whole
from app.domain.clocks import LIGHT_WORDS, Light, Unit
from app.domain.durations import amount
from app.items.outputs import ItemClockOut
from app.stages.schemas import ClockOut

KINDS = {Light.RED: "red", Light.YELLOW: "yellow", Light.PAUSED: "paused", Light.GREEN: "green"}


def case_page(say: Tongue, sum_: ItemClockOut, project: str) -> str:
    """Write the sums of both clocks of an item."""
    name = sum_["name"]["zh" if say.language == "zh" else "en"]
    clocks = [(w.STATUTORY, sum_["statutory"]), (w.PROMISED, sum_["promised"])]
    found = [(say(words), clock["anchor_label"], clock) for words, clock in clocks if clock is not None]
    calendar = say(w.CALENDAR, code=sum_["calendar_code"], version=sum_["calendar_version"])
    head = f"{escape(project)} · {escape(sum_['state_label'])} · {calendar}"
    return _page(say, name, head, [_limit(say, *each) for each in found])


def stage_page(say: Tongue, sum_: ClockOut, project: str) -> str:
    """Write the sums of every deadline of a project's stage."""
    found = [(escape(limit["label"]), limit["anchor"], limit) for limit in sum_["limits"]]
    calendar = say(w.CALENDAR, code=sum_["calendar_code"], version=sum_["calendar_version"])
    head = f"{escape(sum_['stage_label'])} · {calendar}"
    return _page(say, project, head, [_limit(say, *each) for each in found])


def _page(say: Tongue, name: str, head: str, limits: Sequence[str]) -> str:
    title = say.plain(w.SUM_OF, name=name)
    back = f'<p><a href="{say.root}/board?lang={say.language}">{say(w.BACK)}</a></p>'
    body = "".join(limits) or f'<section><p class="empty">{say(w.NO_CLOCK)}</p></section>'
    return whole(say, title, f'<div class="sums">{back}<h2>{escape(title)}</h2><p>{head}</p>{body}</div>')


def _limit(say: Tongue, name: str, anchor: str, limit: Mapping[str, Any]) -> str:
    light = Light(limit["light"])
    due = limit["due_on"].isoformat() if limit["due_on"] else say(w.PAUSED_NOW)
    facts = (
        (w.LIMIT, _duration(say, limit.get("limit") or limit["duration"])),
        (w.COUNTED_FROM, f"{escape(anchor)} {limit['anchor_on']}"),
        (w.CONSUMED, f"{limit['consumed']} / {limit['budget']}"),
        (w.DUE_ON, due),
        (w.BASIS_HEAD, escape(limit["basis"])),
    )
    told = "".join(f"<dt>{say(words)}</dt><dd>{value}</dd>" for words, value in facts)
    provisional = f'<p class="hint">{say(w.PROVISIONAL)}</p>' if limit["is_provisional"] else ""
    days = "".join(
        f'<tr><th scope="row">{day["day"]}</th><td class="text">{say(w.YES if day["counts"] else w.NO)}</td>'
        f'<td class="text">{escape(day["why"])}</td><td>{day["consumed"]}</td></tr>'
        for day in limit["days"]
    )
    shape = KINDS.get(light, "none")
    state = f'<span class="state is-{shape}">{mark(shape)}{say(LIGHT_WORDS[light])}</span>'
    heads = "".join(
        f'<th scope="col" class="{kind}">{say(words)}</th>'
        for words, kind in ((w.DAY, ""), (w.COUNTS, "text"), (w.REASON, "text"), (w.SUM, ""))
    )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{days}</tbody></table>"
    return (
        f'<section class="long"><h3>{name} {state}</h3><dl class="facts">{told}</dl>{provisional}'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">{table}</div></section>'
    )


def _duration(say: Tongue, duration: DurationOut) -> str:
    return say(amount(duration["value"], Unit(duration["unit"])))
