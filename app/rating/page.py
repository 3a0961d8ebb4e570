"""The page as HTML: complete in itself, without script or any foreign asset, every text escaped."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from app.bad_reviews.schemas import ReceiptOut
from app.clock import OFFICE
from app.domain.coded import Coded
from app.domain.vocabulary import EvaluationMode, Level
from app.errors import Words
from app.evaluations.models import EvaluationInvitation
from app.rating import words as w

STYLE: Final = """
:root{color-scheme:light dark;
--line:#767676;--bad:#b00020;--ink:#1a1a1a;--paper:#fff;--soft:#f3f5f8;--go:#0b4f9e}
@media(prefers-color-scheme:dark){:root{--line:#9a9a9a;--bad:#ff8a8a;--ink:#f2f2f2;--paper:#161616;--soft:#242424;
--go:#9cc7ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 system-ui,"PingFang SC",
"Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main,header{max-width:40rem;margin:0 auto;padding:0 1rem}
main{padding-bottom:3rem}
header{display:flex;justify-content:flex-end;padding-top:.75rem}
h1{font-size:1.5rem;line-height:1.3;margin:.5rem 0 1rem}
h2{font-size:1.125rem;margin:0 0 .5rem}
a{color:var(--go);padding:.6rem 0;display:inline-block}
fieldset{border:1px solid var(--line);border-radius:.5rem;margin:0 0 1.25rem;padding:.75rem 1rem}
legend,.label{font-weight:600;padding:0 .25rem}
.label{display:block;padding:0;margin-top:.25rem}
.choice{display:flex;gap:.75rem;align-items:flex-start;padding:.6rem 0;min-height:2.75rem}
.choice input{width:1.5rem;height:1.5rem;margin:.1rem 0 0;flex:none}
.choice span{display:block}
.hint{font-size:.9375rem}
input[type=text],input[type=tel],textarea{width:100%;font:inherit;color:inherit;background:var(--paper);padding:.6rem;
border:1px solid var(--line);border-radius:.375rem;min-height:2.75rem}
textarea{min-height:7rem}
button{font:inherit;font-weight:600;width:100%;min-height:3rem;border:0;border-radius:.5rem;background:var(--go);
color:var(--paper)}
:focus-visible{outline:3px solid var(--go);outline-offset:2px}
.about,.receipt{background:var(--soft);border-radius:.5rem;padding:.75rem 1rem;margin:0 0 1.25rem}
.about p{margin:0}
.wrong{color:var(--bad);font-weight:600;margin:.25rem 0}
.summary{border:2px solid var(--bad);border-radius:.5rem;padding:.75rem 1rem;margin:0 0 1.25rem}
.code{font:600 min(1.375rem,5.2vw)/1.5 ui-monospace,monospace;letter-spacing:.05em;margin:0;
overflow-wrap:anywhere}
"""
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
}
FIELDS: Final[tuple[str, ...]] = ("level", "text", "mode", "name", "phone", "receipt")


def form(
    invitation: EvaluationInvitation,
    project_name: str,
    language: str,
    given: Mapping[str, str],
    faults: Sequence[str] = (),
) -> str:
    """Write the form of an invitation, with what was given and what is wrong with it."""
    label = Words(invitation.label["zh"], invitation.label["en"]).told(language, {})
    until = invitation.expires_at.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M")
    day = invitation.occurred_at.astimezone(OFFICE).date().isoformat()
    about = (
        f'<div class="about"><p>{_told(w.ABOUT, language)}</p><p><strong>{escape(label)}</strong></p>'
        f"<p>{escape(project_name)} · {day}</p></div>"
        f"<p>{_told(w.VOLUNTARY, language)} {escape(w.ONCE.told(language, {'until': until}))}</p>"
    )
    body = (
        about
        + '<form method="post" novalidate>'
        + _choices("level", w.LEVEL, [(level, None) for level in Level], language, given, faults)
        + _words_field(language, given, faults)
        + _choices("mode", w.MODE, list(w.MODES.items()), language, given, faults)
        + f"<fieldset><legend>{_told(w.CONTACT, language)}</legend>"
        + f'<p class="hint" id="contact-hint">{_told(w.CONTACT_HINT, language)}</p>'
        + _line("name", w.NAME, "text", "name", language, given, faults)
        + _line("phone", w.PHONE, "tel", "tel", language, given, faults)
        + f'</fieldset><button type="submit">{_told(w.SUBMIT, language)}</button></form>'
    )
    return _page(w.TITLE, body, language, faults)


def follow_on_form(language: str, given: Mapping[str, str], faults: Sequence[str] = ()) -> str:
    """Write the form for a second thought."""
    body = (
        f"<p>{_told(w.FOLLOW_ON_TEXT, language)}</p>"
        '<form method="post" novalidate>'
        + _line("receipt", w.RECEIPT, "text", "off", language, given, faults)
        + _choices("level", w.LEVEL, [(level, None) for level in Level], language, given, faults)
        + _words_field(language, given, faults)
        + f'<button type="submit">{_told(w.SUBMIT, language)}</button></form>'
    )
    return _page(w.FOLLOW_ON, body, language, faults)


def review_form(language: str, given: Mapping[str, str], faults: Sequence[str] = ()) -> str:
    """Write the form that asks for the receipt of a bad review."""
    body = (
        f"<p>{_told(w.REVIEW_TEXT, language)}</p>"
        '<form method="post" novalidate>'
        + _line("receipt", w.RECEIPT, "text", "off", language, given, faults)
        + f'<p><button type="submit" name="action" value="look">{_told(w.LOOK, language)}</button></p></form>'
    )
    return _page(w.REVIEW, body, language, faults)


def review_shown(
    language: str, heard: ReceiptOut, given: Mapping[str, str], faults: Sequence[str] = ()
) -> str:
    """Write how a bad review stands, the answer to its rater, and what he may say."""
    reply = heard["reply"]
    parts = [f"<p>{escape(w.STATE.told(language, {'state': heard['state_label']}))}</p>"]
    if given.get("action") in {"confirm", "reopen"} and not faults:
        parts.append(f'<p role="status"><strong>{_told(w.HEARD, language)}</strong></p>')
    if reply is None or reply["text"] is None:
        parts.append(f"<p>{_told(w.NO_REPLY, language)}</p>")
    else:
        text = escape(reply["text"])
        parts.append(f'<div class="about"><h2>{_told(w.REPLY, language)}</h2><p>{text}</p></div>')
    words = _words_field(language, given, faults, w.REOPEN_TEXT, "why")
    for action, label, may, field in (
        ("confirm", w.CONFIRM, heard["may_confirm"], ""),
        ("reopen", w.REOPEN, heard["may_reopen"], words),
    ):
        if may:
            code = escape(given.get("receipt", ""))
            parts.append(
                f'<form method="post" novalidate><input type="hidden" name="receipt" value="{code}">{field}'
                f'<p><button type="submit" name="action" value="{action}">{_told(label, language)}'
                "</button></p></form>"
            )
    return _page(w.REVIEW, "".join(parts), language, faults, has_other=False)


def thanks(language: str, code: str | None) -> str:
    """Write the page after an evaluation; with the receipt code when there is one, this once."""
    if code is None:
        return _page(w.THANKS, f"<p>{_told(w.FOLLOWED, language)}</p>", language)
    body = (
        f"<p>{_told(w.THANKS_TEXT, language)}</p>"
        f'<div class="receipt"><h2 id="receipt">{_told(w.RECEIPT, language)}</h2>'
        f'<p class="code" aria-labelledby="receipt">{escape(code)}</p></div>'
        f"<p>{_told(w.RECEIPT_HINT, language)}</p>"
        f'<p><a href="review?lang={language}">{_told(w.REVIEW, language)}</a></p>'
    )
    return _page(w.THANKS, body, language, has_other=False)


def notice(title: Words, text: Words, language: str, *, leads_on: bool = False) -> str:
    """Write a page that only says something."""
    more = f'<p><a href="receipt?lang={language}">{_told(w.FOLLOW_ON, language)}</a></p>' if leads_on else ""
    return _page(title, f"<p>{_told(text, language)}</p>{more}", language)


def _told(words: Words, language: str) -> str:
    return escape(words.told(language, {}))


def _page(
    title: Words, body: str, language: str, faults: Sequence[str] = (), *, has_other: bool = True
) -> str:
    tag, other = ("zh-CN", "en") if language == "zh" else ("en", "zh")
    prefix = w.ERROR_PREFIX.told(language, {}) if faults else ""
    name = escape(prefix) + _told(title, language)
    switch = ""
    if has_other:
        switch_to = "en" if other == "en" else "zh-CN"
        link = _told(w.OTHER_LANGUAGE, language)
        switch = (
            f'<header><a href="?lang={other}" hreflang="{switch_to}" lang="{switch_to}">{link}</a></header>'
        )
    return (
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow"><meta name="referrer" content="no-referrer">'
        f"<title>{name}</title><style>{STYLE}</style></head><body>{switch}<main>"
        f"<h1>{_told(title, language)}</h1>{_summary(language, faults)}{body}</main></body></html>"
    )


def _summary(language: str, faults: Sequence[str]) -> str:
    """Name everything that is wrong, each with a way to its field; read out when the page opens."""
    if not faults:
        return ""
    lines = "".join(
        f'<li><a href="#{_anchor(field)}">{_told(w.FAULTS[field], language)}</a></li>'
        if field
        else f"<li>{_told(w.FAULTS[field], language)}</li>"
        for field in faults
    )
    return (
        f'<div class="summary" role="alert"><h2>{_told(w.ERROR_TITLE, language)}</h2><ul>{lines}</ul></div>'
    )


def _anchor(field: str) -> str:
    first = {"level": Level.VERY_SATISFIED.value, "mode": EvaluationMode.NAMED.value}.get(field)
    if field == "why":
        return "text"
    return field if first is None else f"{field}-{first}"


def _wrong(field: str, language: str, faults: Sequence[str]) -> str:
    if field not in faults:
        return ""
    return f'<p class="wrong" id="{field}-wrong">{_told(w.FAULTS[field], language)}</p>'


def _described(field: str, faults: Sequence[str], hint: str = "") -> str:
    names = [*([hint] if hint else []), *([f"{field}-wrong"] if field in faults else [])]
    said = f' aria-describedby="{" ".join(names)}"' if names else ""
    return said + (' aria-invalid="true"' if field in faults else "")


def _choices(
    field: str,
    legend: Words,
    choices: Sequence[tuple[Coded, Words | None]],
    language: str,
    given: Mapping[str, str],
    faults: Sequence[str],
) -> str:
    lines = []
    for choice, explained in choices:
        key = f"{field}-{choice.value}"
        chosen = " checked" if given.get(field) == choice.value else ""
        hint = f'<span class="hint" id="{key}-hint">{_told(explained, language)}</span>' if explained else ""
        told = f' aria-describedby="{key}-hint"' if explained else ""
        lines.append(
            f'<div class="choice"><input type="radio" required id="{key}" name="{field}"'
            f' value="{choice.value}"{told}{chosen}>'
            f'<div><label for="{key}">{_told(choice.words, language)}</label>{hint}</div></div>'
        )
    said = f' aria-describedby="{field}-wrong"' if field in faults else ""
    return (
        f'<fieldset role="radiogroup" aria-required="true"{said}><legend>{_told(legend, language)}</legend>'
        f"{_wrong(field, language, faults)}{''.join(lines)}</fieldset>"
    )


def _words_field(
    language: str, given: Mapping[str, str], faults: Sequence[str], label: Words = w.TEXT, fault: str = "text"
) -> str:
    return (
        f'<fieldset><legend><label for="text">{_told(label, language)}</label></legend>'
        f'<p class="hint" id="text-hint">{_told(w.TEXT_HINT, language)}</p>{_wrong(fault, language, faults)}'
        f'<textarea id="text" name="text" maxlength="2000" rows="5" autocomplete="off"'
        f"{_described(fault, faults, 'text-hint')}>\n{escape(given.get('text', ''))}</textarea></fieldset>"
    )


def _line(
    field: str,
    label: Words,
    kind: str,
    completes: str,
    language: str,
    given: Mapping[str, str],
    faults: Sequence[str],
) -> str:
    hint = "" if field == "receipt" else "contact-hint"
    return (
        f'<label class="label" for="{field}">{_told(label, language)}</label>'
        f"{_wrong(field, language, faults)}"
        f'<input type="{kind}" id="{field}" name="{field}" maxlength="100" autocomplete="{completes}"'
        f' value="{escape(given.get(field, ""))}"{_described(field, faults, hint)}>'
    )
