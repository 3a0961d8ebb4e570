"""The board as HTML, section by section; and the page on which one signs in."""

from datetime import date
from html import escape

from app.areas.models import Area
from app.board import words as w
from app.board.figures import leads_section, rates_section
from app.board.gathering import LOOK, MOST, Board, RedCase, RedStage, Waiting
from app.board.html import Counts, Tongue, lines, mark, whole
from app.board.service import LASTS
from app.clock import OFFICE
from app.domain.clocks import LIGHT_WORDS, Light
from app.domain.durations import amount
from app.domain.planned import ItemLimit, TimeBearer
from app.errors import Words
from app.items.counting import limits_of
from app.items.models import ItemCase

HOURS = int(LASTS.total_seconds() // 3600)


def sign_in_page(say: Tongue, wrong: Words | None = None) -> str:
    """Write the page that asks for a key; never with what was typed before."""
    told = f'<p class="wrong" role="alert" id="wrong">{say(wrong)}</p>' if wrong else ""
    described = ' aria-describedby="wrong" aria-invalid="true"' if wrong else ""
    body = (
        f'<section class="door"><h2>{say(w.SIGN_IN)}</h2>{told}<p>{say(w.SIGN_IN_TEXT)}</p>'
        f'<form method="post" action="{say.root}/board/sign-in?lang={say.language}">'
        f'<label for="key">{say(w.KEY)}</label><input type="password" id="key" name="key" required '
        f'maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false"{described}>'
        f'<button class="go" type="submit">{say(w.ENTER)}</button></form>'
        f'<p class="hint">{say(w.LASTS, hours=HOURS)}</p></section>'
    )
    title = say.plain(w.SIGN_IN)
    return whole(say, title, body, is_signed_in=False, is_wrong=wrong is not None)


def notice_page(say: Tongue, title: Words, text: Words, *, is_signed_in: bool) -> str:
    """Write a page that only says something."""
    back = f'<p><a href="{say.root}/board?lang={say.language}">{say(w.BACK)}</a></p>'
    body = f'<section class="door"><h2>{say(title)}</h2><p>{say(text)}</p>{back}</section>'
    return whole(say, say.plain(title), body, is_signed_in=is_signed_in)


def board_page(say: Tongue, board: Board) -> str:
    """Write the board."""
    query = f"area={escape(board.area.code)}" if board.is_filtered else ""
    left = _red_items(say, board) + _red_stages(say, board) + _waiting(say, board)
    figures = leads_section(say, board.headline) + rates_section(say, board.headline)
    right = figures + _by_stage(say, board) + _by_department(say, board) + _by_area(say, board)
    body = (
        _filter(say, board)
        + _tiles(say, board)
        + f'<div class="columns"><div>{left}</div><div>{right}</div></div>'
    )
    return whole(say, say.plain(w.TITLE), body, query=query)


def _name(say: Tongue, thing: Area) -> str:
    """Say the name of an area."""
    return thing.name_zh if say.language == "zh" else thing.name_en


def _filter(say: Tongue, board: Board) -> str:
    options = "".join(
        f'<option value="{escape(area.code)}"{" selected" if area.code == board.area.code else ""}>'
        f"{escape(_name(say, area))}</option>"
        for area in board.choices
    )
    at = board.at.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M")
    here = say(w.WITH_BELOW, area=_name(say, board.area))
    return (
        f'<form class="filter" method="get" action="{say.root}/board"><label for="area">{say(w.AREA)}</label>'
        f'<select id="area" name="area">{options}</select>'
        f'<input type="hidden" name="lang" value="{say.language}">'
        f'<button class="go" type="submit">{say(w.SHOW)}</button>'
        f"<p>{here} · {say(w.AS_OF, at=at)}</p></form>"
    )


def _tiles(say: Tongue, board: Board) -> str:
    red, yellow, total = board.projects[0], board.projects[1], sum(board.projects)
    running = board.cases
    tiles = (
        (w.PROJECTS, total, "", say(w.ENDED, number=f"{sum(line.total for line in board.ended):,}")),
        (w.PROJECTS_RED, red, "red", _share(say, red, total)),
        (w.PROJECTS_YELLOW, yellow, "yellow", _share(say, yellow, total)),
        (w.CASES_RED, running[0], "red", say(w.OF_RUNNING, number=f"{sum(running):,}")),
    )
    drawn = "".join(
        f'<div class="{f"is-{kind}" if kind and number else ""}"><dt>{say(name)}</dt>'
        f'<dd class="number">{number:,}</dd><dd class="more">{more}</dd></div>'
        for name, number, kind, more in tiles
    )
    return f'<dl class="tiles">{drawn}</dl>'


def _share(say: Tongue, part: int, total: int) -> str:
    return say(w.OF_ALL, share=f"{100 * part / total:.1f}%") if total else ""


def _section(head: str, body: str, *, is_long: bool = False) -> str:
    kind = ' class="long"' if is_long else ""
    return f"<section{kind}><h2>{head}</h2>{body}</section>"


def _empty(say: Tongue, words: Words) -> str:
    return f'<p class="empty">{say(words)}</p>'


def _by_stage(say: Tongue, board: Board) -> str:
    rows: list[tuple[str, Counts]] = [(say.plain(line.name), line.counts) for line in board.stages]
    table = lines(say, w.STAGE, rows) if rows else _empty(say, w.NO_PROJECTS)
    rule = say(w.LIGHT_RULE) if rows else ""
    if board.ended:
        comma = "、" if say.language == "zh" else ", "
        stages = comma.join(f"{say.plain(line.name)} {line.total:,}" for line in board.ended)
        rule += f" {say(w.ENDED_STAGES, stages=stages)}"
    return _section(say(w.BY_STAGE), f'{table}<p class="hint">{rule}</p>')


def _by_area(say: Tongue, board: Board) -> str:
    if len(board.areas) < 2:  # noqa: PLR2004 - one area alone is the board itself
        return ""
    rows = [(say.plain(line.name), line.counts) for line in board.areas]
    return _section(say(w.BY_AREA), lines(say, w.AREA, rows))


def _by_department(say: Tongue, board: Board) -> str:
    rows = [(say.plain(line.name), line.counts) for line in board.departments]
    table = lines(say, w.DEPARTMENT, rows) if rows else _empty(say, w.NO_DEPARTMENTS)
    rule = say(w.DEPARTMENT_RULE, number=f"{sum(board.owners):,}", red=f"{board.owners[0]:,}")
    return _section(say(w.BY_DEPARTMENT), f'{table}<p class="hint">{rule}</p>')


def _red_items(say: Tongue, board: Board) -> str:
    body = "".join(_red_item(say, row, board.today) for row in board.red_cases)
    return _list(say, w.RED_ITEMS, body, board.red_cases_total, w.NO_RED_ITEMS)


def _red_stages(say: Tongue, board: Board) -> str:
    body = "".join(_red_stage(say, row, board.today) for row in board.red_stages)
    return _list(say, w.RED_STAGES, body, board.red_stages_total, w.NO_RED_STAGES)


def _list(say: Tongue, head: Words, body: str, total: int, none: Words) -> str:
    if not total:
        return _section(say(head), _empty(say, none))
    more = f'<p class="hint">{say(w.MORE, number=f"{total - MOST:,}")}</p>' if total > MOST else ""
    number = f"{say(head)} <small>{total:,}</small>"
    return _section(number, f'<ol class="list">{body}</ol>{more}', is_long=True)


def _state(say: Tongue, kind: str, words: Words, days: int = 0) -> str:
    return f'<span class="state is-{kind}">{mark(kind)}{say(words, days=days)}</span>'


def _red_item(say: Tongue, row: RedCase, today: date) -> str:
    case, project = row.case, row.project
    assert case.due_on is not None  # it is overdue
    rules = "".join(f'<p class="why">{rule}</p>' for rule in _rules(say, case, today))
    return (
        f'<li><p class="what"><strong>{escape(_words(say, case.name))}</strong>'
        f"{_state(say, 'red', w.LATE, (today - case.due_on).days)}</p>"
        f'<p class="who">{_who(say, project.name, row.department, case)}</p>{rules}'
        f'<p class="why"><a href="{say.root}/board/item-cases/{case.id}?lang={say.language}">{say(w.WHY)}'
        f"{_hidden(say, case.name)}</a></p></li>"
    )


def _hidden(say: Tongue, name: dict[str, str]) -> str:
    return f'<span class="skip">：{escape(_words(say, name))}</span>'


def _rules(say: Tongue, case: ItemCase, today: date) -> list[str]:
    """Name each limit that has run out, with what it rests on."""
    statutory, promised = limits_of(case)
    both = (
        (w.STATUTORY, statutory, case.statutory_due_on),
        (w.PROMISED, promised, case.promised_due_on),
    )
    return [
        _rule(say, name, limit, due) for name, limit, due in both if limit is not None and due and due < today
    ]


def _rule(say: Tongue, name: Words, limit: ItemLimit, due: date) -> str:
    long = amount(limit.duration.value, limit.duration.unit)
    return say(w.RULE, limit=name, long=long, due=due, basis=limit.basis)


def _who(say: Tongue, project: str, department: Words | None, case: ItemCase) -> str:
    parts = [escape(project), *([say(department)] if department else [])]
    if case.bearer != TimeBearer.DEPARTMENT:
        parts.append(say(w.HELD_BY, bearer=TimeBearer(case.bearer).words))
    return " · ".join(parts)


def _words(say: Tongue, name: dict[str, str]) -> str:
    return name["zh" if say.language == "zh" else "en"]


def _red_stage(say: Tongue, row: RedStage, today: date) -> str:
    project = row.project
    assert project.due_on is not None  # it is overdue
    stop = "；" if say.language == "zh" else ". "
    basis = f"{stop}{say(w.BASIS, basis=row.basis)}" if row.basis else ""
    return (
        f'<li><p class="what"><strong>{escape(project.name)}</strong>'
        f"{_state(say, 'red', w.LATE, (today - project.due_on).days)}</p>"
        f'<p class="why">{say(w.STAGE_RULE, stage=row.stage, due=project.due_on, move=row.move)}{basis}</p>'
        f'<p class="why"><a href="{say.root}/board/projects/{project.id}?lang={say.language}">{say(w.WHY)}'
        f'<span class="skip">：{escape(project.name)}</span></a></p></li>'
    )


def _waiting(say: Tongue, board: Board) -> str:
    if not board.waiting:
        body = _empty(say, w.NO_WAITING)
    else:
        shown = board.waiting[:MOST]
        items = "".join(_one_waiting(say, row, board.today) for row in shown)
        body = f'<p class="hint">{say(w.WAITING_RULE)}</p><ol class="list">{items}</ol>'
        if len(board.waiting) > MOST:
            body += f'<p class="hint">{say(w.MORE, number=len(board.waiting) - MOST)}</p>'
    if not board.is_all_looked_at:
        body += f'<p class="hint">{say(w.LOOKED_AT, number=LOOK)}</p>'
    return _section(say(w.WAITING), body, is_long=True)


def _until(say: Tongue, row: Waiting, today: date) -> str:
    if row.case.due_on is None:
        is_paused = row.light is Light.PAUSED
        return _state(say, "paused" if is_paused else "none", LIGHT_WORDS[row.light])
    left = (row.case.due_on - today).days
    if left < 0:
        return _state(say, "red", w.LATE, -left)
    kind = "yellow" if row.light is Light.YELLOW else "green"
    return _state(say, kind, w.LEFT, left) if left else _state(say, kind, w.LAST_DAY)


def _one_waiting(say: Tongue, row: Waiting, today: date) -> str:
    comma = "、" if say.language == "zh" else ", "
    waits = comma.join(
        say(name) + (f"（{say(whose)}）" if say.language == "zh" else f" ({say(whose)})")
        if whose
        else say(name)
        for name, whose in row.waiting
    )
    tag = f' <span class="tag">{say(w.STOPS_START)}</span>' if row.stops_start else ""
    return (
        f'<li><p class="what"><strong>{escape(_words(say, row.case.name))}</strong>'
        f"{_until(say, row, today)}</p>"
        f'<p class="who">{_who(say, row.project.name, row.department, row.case)}</p>'
        f'<p class="why">{say(w.WAITS)}{waits}{tag}</p></li>'
    )
