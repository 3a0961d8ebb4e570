"""The usual style: `def` endpoints, a SQLModel session and the caller by dependency, response_model.

Same rows and same promises as ours; the caller is looked up as such projects do, once per request. It knows
no operators, no scope, no allowed actions, and its ledger event is shorter than ours.
"""

import hashlib
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import orjson
from fastapi import Depends, FastAPI, Header, HTTPException, Response
from sqlalchemy import event
from sqlmodel import Session, SQLModel, create_engine, select

import app as app_root
from app.clients.models import ApiKey, Client
from app.events.models import ChainHead, Event
from app.idempotency import IdempotencyKey
from app.private.models import Private
from app.projects.models import Project, ProjectStanding
from app.sqlite import sqlite3
from app.stages.models import StageTransition

for models in Path(app_root.__file__).parent.glob("*/models.py"):  # foreign keys lead everywhere
    import_module(f"app.{models.parent.name}.models")
URL = os.environ["MPS_DATABASE_URL"]
if URL.startswith("sqlite"):
    engine = create_engine(
        URL, module=sqlite3, pool_size=40, connect_args={"timeout": 30, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
else:
    engine = create_engine(URL.replace("postgresql://", "postgresql+psycopg://"), pool_size=40)


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]


def get_current_client(session: SessionDep, authorization: Annotated[str, Header()]) -> Client:
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).hexdigest()
    key = session.exec(select(ApiKey).where(ApiKey.digest == digest)).first()
    client = session.get(Client, key.client_id) if key and key.revoked_at is None else None
    if client is None or not client.is_active:
        raise HTTPException(401)
    return client


CurrentClient = Annotated[Client, Depends(get_current_client)]
app = FastAPI()


class ProjectSummary(SQLModel):
    id: str
    version: int
    name: str
    area_code: str
    owner_uscc: str | None
    owner_name: str | None
    project_code: str | None
    stage: str
    service_mode: str | None
    process_class: str | None
    investment_fen: int | None
    planned_start_on: date | None
    actual_start_on: date | None
    due_on: date | None
    registered_at: datetime


class ProjectPublic(ProjectSummary):
    procedure_id: str
    scope_stages: list[str] | None
    approval_mode: str | None
    construction_nature: str | None
    land_mode: str | None
    fund_nature: str | None
    industry_code: str | None
    location: str | None
    content: str | None = None
    planned_completion_on: date | None
    actual_completion_on: date | None
    attributes: dict[str, Any]
    lead_source: str | None
    file_number: str | None
    archive_volume: int
    stage_entered_at: datetime
    steps: int


class ProjectsPublic(SQLModel):
    items: list[ProjectSummary]


class TransitionIn(SQLModel):
    from_stage: str
    move: str


class TransitionPublic(SQLModel):
    id: str
    project_id: str
    number: int
    move: str
    from_stage: str
    to_stage: str
    inputs: dict[str, Any]
    evidence: list[str]
    occurred_at: datetime
    sequence: int
    project_version: int


@app.get("/v1/projects", response_model=ProjectsPublic)
def read_projects(_: CurrentClient, session: SessionDep, stage: str, area: str, limit: int = 50) -> Any:
    statement = select(Project).where(Project.stage == stage, Project.area_code == area)
    return ProjectsPublic(items=session.exec(statement.order_by(Project.id.desc()).limit(limit)).all())  # type: ignore[attr-defined]


@app.get("/v1/projects/{project_id}", response_model=ProjectPublic)
def read_project(_: CurrentClient, project_id: str, session: SessionDep) -> Any:
    project = session.get(Project, project_id)
    if project is None:
        raise HTTPException(404)
    standing = session.get_one(ProjectStanding, project_id)
    text = session.get(Private, project.content_id) if project.content_id else None
    facts = {"content": text.value if text else None, "stage_entered_at": standing.stage_entered_at}
    return ProjectPublic.model_validate(project, update={**facts, "steps": standing.steps})


@app.post("/v1/projects/{project_id}/stage-transitions", response_model=TransitionPublic, status_code=201)
def move_project(
    _: CurrentClient, project_id: str, wanted: TransitionIn, session: SessionDep, response: Response,
    idempotency_key: Annotated[str, Header()],
) -> Any:  # fmt: skip
    now = datetime.now(UTC)
    key = IdempotencyKey(
        id=hashlib.sha256(idempotency_key.encode()).hexdigest(), fingerprint="0" * 64, claimed_at=now,
        project_id=None, status=None, headers=None, body=None,
    )  # fmt: skip
    session.add(key)
    session.flush()
    project = session.exec(select(Project).where(Project.id == project_id).with_for_update()).one()
    if project.stage != wanted.from_stage:
        raise HTTPException(409)
    standing = session.get_one(ProjectStanding, project_id)
    before = project.stage
    project.stage = "in_service" if wanted.move == "forth" else "planned"
    project.version += 1
    standing.steps += 1
    standing.last_step_at = standing.stage_entered_at = now
    step = StageTransition(
        id=str(uuid.uuid4()), project_id=project_id, area_code=project.area_code, owner_uscc=project.owner_uscc,
        event_id=str(uuid.uuid4()), number=standing.steps,
        procedure_id=project.procedure_id, move=wanted.move, from_stage=before,
        to_stage=project.stage, inputs={}, reason_id=None, evidence=[], occurred_at=now, entry_mode="online",
    )  # fmt: skip
    session.add(step)
    session.flush()
    head = session.exec(select(ChainHead).with_for_update()).one()
    last = session.exec(
        select(Event).where(Event.project_id == project_id).order_by(Event.project_sequence.desc()).limit(1)  # type: ignore[union-attr]
    ).first()
    body = orjson.dumps(step.model_dump()).decode().ljust(1400)
    event_row = Event(
        sequence=head.sequence + 1, id=step.event_id, type="project.stage_moved", project_id=project_id,
        project_sequence=(last.project_sequence or 0) + 1 if last else 1, area_code=project.area_code,
        owner_uscc=project.owner_uscc, occurred_at=now, recorded_at=now, algorithm="sha256",
        previous_hash=head.hash, project_previous_hash=last.hash if last else "0" * 64,
        hash=hashlib.sha256(f"{head.hash}\n{body}".encode()).hexdigest(), body=body,
    )  # fmt: skip
    session.add(event_row)
    session.flush()
    sequence, version = event_row.sequence, project.version
    answer = TransitionPublic.model_validate(step, update={"sequence": sequence, "project_version": version})
    key.status, key.headers, key.body, key.project_id = 201, {}, answer.model_dump_json().encode(), project_id
    session.commit()
    response.headers["location"] = f"/v1/projects/{project_id}/stage-transitions/{answer.id}"
    return answer
