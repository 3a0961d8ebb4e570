"""What is measured must be what runs: the databases of the benchmarks are filled by the models of today."""

from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.migrating import migrate
from benchmarks import data
from tests.conftest import settings_for


async def test_a_measured_database_answers_with_the_projects_it_was_filled_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "MOVERS", 3)
    monkeypatch.setattr(data, "PGBENCH_MOVERS", 2)
    settings = settings_for(f"sqlite:///{tmp_path / 'bench.db'}", data_dir=str(tmp_path / "data"))
    migrate(settings)
    await data.furnish(settings, 20)
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client,
    ):
        found = (await client.get("/v1/projects?limit=50", headers=data.HEADERS)).json()["items"]
        assert len(found) == 20 + 3 + 2
        one = await client.get(f"/v1/projects/{data.nth_id(7)}", headers=data.HEADERS)
        assert one.json()["name"] == "年产7万吨高性能复合新材料生产基地项目"
        mover = f"/v1/projects/{data.nth_id(21)}"
        body = {"move": "forth", "from_stage": data.OTHER_STAGE}
        headers = data.HEADERS | {"Idempotency-Key": "forth-1"}
        moved = await client.post(f"{mover}/stage-transitions", json=body, headers=headers)
        assert moved.status_code == 201, moved.text
        assert (await client.get(mover, headers=data.HEADERS)).json()["stage"] == data.STAGE
