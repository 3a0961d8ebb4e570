"""Builds the application: opens the database, hangs up the rooms."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import __version__
from app.activations.router import router as activations
from app.alarms.router import router as alarms
from app.archives.router import router as archives
from app.areas.router import departments
from app.areas.router import router as areas
from app.bad_reviews.router import router as bad_reviews
from app.board.router import router as board
from app.calendars.router import router as calendars
from app.catalogue.router import router as catalogue
from app.clients.authentication import Authentication
from app.clients.router import operators
from app.clients.router import router as clients
from app.clock import Clock, read_clock
from app.codes.router import router as codes
from app.complaints.router import router as complaints
from app.config import Settings, load_settings
from app.consultations.router import of_project as project_consultations
from app.consultations.router import router as consultations
from app.coordination.router import conclusions
from app.coordination.router import of_project as project_issues
from app.coordination.router import router as issues
from app.corrections.router import router as corrections
from app.database import Database
from app.documents.router import router as documents
from app.door import Door
from app.engagements.router import router as engagements
from app.evaluations.router import router as evaluations
from app.events.router import router as events
from app.exchange.router import exports, imports
from app.follow_ups.router import router as follow_ups
from app.follow_ups.router import samples as follow_up_samples
from app.forecasts.router import router as forecasts
from app.idempotency import add_replays
from app.invitations.router import occurrences as evaluation_occurrences
from app.invitations.router import router as invitations
from app.invitations.router import settings as evaluation_settings
from app.items.router import approvals as plan_approvals
from app.items.router import of_project as project_items
from app.items.router import router as items
from app.majors.router import router as majors
from app.operations import hang_up_documents, refusals
from app.operations import router as operations
from app.particulars.router import router as particulars
from app.people.router import router as people
from app.plans.router import router as plans
from app.private.router import router as private
from app.problems import add_problem_handlers
from app.procedures.router import router as procedures
from app.progress.router import router as progress
from app.projects.router import router as projects
from app.rating.router import router as rating
from app.readiness.router import router as readiness
from app.readiness.router import uses as material_uses
from app.records.router import router as records
from app.reports.router import router as reports
from app.route import Signpost
from app.schedules.router import router as schedules
from app.stages.router import beside as beside_stages
from app.stages.router import confirmations
from app.stages.router import milestones as milestone_confirmations
from app.stages.router import router as stages
from app.statistics.router import router as statistics
from app.supervision.router import router as supervision
from app.tasks.router import away as absences
from app.tasks.router import router as tasks
from app.timeline.router import router as timeline
from app.worker import stop, work, write_access_log
from app.workload.router import of_operators as open_work
from app.workload.router import router as workload

ROUTERS = (
    projects,
    records,
    particulars,
    majors,
    people,
    stages,
    evaluations,
    invitations,
    evaluation_occurrences,
    evaluation_settings,
    rating,
    board,
    bad_reviews,
    complaints,
    supervision,
    workload,
    open_work,
    issues,
    project_issues,
    consultations,
    project_consultations,
    conclusions,
    follow_ups,
    follow_up_samples,
    corrections,
    beside_stages,
    confirmations,
    documents,
    archives,
    engagements,
    progress,
    milestone_confirmations,
    plans,
    forecasts,
    plan_approvals,
    items,
    project_items,
    schedules,
    reports,
    readiness,
    material_uses,
    alarms,
    tasks,
    absences,
    procedures,
    catalogue,
    statistics,
    calendars,
    activations,
    areas,
    departments,
    clients,
    operators,
    codes,
    events,
    timeline,
    private,
    imports,
    exports,
)


def create_app(
    settings: Settings | None = None,
    clock: Clock = read_clock,
    *,
    has_worker: bool = False,
    serves: bool = True,
) -> FastAPI:
    """Build an application for the given settings, or for those of the environment.

    The demo set is loaded through one that does not serve, while the server to be holds the SQLite file.
    """
    settings = settings or load_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with Database(settings).opened(serves=serves) as database:
            app.state.database = database
            loops = [asyncio.create_task(write_access_log())]
            if has_worker:
                loops.append(asyncio.create_task(work(database, settings, clock)))
            yield
            for loop in loops:
                await stop(loop)

    app = FastAPI(
        title="重大项目代办服务 · Major Project Agency Service",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would name the host the caller made up
        generate_unique_id_function=lambda route: route.name,  # the function's name is the promise
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.clock = clock
    app.state.refusals = refusals
    app.state.authenticate = Authentication(clock, settings.requests_per_minute)
    add_problem_handlers(app)
    add_replays(app)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(operations)
    hang_up_documents(app)
    app.router.routes.insert(0, Signpost(ROUTERS))
    app.add_middleware(Door, settings=settings)
    return app
