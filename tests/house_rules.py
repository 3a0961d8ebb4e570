"""The rules of the house as functions over a path and a text; each names what breaks it, with its line."""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

# Imports go from a storey to lower ones only; rooms of one storey do not know each other.
STOREYS: dict[float, str] = {
    0: "errors config table",
    1: "domain",
    2: "database query sqlite postgres troubles clock problems pages conditional answers actor wire http"
    " route door digests migrating signing",
    2.5: "idempotency",
    3: "events",
    4: "areas private",
    5: "clients",
    6: "codes files calendars procedures catalogue",
    7: "projects",
    7.1: "documents people engagements progress particulars majors timeline",
    7.2: "records",
    8: "plans",
    9: "items",
    9.5: "handling",
    10: "stages schedules readiness alarms bad_reviews complaints",
    10.1: "evaluations",
    10.2: "invitations rating",
    10.5: "coordination",
    10.6: "consultations",
    11: "follow_ups supervision corrections activations forecasts",
    12.5: "workload",
    12: "statistics tasks",
    13: "reports board exchange webhooks archives",
    14: "main worker __main__ openapi describing operations serving demo",
}
STOREY_OF = {room: height for height, rooms in STOREYS.items() for room in rooms.split()}
# The kernel and the roof are many small files: their order is free, as long as there is no circle.
FREE = {0, 2, 14}
ROOF = 14

MAY_IMPORT = {  # inside a room
    "router": {"service", "queries", "models", "schemas"},
    "service": {"queries", "models", "schemas"},
    "queries": {"models"},
    "schemas": {"models", "queries"},
    "models": set[str](),
}
DOORS = {"queries", "service", "models", "schemas"}
MORE_DOORS: dict[str, str] = {  # "room.file": why other rooms may import it
    "bad_reviews.opening": "an evaluation opens its bad review in its own transaction",
    "bad_reviews.answers": "the page shows the holder of a receipt what the API does",
    "evaluations.occurrences": "what may be evaluated is read in one way",
    "evaluations.receipts": "the page and bad reviews find an evaluation by its receipt",
    "evaluations.sights": "the page keeps, and bad reviews read, what a confidential one is about",
    "rating.passing_on": "the worker passes on what waits",
    "statistics.asking": "reports and the board ask as the endpoint does",
    "statistics.answers": "a report shows its figures as their own path does",
    "schedules.svg": "the charts of reports are drawn with the same few lines",
    "events.labels": "names the types of events, for timeline and data dictionary",
    "files.store": "the bytes of files, for whoever takes them in or reads them again",
    "stages.clocks": "the board shows the sum of a stage as its own path does",
    "stages.answers": "names the private texts of a step, which its form prints",
    "activations.mending": "the worker sweeps with it",
    "items.counting": "whoever changes a calendar counts cases anew",
    "items.clocks": "the board shows the sum of a case as its own path does",
    "items.outputs": "the board shows the sum of a case as its own path does",
    "items.history": "the board shows the sum of a case as its own path does",
    "items.importing": "an event log brings in what another system received and decided",
    "items.applying": "a readiness check is a step of its case",
    "items.judging": "readiness and the board name prerequisites as the case does",
    "items.gates": "a milestone known late tells whether what waited for it was filed too early",
    "progress.answers": "a milestone is shown by who confirms it as by its own path",
    "items.papers": "readiness asks for the papers that a filing uses",
    "alarms.announcing": "the worker announces what expires",
    "supervision.withdrawing": "the worker takes back what was not true",
    "items.listing": "today's work and the board ask for red and yellow cases as the list does",
    "items.announcing": "the worker announces what silence has accepted",
    "plans.content": "what is tried on a plan begins with the catalogue as a plan does",
    "plans.answers": "the approval of a plan stands with the cases it makes",
    "coordination.responsible": "whoever a conclusion is put on is found as for an issue",
    "coordination.answers": "a consultation shows its conclusions as their own path does",
    "projects.standing": "every rule about a project is asked with it",
    "projects.answers": "answers about its parts show the project's deadline and allowed actions",
    "projects.identities": "codes and external ids are given at registration and afterwards",
    "projects.history": "the record, its clock and its parts are read as of a moment in one way",
    "projects.restamping": "whoever changes a project's area or owner has every row stamped anew",
    "particulars.answers": "the record shows its parts as their own paths do",
    "majors.answers": "the record shows its parts as their own paths do",
    "people.answers": "the record shows its parts as their own paths do, and as masked",
    "engagements.answers": "the record shows its parts as their own paths do",
    "clients.authentication": "main hangs it up",
    "events.rows": "whoever folds the ledger reads rows back from it",
    "demo.founding": "the command line and the tests begin with it",
    "demo.loading": "the command line loads the demo",
    "clients.commands": "the command line",
    "calendars.commands": "the command line",
    "exchange.commands": "the command line",
}
COMMITTERS = {"app/database.py", "app/sqlite.py", "app/postgres.py"}
MORE_FASTAPI: dict[str, str] = {  # "app/room/file.py": why it knows FastAPI
    "app/clients/authentication.py": "reads the actor from the request",
    "app/documents/receiving.py": "reads a form while it arrives",
}
TIMERS: dict[str, str] = {}  # "app/file.py": why it may read perf_counter
PUBLIC_ROUTES = {  # answered to anybody, and why
    "/health/live": "asked by the supervisor of the process",
    "/health/ready": "asked by the load balancer",
    "/problems": "explains refusals, which strangers get too",
    "/problems/{code}": "explains a refusal, which strangers get too",
    "/openapi.json": "the contract holds no data",
    "/evaluate/{token}": "the token of an invitation is the rater's whole right",
    "/evaluate/{token}/qr.svg": "as the page it leads to",
    "/evaluate/{token}/qr.png": "as the page it leads to",
    "/evaluate/receipt": "the receipt code is the rater's whole right",
    "/evaluate/review": "as the page before",
    "/board": "asks whoever has no cookie for a key",
    "/board/sign-in": "the key that it is sent is the whole right",
    "/board/sign-out": "ends what the cookie began",
    "/board/item-cases/{item_case_id}": "as the board it is reached from",
    "/board/projects/{project_id}": "as the board it is reached from",
    "/docs": "the contract, readable",
    "/redoc": "the contract, readable",
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "core", "misc"}
IMPURE = {"os", "socket", "sqlite3", "subprocess", "random", "secrets", "time", "urllib", "http", "asyncio"}
VERBS = {"get", "post", "put", "patch", "delete", "head", "options", "websocket", "route", "api_route"}
TIME_READERS = {"time", "time_ns", "monotonic", "monotonic_ns", "localtime", "gmtime", "process_time"}

Rule = Callable[[str, str], Iterator[str]]


class Import(NamedTuple):
    """One imported name: its full dotted path, and whether it is executed when the module is."""

    parts: tuple[str, ...]
    line: int
    at_top: bool


def imports(path: str, source: str) -> Iterator[Import]:
    """Name everything a file imports, relative and local imports included."""
    package = Path(path).parent.parts

    def visit(node: ast.AST, at_top: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(tuple(alias.name.split(".")), child.lineno, at_top)
            elif isinstance(child, ast.ImportFrom):
                start = package[: len(package) - child.level + 1] if child.level else ()
                module = tuple(child.module.split(".")) if child.module else ()
                for alias in child.names:
                    yield Import((*start, *module, alias.name), child.lineno, at_top)
            else:
                later = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) or (
                    isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
                )
                yield from visit(child, at_top and not later)

    yield from visit(ast.parse(source), True)


def room_of(path: str) -> str:
    return Path(path).parts[1].removesuffix(".py")


def is_root(path: str) -> bool:
    return path == "app/__init__.py"


def imports_only_go_down(path: str, source: str) -> Iterator[str]:
    here = room_of(path)
    if is_root(path):
        return
    if here not in STOREY_OF:
        yield f"1: give it a storey: {here}"
        return
    for parts, line, _ in imports(path, source):
        if parts[0] != "app" or parts[1:] == ("__version__",) or parts[1:2] == (here,):
            continue
        if len(parts) == 1 or parts[1] not in STOREY_OF:
            yield f"{line}: imports {'.'.join(parts)}, which has no storey"
        elif STOREY_OF[parts[1]] > STOREY_OF[here]:
            yield f"{line}: {here} imports {parts[1]}, which is above it"
        elif STOREY_OF[parts[1]] == STOREY_OF[here] and STOREY_OF[here] not in FREE:
            yield f"{line}: {here} imports {parts[1]}, which is on the same storey"


def nothing_is_imported_by_a_text(_path: str, source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and last_name(node.func) in {"import_module", "__import__"}:
            yield f"{node.lineno}: imports by a text, which hides from the rules"


def the_domain_is_pure(path: str, source: str) -> Iterator[str]:
    if not path.startswith("app/domain/"):
        return
    for parts, line, _ in imports(path, source):
        ours = parts[0] == "app" and parts[1] in {"errors", "domain"}
        if not ours and (parts[0] not in sys.stdlib_module_names or parts[0] in IMPURE):
            yield f"{line}: the domain imports {'.'.join(parts)}"


def files_of_a_room_have_an_order(path: str, source: str) -> Iterator[str]:
    if len(Path(path).parts) != 3 or STOREY_OF.get(room_of(path), 0) <= 2:
        return
    here = Path(path).stem
    for parts, line, _ in imports(path, source):
        if parts[:2] == ("app", room_of(path)) and len(parts) > 2:
            there = parts[2]
            if there == "router" or (here in MAY_IMPORT and there in MAY_IMPORT.keys() - MAY_IMPORT[here]):
                yield f"{line}: {here} imports {there}"


def other_rooms_are_entered_by_their_doors(path: str, source: str) -> Iterator[str]:
    here = room_of(path)
    if is_root(path) or STOREY_OF.get(here) == ROOF:
        return
    for parts, line, _ in imports(path, source):
        if parts[0] != "app" or len(parts) < 2 or parts[1] == here or STOREY_OF.get(parts[1], 0) <= 2:
            continue
        if Path("app", f"{parts[1]}.py").exists():
            continue  # a room of one file
        if len(parts) < 3 or (parts[2] not in DOORS and ".".join(parts[1:3]) not in MORE_DOORS):
            yield f"{line}: {here} imports {'.'.join(parts)}; other rooms have only {sorted(DOORS)}"


def few_know_fastapi(path: str, source: str) -> Iterator[str]:
    room = room_of(path)
    if Path(path).stem == "router" or room == "idempotency" or STOREY_OF.get(room) in {2, ROOF}:
        return
    if path in MORE_FASTAPI:
        return
    for parts, line, _ in imports(path, source):
        if parts[0] in {"fastapi", "starlette"}:
            yield f"{line}: imports {'.'.join(parts)}"


def routers_hold_no_sql(path: str, source: str) -> Iterator[str]:
    if Path(path).stem != "router":
        return
    for parts, line, _ in imports(path, source):
        if parts[0] in {"sqlalchemy", "sqlmodel", "asyncpg", "sqlite3", "pysqlite3"}:
            yield f"{line}: a router imports {'.'.join(parts)}"


def only_the_drivers_commit(path: str, source: str) -> Iterator[str]:
    if path in COMMITTERS:
        return
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "begin"}:
            yield f"{node.lineno}: .{node.attr} belongs to {sorted(COMMITTERS)}"
    for line, text in texts(tree):
        if re.search(r"\b(COMMIT|BEGIN)\b", text):
            yield f"{line}: COMMIT and BEGIN belong to {sorted(COMMITTERS)}"


def only_the_clock_reads_the_time(path: str, source: str) -> Iterator[str]:
    if path == "app/clock.py":
        return
    tree = ast.parse(source)
    calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    called: dict[str, str] = {}  # what a name of this file stands for
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            called |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.module in {"time", "datetime"}:
            for alias in node.names:
                called[alias.asname or alias.name] = alias.name
                if node.module == "time" and reads_time("time", alias.name, path):
                    yield f"{node.lineno}: imports {alias.name} of time"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = last_name(node.value)
            a_field = node.attr == "now" and id(node) not in calls and owner != "datetime"
            if not a_field and reads_time(called.get(owner, owner), node.attr, path):
                yield f"{node.lineno}: {owner}.{node.attr} reads the time; ask the clock"
    for line, text in texts(tree):
        if re.search(r"\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\b(now|clock_timestamp)\(\)|'now'", text):
            yield f"{line}: the database reads the time; hand it the clock's"


def reads_time(owner: str, name: str, path: str) -> bool:
    if name in {"now", "utcnow"}:
        return True
    if name in {"perf_counter", "perf_counter_ns"}:
        return owner == "time" and path not in TIMERS
    return (name == "today" and owner in {"date", "datetime"}) or (owner == "time" and name in TIME_READERS)


def files_stay_small(_path: str, source: str) -> Iterator[str]:
    if (lines := len(source.splitlines())) >= 300:
        yield f"{lines}: 300 lines or more; find the second idea in it"


def names_say_something(path: str, _source: str) -> Iterator[str]:
    for part in Path(path).parts:
        if part.removesuffix(".py") in FORBIDDEN_NAMES:
            yield f"1: {part} says nothing"


def every_route_begins_with_the_actor(_path: str, source: str) -> Iterator[str]:
    tree = ast.parse(source)
    prefixes: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            given = {word.arg: word.value for word in node.value.keywords}
            if isinstance(prefix := given.get("prefix"), ast.Constant):
                prefixes |= {last_name(target): str(prefix.value) for target in node.targets}
        if isinstance(node, ast.Call) and re.match(r"add_(api_|web_?socket_)*route$", last_name(node.func)):
            yield f"{node.lineno}: decorate the function, so that the rules can see it"
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        parameters = [p.arg for p in (*node.args.posonlyargs, *node.args.args)]
        for route in node.decorator_list:
            if not isinstance(route, ast.Call) or not isinstance(route.func, ast.Attribute):
                continue
            first = route.args[0] if route.args else None
            tail = str(first.value) if isinstance(first, ast.Constant) else "?"
            public = prefixes.get(last_name(route.func.value), "") + tail in PUBLIC_ROUTES
            if route.func.attr in VERBS and not public and parameters[:1] != ["actor"]:
                yield f"{node.lineno}: the first parameter of {node.name} is not actor"


def ignored_lints_have_a_reason(_path: str, source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        if re.search(r"#\s*noqa\b(?!: [A-Z]+\d+(, ?[A-Z]+\d+)* - \w)", line):
            yield f"{number}: noqa wants its code and, after ' - ', its reason"
        if re.search(r"#\s*pragma: no (cover|branch)\b(?!\s+- \w)", line):
            yield f"{number}: an uncovered line wants, after ' - ', its reason"


# Put together from halves, so that this file does not contain what it looks for.
REGISTRIES = [
    head + tail
    for head, tail in (
        ("py", "pi"), ("python", "hosted"), ("npm", "js"), ("npm", "mirror"), ("yarn", "pkg"),
        ("crates", ".io"), ("rubygems", ".org"), ("anaconda", ".org"), ("maven", ".org"), ("docker", ".io"),
        ("proxy.go", "lang"), ("mirrors.", ""), ("arti", "factory"), ("ne", "xus"), ("/sim", "ple/"),
    )
]  # fmt: skip
UNFINISHED = [head + tail for head, tail in (("TO", "DO"), ("FIX", "ME"), ("NotImplemented", "Error"))]


def no_address_of_a_registry(_path: str, text: str) -> Iterator[str]:
    hosts = "|".join(map(re.escape, REGISTRIES))
    for match in re.finditer(rf"https?://[^\s\"'<>)]*({hosts})", text):
        yield f"{line_of(text, match)}: {match[0]}"


def no_path_of_this_machine(_path: str, text: str) -> Iterator[str]:
    for match in re.finditer(r"(?<![\w.}*-])/(home|root|Users|work)/[\w.-]+", text):
        yield f"{line_of(text, match)}: {match[0]}"


def nothing_is_left_unfinished(_path: str, text: str) -> Iterator[str]:
    for match in re.finditer(rf"\b({'|'.join(UNFINISHED)})\b", text):
        yield f"{line_of(text, match)}: {match[0]}"


def circles(sources: Mapping[str, str]) -> Iterator[str]:
    """Name the modules that need each other while they are being imported."""
    names = {".".join(Path(path).with_suffix("").parts).removesuffix(".__init__"): path for path in sources}
    graph: dict[str, set[str]] = {name: set() for name in names}
    for name, path in names.items():
        for parts, _, at_top in imports(path, sources[path]):
            candidates = (".".join(parts[:length]) for length in range(len(parts), 1, -1))
            needed = next((c for c in candidates if c in names), None)
            if at_top and needed and needed != name:
                graph[name].add(needed)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        yield " needs ".join(reversed(circle.args[1]))


def gaps(numbered: list[str]) -> Iterator[str]:
    """Name the migrations whose number does not follow the one before, from 0001."""
    for before, name in pairwise(["0000_nothing.py", *sorted(numbered)]):
        if not re.match(r"\d{4}_\w+\.py$", name) or int(name[:4]) != int(before[:4]) + 1:
            yield f"{name} after {before}"


def last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give every text of a file that is not a docstring."""
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def line_of(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


OF_THE_APPLICATION = [
    imports_only_go_down, nothing_is_imported_by_a_text, the_domain_is_pure, files_of_a_room_have_an_order,
    other_rooms_are_entered_by_their_doors, few_know_fastapi, routers_hold_no_sql, only_the_drivers_commit,
    only_the_clock_reads_the_time, files_stay_small, every_route_begins_with_the_actor,
]  # fmt: skip
OF_PYTHON: list[Rule] = [names_say_something, ignored_lints_have_a_reason]
OF_TEXTS: list[Rule] = [no_address_of_a_registry, no_path_of_this_machine, nothing_is_left_unfinished]
