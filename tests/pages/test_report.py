"""The monthly report as a page: read and printed in a browser, without a script, in two languages."""

from pathlib import Path

import pytest

from tests.builders import World
from tests.items import items_of
from tests.pages.conftest import PHONE, Opens


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_monthly_report_is_read_and_printed(
    world: World, see: Opens, shots: Path, language: str
) -> None:
    items = await items_of(world)
    await items.accept(await items.open("X-01"))
    world.clock.advance(days=40)
    month = await world.get(f"/v1/reports/monthly?area=320681&lang={language}", "supervisor")
    assert month.status_code == 200, month.text
    headers = {k: v for k, v in world.headers("supervisor").items() if k != "Operator-Id"}
    seen = await see(month.json()["page"], extra_http_headers=headers)
    await seen.look("report")
    await seen.page.set_viewport_size(PHONE)
    await seen.page.screenshot(path=seen.shot("phone"))
    paper = await seen.page.pdf(path=shots / f"report-{language}.pdf", format="A4")
    assert paper.startswith(b"%PDF")
