"""Figures of an imported event log against pandas: the small one made here, or the file that EVENT_LOG names.

The 1,434 real cases of the receipt phase: ``EVENT_LOG=receipt.csv pytest tests/api/test_statistics_log.py``.
"""

import io
from typing import Any

import numpy as np
import pandas as pd
from fastapi import FastAPI

from app.clock import office_date
from tests.api.test_exports import ask, content
from tests.api.test_imports import a_job, publish, upload, work
from tests.api.test_statistics_year import differs, feed, figures, told
from tests.builders import World
from tests.by_pandas import Panda, between, local
from tests.conftest import StillClock
from tests.event_logs import the_log
from tests.item_logs import item_mapping, the_item_log

YEARS = ("2010-01-01", "2012-12-31")


def stays_in(raw: bytes) -> pd.DataFrame:
    """Read the stays in stages from an exported log, as another program would."""
    log = pd.read_csv(io.BytesIO(raw), dtype=str)
    log = log.assign(on=local(log["time:timestamp"]))
    left = log.groupby("case:concept:name", sort=False).on.shift(-1)
    stays = log.assign(left=left)[left.notna()]
    return stays.assign(days=[between(a, b) for a, b in zip(stays.on, stays.left, strict=True)])


def percentiles(days: Any) -> list[tuple[int, ...]]:
    found = [np.quantile(days, part, method="inverted_cdf") for part in (0.5, 0.8, 0.9)]
    return [tuple(map(int, found))]


async def test_stage_durations_are_what_pandas_computes_from_the_exported_log(
    world: World, app: FastAPI, clock: StillClock
) -> None:
    raw = the_log()
    await publish(world, raw)
    await a_job(world, raw)
    while await work(app, clock):
        pass
    stays = stays_in(await content(world, await ask(world)))
    answer = figures(await told(world, YEARS))
    shown = [answer[f"stage_days_p{n}"] for n in (50, 80, 90)]
    assert [tuple(int(figure["value"]) for figure in shown)] == percentiles(stays.days)
    assert shown[0]["n"] == len(stays) > 20
    by_stage = {part["code"]: part["n"] for part in shown[0]["parts"]}
    parts = [
        (by_stage[code], *[int(p["value"]) for f in shown for p in f["parts"] if p["code"] == code])
        for code in by_stage
    ]
    groups = stays.groupby("concept:name").days
    assert sorted(parts) == sorted((len(days), *percentiles(days)[0]) for _, days in groups)


async def test_figures_of_imported_items_are_what_pandas_computes_from_the_feed(
    world: World, app: FastAPI, clock: StillClock
) -> None:
    raw = the_item_log()
    await publish(world, raw)
    file = await upload(world, raw)
    body = {"kind": "event_log", "file_id": file["id"], "mapping": item_mapping()}
    asked = await world.post("/v1/imports", body, "admin")
    assert asked.status_code == 202, asked.text
    while await work(app, clock):
        pass
    answer = figures(await told(world, YEARS))
    panda = Panda(await feed(world), *YEARS, office_date(clock()).isoformat())
    assert differs(answer, panda.figures()) == []
    for code in ("items_decided", "item_days_p50", "on_time_statutory", "on_time_promised", "finding_rate"):
        assert answer[code]["n"] > 20, code
