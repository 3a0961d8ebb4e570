"""The parts that every page of the board is put together from; every text is escaped here."""

from collections.abc import Sequence
from html import escape
from typing import Final

from app.board import words as w
from app.board.style import STYLE
from app.errors import Words

Counts = tuple[int, int, int, int, int]
"""How many are red, yellow, paused, green, and without a clock that runs."""
KINDS: Final = ("red", "yellow", "paused", "green", "none")
"""The lights in the order they are counted in; each has a shape of its own."""
SHAPES: Final = (
    '<svg class="shapes" aria-hidden="true" focusable="false"><defs>'
    '<symbol id="m-red" viewBox="0 0 12 12"><path class="r" d="M3.5 0h5L12 3.5v5L8.5 12h-5L0 8.5v-5z"/>'
    '<path fill="#fff" d="M5.2 2.2h1.6v4.9H5.2zM5.2 8.2h1.6v1.6H5.2z"/></symbol>'
    '<symbol id="m-yellow" viewBox="0 0 12 12"><path class="y" d="M6 1l5.2 10H.8z"/></symbol>'
    '<symbol id="m-paused" viewBox="0 0 12 12"><path class="p" d="M1.5 1h3v10h-3zM7.5 1h3v10h-3z"/></symbol>'
    '<symbol id="m-green" viewBox="0 0 12 12"><circle class="g" cx="6" cy="6" r="5.5"/></symbol>'
    '<symbol id="m-none" viewBox="0 0 12 12"><circle class="n" cx="6" cy="6" r="4.5"/></symbol>'
    "</defs></svg>"
)


class Tongue:
    """A language, in which words are said and escaped; and where the pages lie."""

    def __init__(self, language: str, root: str = "") -> None:
        self.language = language
        self.root = escape(root)
        self.tag = "zh-CN" if language == "zh" else "en"
        self.other = "en" if language == "zh" else "zh"

    def plain(self, words: Words, **facts: object) -> str:
        """Say something as it is, for what is escaped later."""
        return words.told(self.language, facts)

    def __call__(self, words: Words, **facts: object) -> str:
        """Say something ready for the page."""
        return escape(words.told(self.language, facts))


def mark(kind: str) -> str:
    """Draw the shape of a light; the words beside it say the same."""
    return f'<svg class="mark" aria-hidden="true"><use href="#m-{kind}"/></svg>'


def bar(counts: Counts, most: int) -> str:
    """Draw how many there are of each light, in lengths that compare within a table."""
    drawn, x = "", 0.0
    for kind, count in zip("rypgn", counts, strict=True):
        if count:
            width = max(100 * count / most, 0.6)
            drawn += f'<rect class="{kind}" x="{x:.2f}" width="{width:.2f}" height="10"/>'
            x += width
    return f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'


def cell(number: int, *, is_red: bool = False) -> str:
    """Write a number; nothing stands back."""
    kind = ' class="zero"' if number == 0 else ' class="red"' if is_red else ""
    return f"<td{kind}>{number:,}</td>"


def lines(say: Tongue, head: Words, rows: Sequence[tuple[str, Counts]]) -> str:
    """Write a table of numbers by light, with its bars and its sums."""
    most = max([sum(counts) for _, counts in rows], default=1)
    heads = "".join(
        f'<th scope="col">{mark(kind)}{say(light)}</th>' for kind, light in zip(KINDS, w.LIGHTS, strict=True)
    )
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{_cells(counts)}'
        f'<td class="bar">{bar(counts, most)}</td></tr>'
        for name, counts in rows
    )
    every = [sum(column) for column in zip(*[counts for _, counts in rows], strict=True)]
    sums = "".join(f"<td>{number:,}</td>" for number in [*every, sum(every)])
    foot = f'<tfoot><tr><th scope="row">{say(w.TOTAL)}</th>{sums}<td class="bar"></td></tr></tfoot>'
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{say(head)}"><table><thead><tr>'
        f'<th scope="col">{say(head)}</th>{heads}<th scope="col">{say(w.TOTAL)}</th>'
        f'<th scope="col" class="bar">{say(w.SHARES)}</th></tr></thead><tbody>{body}</tbody>'
        f"{foot if len(rows) > 1 else ''}</table></div>"
    )


def _cells(counts: Counts) -> str:
    red, *others = counts
    return cell(red, is_red=True) + "".join(cell(count) for count in [*others, sum(counts)])


def whole(
    say: Tongue, title: str, body: str, *, query: str = "", is_signed_in: bool = True, is_wrong: bool = False
) -> str:
    """Write a page; ``query`` is what its other language keeps of the address."""
    link = f"?{query}&amp;lang={say.other}" if query else f"?lang={say.other}"
    tag = "en" if say.other == "en" else "zh-CN"
    leave = (
        f'<form method="post" action="{say.root}/board/sign-out?lang={say.language}">'
        f'<button type="submit">{say(w.SIGN_OUT)}</button></form>'
    )
    prefix = say(w.ERROR_PREFIX) if is_wrong else ""
    return (
        f'<!doctype html><html lang="{say.tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow">'
        f"<title>{prefix}{escape(title)}</title><style>{STYLE}</style></head><body>"
        f'<a class="skip" href="#content">{say(w.SKIP)}</a>{SHAPES}'
        f'<header class="head"><div><div><h1>{say(w.TITLE)}</h1><p>{say(w.SERVICE)}</p></div><nav>'
        f'<a href="{link}" hreflang="{tag}" lang="{tag}">{say(w.OTHER_LANGUAGE)}</a>'
        f'{leave if is_signed_in else ""}</nav></div></header><main id="content">{body}</main></body></html>'
    )
