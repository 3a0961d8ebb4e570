"""A drawing as SVG: texts are escaped by the standard library, and nothing runs or loads anything."""

from xml.etree.ElementTree import Element, SubElement, tostring

FONTS = (
    "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','Hiragino Sans GB',"
    "'WenQuanYi Micro Hei',SimHei,sans-serif"
)


class Drawing:
    """An SVG image of a fixed shape that scales with its frame; lengths are in its own units."""

    def __init__(self, width: float, height: float, title: str, description: str, language: str) -> None:
        self.root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {width:g} {height:g}",
                "width": f"{width:g}",
                "height": f"{height:g}",
                "role": "img",
                "lang": "zh-CN" if language == "zh" else "en",
                "font-family": FONTS,
                "font-size": "11",
                "fill": "#1f2933",
            },
        )
        SubElement(self.root, "title").text = title
        SubElement(self.root, "desc").text = description
        self.definitions = SubElement(self.root, "defs")
        self.rectangle(0, 0, width, height, fill="#ffffff")

    def add(self, tag: str, text: str | None = None, /, **attributes: float | str) -> Element:
        """Add an element; an attribute's underscores are hyphens."""
        known = {
            name.rstrip("_").replace("_", "-"): value
            if isinstance(value, str)
            else f"{value:.2f}".rstrip("0").rstrip(".")
            for name, value in attributes.items()
        }
        made = SubElement(self.root, tag, known)
        made.text = text
        return made

    def rectangle(self, x: float, y: float, width: float, height: float, **look: float | str) -> Element:
        """Add a rectangle."""
        return self.add("rect", x=x, y=y, width=max(width, 0), height=height, **look)

    def line(self, x1: float, y1: float, x2: float, y2: float, **look: float | str) -> Element:
        """Add a straight line."""
        return self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, **look)

    def text(self, x: float, y: float, text: str, **look: float | str) -> Element:
        """Add a text; ``y`` is its base line."""
        return self.add("text", text, x=x, y=y, **look)

    def shape(self, points: list[tuple[float, float]], **look: float | str) -> Element:
        """Add a closed shape."""
        return self.add("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), **look)

    def stripes(self, name: str, colour: str, ground: str, step: float) -> None:
        """Define a hatching, so that a colour is never the only mark."""
        pattern = SubElement(
            self.definitions,
            "pattern",
            {
                "id": name,
                "width": f"{step:g}",
                "height": f"{step:g}",
                "patternUnits": "userSpaceOnUse",
                "patternTransform": "rotate(45)",
            },
        )
        SubElement(pattern, "rect", {"width": f"{step:g}", "height": f"{step:g}", "fill": ground})
        SubElement(pattern, "rect", {"width": f"{step / 2:g}", "height": f"{step:g}", "fill": colour})

    def write(self) -> bytes:
        """Give the drawing as it is sent: UTF-8 with its declaration."""
        written: bytes = tostring(self.root, encoding="utf-8", xml_declaration=True)
        return written
