"""The marks of a chart: shapes for lights, looks of bars, samples for the legend."""

from xml.etree.ElementTree import Element

from app.domain.clocks import Light
from app.domain.schedule import ScheduledItem
from app.schedules.svg import Drawing

RED, BLUE, GREY, PALE, GREEN, AMBER = "#b42318", "#1d5fa8", "#7b8794", "#e4e9f0", "#1a7f4b", "#9a5b00"
DONE = "#3e4c59"
_WIDE = 0x2E80  # characters from here on are as wide as high


def look(line: ScheduledItem) -> dict[str, float | str]:
    """Give the look of a bar: a fact is filled, an estimate open, the critical path striped."""
    if not line.is_estimated:
        return {"fill": DONE, "stroke": DONE}
    if line.is_critical:
        return {"fill": "url(#critical)", "stroke": RED, "stroke_width": 1.4}
    return {"fill": "#cfe0f3", "stroke": BLUE, "stroke_width": 1}


def light_mark(page: Drawing, light: Light, x: float, y: float) -> None:
    """Draw a light as a shape of its own; its colour says it twice."""
    r = 4.6
    triangle = [(x, y - r), (x + r, y + r - 1), (x - r, y + r - 1)]
    if light is Light.GREEN:
        page.add("circle", cx=x, cy=y, r=r, fill=GREEN)
    elif light is Light.YELLOW:
        page.shape(triangle, fill="#f0b429", stroke=AMBER, stroke_width=1)
    elif light is Light.RED:
        page.rectangle(x - r, y - r, 2 * r, 2 * r, fill=RED)
        page.text(x, y + 3.6, "!", font_size=10, font_weight="bold", fill="#ffffff", text_anchor="middle")
    elif light is Light.PAUSED:
        page.rectangle(x - 4, y - r, 2.8, 2 * r, fill=GREY)
        page.rectangle(x + 1.2, y - r, 2.8, 2 * r, fill=GREY)
    elif light in {Light.DONE_IN_TIME, Light.DONE_LATE}:
        colour = GREEN if light is Light.DONE_IN_TIME else RED
        points = f"{x - 4.5:.1f},{y:.1f} {x - 1.5:.1f},{y + 3.5:.1f} {x + 4.5:.1f},{y - 4:.1f}"
        page.add("polyline", points=points, fill="none", stroke=colour, stroke_width=2)
        if light is Light.DONE_LATE:
            page.text(x + 4, y + 5, "!", font_size=9, font_weight="bold", fill=RED)
    elif light is Light.NOT_STARTED:
        page.add("circle", cx=x, cy=y, r=r - 0.8, fill="#ffffff", stroke=GREY, stroke_width=1.2)
    else:
        page.line(x - r, y, x + r, y, stroke=GREY, stroke_width=1.6)


def sample(page: Drawing, mark: str, x: float, y: float) -> None:
    """Draw the sample of a mark for the legend, 20 wide around the height ``y``."""
    bars: dict[str, dict[str, float | str]] = {
        "critical": {"fill": "url(#critical)", "stroke": RED, "stroke_width": 1.4},
        "planned": {"fill": "#cfe0f3", "stroke": BLUE},
        "done": {"fill": DONE},
        "pause": {"fill": "url(#pause)", "stroke": GREY, "stroke_width": 0.6},
    }
    if mark in bars:
        page.rectangle(x, y - 5, 20, 10, **bars[mark])
    elif mark == "preparation":
        page.line(x, y, x + 20, y, stroke=BLUE, stroke_width=2, stroke_dasharray="1 2")
    elif mark == "slack":
        page.line(x, y, x + 20, y, stroke=GREY, stroke_dasharray="2 2")
    elif mark == "baseline":
        page.rectangle(x, y, 20, 2, fill=GREY)
    else:
        page.shape([(x + 10, y - 6), (x + 16, y), (x + 10, y + 6), (x + 4, y)], fill="#cfe0f3", stroke=BLUE)


def tooltip(text: str) -> Element:
    """Give the text that a browser shows over an element."""
    made = Element("title")
    made.text = text
    return made


def length(text: str) -> float:
    """Tell how long a text is, in heights of its letters."""
    return sum(1.0 if ord(character) >= _WIDE else 0.56 for character in text)


def cut(text: str, limit: float) -> str:
    """Shorten a text to a length, with an ellipsis where something is left out."""
    if length(text) <= limit:
        return text
    while text and length(text) > limit - 1:
        text = text[:-1]
    return text + "…"
