"""What somebody sees of a page, and whether everybody can: console, axe, width, picture."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.async_api import ConsoleMessage, Page, Response

AXE = files("axe_playwright_python").joinpath("axe.min.js")
REFUSED = "Failed to load resource"  # Chromium's own line for a page whose status is 4xx; refusals are pages


class Seeing:
    """One tab."""

    def __init__(self, page: Page, shot: Path) -> None:
        self.page, self._shot, self._shots = page, shot, 0
        self.said: list[str] = []
        self.foreign: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.foreign.append(request.url))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSED):
            self.said.append(message.text)

    async def goto(self, path: str) -> Response:
        answer = await self.page.goto(path)
        assert answer is not None
        return answer

    async def text(self) -> str:
        return await self.page.inner_text("body")

    def shot(self, name: str) -> Path:
        """Name the next picture."""
        self._shots += 1
        return self._shot.with_name(f"{self._shot.name}-{self._shots}-{name}.png")

    async def show_image(self, path: str) -> tuple[int, int]:
        """Put an image into a page as a portal would; give its natural size."""
        origin = "/".join(self.page.url.split("/")[:3])
        await self.page.goto("/health/live")
        await self.page.set_content(f'<html lang="zh"><title>-</title><img alt="图" src="{origin}{path}">')
        width, height = await self.page.evaluate(
            "document.images[0].decode().then(() => [document.images[0].naturalWidth,"
            " document.images[0].naturalHeight])"
        )
        return width, height

    async def look(self, name: str, *, has_script: bool = True) -> None:
        """Hold what is shown now against what every page keeps, and keep a picture of it."""
        await self.page.screenshot(path=self.shot(name), full_page=True)
        place = self.page.url.split("/")[2]
        assert {url.split("/")[2] for url in self.foreign} == {place}, "something is fetched from elsewhere"
        if has_script:
            wide, has = await self.page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            assert wide <= has, f"{name} is wider than its window: {wide} > {has}"
            assert await self.faults() == [], name

    async def faults(self) -> list[str]:
        """Ask axe, through the developer tools, so that the page keeps its strict policy."""
        tools = await self.page.context.new_cdp_session(self.page)
        await tools.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        asked = "axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))"
        found = await tools.send(
            "Runtime.evaluate",
            {"expression": f"{asked}.then(JSON.parse)", "awaitPromise": True, "returnByValue": True},
        )
        await tools.detach()
        assert "exceptionDetails" not in found, found
        rows: list[dict[str, Any]] = found["result"]["value"]
        return [f"{row['id']}: {row['help']}: {row['nodes'][0]['html'][:200]}" for row in rows]
