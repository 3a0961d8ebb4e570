"""Drawing a sample of completed projects, each of which gets a follow-up."""

from app.actor import Actor
from app.areas.queries import AreaNotFound, areas_below
from app.clock import new_id
from app.database import Reader, Writer
from app.domain.sampling import ALGORITHM, draw, population_digest, sample_size, seed_of
from app.errors import Conflict, Fault, Invalid, Words
from app.events.service import Stamp, record
from app.follow_ups.models import FollowUpSample
from app.follow_ups.queries import completed_projects, ledger_stands_at, lock_drawn, samples_page
from app.follow_ups.schemas import SampleIn
from app.follow_ups.service import Place, insert_follow_up
from app.pages import PageIn, cursor_of, cut, read_id

MOST_COMPLETED, MOST_DRAWN = 2000, 500


class SampleMalformed(Invalid):
    """A sample needs a size, or a confidence and a margin, and a period that ends after it begins."""

    title = Words("抽样条件有误", "The sample is malformed")
    detail = Words(
        "须给出 size，或者同时给出 confidence 和 margin；起始日不得晚于截止日。",
        "Give size, or confidence and margin; the period does not end before it begins.",
    )


class NothingToDrawFrom(Conflict):
    """No project of the area was completed in the period."""

    title = Words("没有可抽取的项目", "Nothing to draw from")
    detail = Words("该区域该期间没有办结的项目。", "No project of the area was completed in the period.")


class SampleTooLarge(Conflict):
    """One draw takes from so many completed projects, and asks for so many of them, at most."""

    title = Words("抽样规模过大", "The sample is too large")
    detail = Words(
        "一次最多从 {most_completed} 个办结项目中抽取 {most_drawn} 个；请缩短期间或者放宽误差。",
        "At most {most_drawn} of {most_completed} projects; choose a shorter period or a wider margin.",
    )


WRONG_WAY = Words("起止日期颠倒", "ends before it begins")
SIZE_OR_MARGIN = Words("与 size 二选一，confidence 与 margin 同时给出", "goes without size, and in a pair")


def _faults(given: SampleIn) -> list[Fault]:
    pair = (given.confidence is not None, given.margin is not None)
    faults = []
    if pair != ((given.size is None),) * 2:
        faults.append(Fault("/size", "size_or_margin", SIZE_OR_MARGIN))
    if given.completed_from > given.completed_to:
        faults.append(Fault("/completed_to", "wrong_way", WRONG_WAY))
    return faults


async def draw_sample(session: Writer, actor: Actor, given: SampleIn) -> FollowUpSample:
    """Draw a sample and open a follow-up for each project drawn; nobody can know the seed before.

    Refuses ``AreaNotFound``, ``SampleMalformed``, ``NothingToDrawFrom``, ``SampleTooLarge``.
    """
    if not actor.has_area(given.area_code):
        raise AreaNotFound(code=given.area_code)
    faults = _faults(given)
    if faults:
        raise SampleMalformed(faults=faults)
    areas = await areas_below(session, given.area_code)
    population = await session.all(
        completed_projects(list(areas), given.completed_from, given.completed_to, MOST_COMPLETED + 1)
    )
    if not population:
        raise NothingToDrawFrom
    size = given.size or sample_size(len(population), given.confidence or 95, given.margin or 5)
    if len(population) > MOST_COMPLETED or size > MOST_DRAWN:
        raise SampleTooLarge(most_completed=MOST_COMPLETED, most_drawn=MOST_DRAWN)
    sample_id = new_id(actor.at)
    head = await session.one(ledger_stands_at())
    seed = seed_of(head.hash, sample_id)
    drawn = draw(population, seed, size)
    sample = await session.insert(
        FollowUpSample,
        id=sample_id,
        area_code=given.area_code,
        completed_from=given.completed_from,
        completed_to=given.completed_to,
        population=sorted(population),
        population_digest=population_digest(population),
        confidence=given.confidence,
        margin=given.margin,
        size=size,
        head_sequence=head.sequence,
        head_hash=head.hash,
        seed=seed,
        algorithm=ALGORITHM,
        drawn=list(drawn),
        drawn_by=actor.person,
        drawn_at=actor.at,
    )
    for row in await session.all(lock_drawn(list(drawn))):
        await insert_follow_up(session, actor, Place(*row), sample.id)
    facts = {"sample_id": sample.id, "seed": seed, "population_digest": sample.population_digest}
    await record(session, actor, "follow_up_sample.drawn", Stamp(None, given.area_code, None), facts=facts)
    return sample


async def list_samples(
    session: Reader, actor: Actor, asked: PageIn
) -> tuple[list[FollowUpSample], str | None]:
    """List a page of the samples of the caller's areas, the newest first."""
    found = await session.all(samples_page(asked.limit + 1, list(actor.areas), read_id(asked.cursor)))
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None
