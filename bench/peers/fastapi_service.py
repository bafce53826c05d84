"""The service that hwc-ai replaces, written as well as its kind can be: FastAPI, pydantic models in and out, a Bearer key,
figures from SQLite, the state of a run, and a cleanup plan that is computed from the files and recorded with its run.

What the app keeps between requests is kept here too: the figures and the runs asked for while the database is unchanged, the
model list for a second. Endpoints are `async` and touch the disk directly, since on one core a thread pool only adds hand-overs.

Environment: BENCH_DB (file), BENCH_KEY, BENCH_ROOT (allowed folder), BENCH_MODELS_PORT.
"""

import asyncio
import hashlib
import hmac
import json
import os
import sqlite3
import stat
import time
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header, HTTPException, Path as PathParameter, Response
from pydantic import BaseModel, Field

STARTED = time.monotonic()
KEY_DIGEST = hashlib.sha256(os.environ["BENCH_KEY"].encode()).hexdigest()
ROOT = os.path.realpath(os.environ["BENCH_ROOT"])
WORKFLOWS = {
    "chat": "chat-cli",
    "cleanup": "file-cleanup",
    "journal": "journaling",
    "autodoc": "auto-doc",
}

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY, workflow TEXT NOT NULL, status TEXT NOT NULL, input_digest TEXT NOT NULL, input TEXT,
  output TEXT, error TEXT, engine TEXT, started_at TEXT NOT NULL, ended_at TEXT, duration_ms REAL
);
CREATE INDEX IF NOT EXISTS runs_by_workflow ON runs (workflow, started_at);
CREATE TABLE IF NOT EXISTS plans (id TEXT PRIMARY KEY, run_id TEXT NOT NULL, directory TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS plan_actions (
  plan_id TEXT NOT NULL, position INTEGER NOT NULL, file TEXT NOT NULL, action TEXT NOT NULL, destination TEXT,
  reason TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
  PRIMARY KEY (plan_id, position)
);
"""

db = sqlite3.connect(os.environ["BENCH_DB"], isolation_level=None, check_same_thread=False, cached_statements=64)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = NORMAL")
db.executescript(SCHEMA)


class WorkflowStatus(BaseModel):
    id: str
    name: str
    enabled: bool
    last_run: datetime | None
    next_run: datetime | None
    runs_count: int
    status: Literal["never-run", "running", "succeeded", "failed"]
    last_error: str | None
    model: str


class ModelInfo(BaseModel):
    name: str
    status: Literal["available"]
    size: str | None


class Status(BaseModel):
    version: str
    workflows: dict[str, WorkflowStatus]
    models: dict[str, ModelInfo]
    backend_status: Literal["ok", "unreachable"]
    api_uptime: str
    requests_processed: int


class WaitRequest(BaseModel):
    seconds: int | None = Field(default=None, ge=0, le=600)


class Run(BaseModel):
    id: str
    workflow: str
    operation: str
    status: Literal["queued", "running", "succeeded", "failed", "cancelled", "interrupted"]
    input: dict[str, Any] | None
    error: dict[str, Any] | None
    engine: str | None
    model: str | None
    prompt_tokens: int
    completion_tokens: int
    principal: str
    started_at: datetime
    ended_at: datetime | None
    duration_ms: float | None


class RunState(BaseModel):
    run: Run
    progress: str
    output: Any


class CleanupRequest(BaseModel):
    directory: str = Field(min_length=1, max_length=4096)
    dry_run: bool = True


class Action(BaseModel):
    file: str
    action: Literal["move", "rename", "skip"]
    destination: str | None
    reason: str


class CleanupPlan(BaseModel):
    directory: str
    files_analyzed: int
    actions: list[Action]
    dry_run: bool
    plan_id: str


requests_processed = 0
# Plans are looked through now and then; those nobody applied are kept up to this many.
KEPT_PLANS = 200
PRUNE_EVERY = 100
plans_made = 0


async def authentication(authorization: str | None = Header(default=None)) -> None:
    global requests_processed
    requests_processed += 1
    if not authorization or not authorization.startswith("Bearer "):
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    digest = hashlib.sha256(authorization[7:].encode()).hexdigest()
    if not hmac.compare_digest(digest, KEY_DIGEST):
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


app = FastAPI(dependencies=[Depends(authentication)])

kept_figures: tuple[tuple[int, int], dict[str, tuple]] | None = None
kept_runs: tuple[tuple[int, int], dict[str, RunState]] = ((-1, -1), {})
kept_models: tuple[float, dict[str, ModelInfo], str] | None = None


def database_version() -> tuple[int, int]:
    return (db.execute("PRAGMA data_version").fetchone()[0], db.total_changes)


def figures() -> dict[str, tuple]:
    """Runs, last run, last status and last error of each workflow; asked again only when the database changed."""
    global kept_figures
    version = database_version()
    if kept_figures and kept_figures[0] == version:
        return kept_figures[1]
    rows = db.execute(
        "SELECT workflow, count(*), max(started_at), status, error FROM runs GROUP BY workflow"
    ).fetchall()
    found = {row[0]: row[1:] for row in rows}
    kept_figures = (version, found)
    return found


async def models() -> tuple[dict[str, ModelInfo], str]:
    """The backend's models, at most a second old."""
    global kept_models
    now = time.monotonic()
    if kept_models and now < kept_models[0]:
        return kept_models[1], kept_models[2]
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(os.environ["BENCH_MODELS_PORT"]))
        writer.write(b"GET /api/tags HTTP/1.0\r\n\r\n")
        body = (await reader.read()).split(b"\r\n\r\n", 1)[1]
        writer.close()
        listed = {m["name"]: ModelInfo(name=m["name"], status="available", size=None) for m in json.loads(body)["models"]}
        kept_models = (now + 1, listed, "ok")
    except OSError:
        kept_models = (now + 1, {}, "unreachable")
    return kept_models[1], kept_models[2]


@app.get("/api/workflows/status")
async def status() -> Status:
    found = figures()
    listed, backend = await models()
    workflows = {}
    for key, workflow in WORKFLOWS.items():
        count, last, state, error = found.get(workflow, (0, None, "never-run", None))
        workflows[key] = WorkflowStatus(
            id=workflow, name=key, enabled=True, last_run=last, next_run=None, runs_count=count,
            status=state, last_error=error, model="gemma3-270m:latest",
        )
    return Status(
        version="1.0.0", workflows=workflows, models=listed, backend_status=backend,
        api_uptime=f"{(time.monotonic() - STARTED) / 3600:.1f}h", requests_processed=requests_processed,
    )


SIGNATURES = [
    (b"%PDF-", "documents"), (b"\xff\xd8\xff", "images"), (b"\x89PNG", "images"), (b"GIF8", "images"),
    (b"ID3", "audio"), (b"fLaC", "audio"), (b"PK\x03\x04", "archives"), (b"\x1f\x8b", "archives"), (b"\x7fELF", "programs"),
]
EXTENSIONS = {".txt": "text", ".md": "text", ".log": "logs", ".csv": "tables", ".json": "data", ".py": "code", ".ts": "code"}


def category(path: str, name: str) -> tuple[str | None, str]:
    """By the first 512 bytes, then by extension."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        head = os.read(fd, 512)
    finally:
        os.close(fd)
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind, f"its content is of the kind {kind}"
    kind = EXTENSIONS.get(os.path.splitext(name)[1].lower())
    return kind, f"its name says {kind}" if kind else "no rule fits"


def plan(directory: str) -> list[tuple[Action, os.stat_result]]:
    taken: set[str] = set()
    actions = []
    with os.scandir(directory) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        path = os.path.join(directory, name)
        info = os.lstat(path)
        if name.startswith(".") or not stat.S_ISREG(info.st_mode):
            actions.append((Action(file=name, action="skip", destination=None, reason="hidden or not a file"), info))
            continue
        kind, reason = category(path, name)
        if kind is None:
            actions.append((Action(file=name, action="skip", destination=None, reason=reason), info))
            continue
        destination, number = f"{kind}/{name}", 1
        while destination in taken or os.path.lexists(os.path.join(directory, destination)):
            number += 1
            stem, extension = os.path.splitext(name)
            destination = f"{kind}/{stem} ({number}){extension}"
        taken.add(destination)
        actions.append((Action(file=name, action="move", destination=destination, reason=reason), info))
    return actions


def prune() -> None:
    global plans_made
    plans_made += 1
    if plans_made % PRUNE_EVERY != 0:
        return
    db.execute("BEGIN IMMEDIATE")
    old = "SELECT id FROM plans WHERE rowid <= (SELECT max(rowid) FROM plans) - ?"
    db.execute(f"DELETE FROM plan_actions WHERE plan_id IN ({old})", (KEPT_PLANS,))
    db.execute("DELETE FROM plans WHERE rowid <= (SELECT max(rowid) FROM plans) - ?", (KEPT_PLANS,))
    db.execute("COMMIT")


@app.post("/api/workflows/cleanup")
async def cleanup(request: CleanupRequest, response: Response) -> CleanupPlan:
    directory = os.path.realpath(request.directory)
    if directory != ROOT and not directory.startswith(ROOT + os.sep):
        raise HTTPException(403, "outside the allowed folders")
    if not Path(directory).is_dir():
        raise HTTPException(422, "not a folder")
    started, now = time.perf_counter(), datetime.now(timezone.utc).isoformat()
    text = request.model_dump_json()
    run_id, plan_id = uuid.uuid4().hex, uuid.uuid4().hex
    actions = plan(directory)
    rows = [
        (plan_id, i, a.file, a.action, a.destination, a.reason, s.st_size, s.st_mtime_ns, s.st_ino)
        for i, (a, s) in enumerate(actions)
    ]
    answer = CleanupPlan(
        directory=directory, files_analyzed=len(actions), actions=[a for a, _ in actions], dry_run=True, plan_id=plan_id
    )
    db.execute("BEGIN IMMEDIATE")
    db.execute(
        "INSERT INTO runs VALUES (?, 'file-cleanup', 'succeeded', ?, ?, ?, NULL, 'rules', ?, ?, ?)",
        (run_id, hashlib.sha256(text.encode()).hexdigest(), text, answer.model_dump_json(), now, datetime.now(timezone.utc).isoformat(),
         (time.perf_counter() - started) * 1000),
    )
    db.execute("INSERT INTO plans VALUES (?, ?, ?, ?)", (plan_id, run_id, directory, now))
    db.executemany("INSERT INTO plan_actions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    db.execute("COMMIT")
    prune()
    response.headers["x-run-id"] = run_id
    return answer


@app.post("/api/runs/{run_id}/wait")
async def wait(run_id: Annotated[str, PathParameter(min_length=1, max_length=64)], request: WaitRequest) -> RunState:
    global kept_runs
    version = database_version()
    if kept_runs[0] != version:
        kept_runs = (version, {})
    if run_id in kept_runs[1]:
        return kept_runs[1][run_id]
    row = db.execute(
        "SELECT workflow, status, input, output, error, engine, started_at, ended_at, duration_ms FROM runs WHERE id = ?",
        (run_id,),
    ).fetchone()
    if row is None:
        raise HTTPException(404)
    workflow, status, text, output, error, engine, started_at, ended_at, duration_ms = row
    state = RunState(
        run=Run(
            id=run_id, workflow=workflow, operation="plan_file_cleanup", status=status, input=json.loads(text),
            error=error and json.loads(error), engine=engine, model=None, prompt_tokens=0, completion_tokens=0,
            principal="owner key", started_at=started_at, ended_at=ended_at, duration_ms=duration_ms,
        ),
        progress="It has ended",
        output=output and json.loads(output),
    )
    kept_runs[1][run_id] = state
    return state
