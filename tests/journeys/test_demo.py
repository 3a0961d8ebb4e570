"""The demo can be loaded on any day: here on a Sunday after a spring festival nobody has announced yet."""

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, select

from app.config import Settings
from app.database import Database
from app.demo import loading
from app.demo.founding import found
from app.domain.clocks import Light
from app.items.counting import light_of
from app.items.queries import cases_of_project
from app.migrating import migrate
from app.projects.queries import Project
from app.query import Selection, query

SUNDAY = datetime(2027, 2, 14, 4, tzinfo=UTC)


@query
def _projects() -> Selection[Project]:
    return select(Project).order_by(col(Project.id))


async def test_the_demo_can_be_loaded_on_a_day_off(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'mps.db'}", data_dir=str(tmp_path))
    migrate(settings)
    async with Database(settings).opened() as database:
        await found(database, SUNDAY)
    assert await loading.load(settings, lambda: SUNDAY) == 0
    assert await loading.load(settings, lambda: SUNDAY) == 0  # there already: nothing to do
    async with Database(settings).opened() as database:
        projects = await database.reader.all(_projects())
        assert len(projects) == 48
        cases = {p.name: await cases_of_project(database.reader, p.id) for p in projects}
    busy = {case.item_code: case for case in cases["启东储能电池及系统集成项目"]}
    lights = {light_of(case, SUNDAY.date()) for case in busy.values()}
    assert lights == set(Light)
    # nine working days before: 27-29 January, 1-4, 11 and 12 February came after (off: the 5th to the 10th)
    assert str(busy["S3-11"].filed_on) == "2027-01-26"
    past = [case for name, many in cases.items() if name.endswith("（既往办件）") for case in many]
    assert len(past) > 600
    assert all(case.is_passed and not case.findings for case in past)
