"""The documents say what is there: settings, commands, rooms, links, operations; both READMEs the same."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import _parser
from app.config import PREFIX, Settings
from tests.contract.checking import Contract

ROOT = Path(__file__).parent.parent.parent
READMES = ["README.md", "README.zh-CN.md"]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("app/*.md"))
)
ROW = re.compile(r"^\| (?P<names>`MPS_[^|]*) \| (?P<defaults>[^|]*) \|", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CHINESE = re.compile("[\u4e00-\u9fff]")
LATIN_MARK = re.compile("[\u4e00-\u9fff”}][,;:?!(]|[,;:?!()][\u4e00-\u9fff“]")
BLOCK = re.compile(r"^```\w*\n.*?^```", re.DOTALL | re.MULTILINE)


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def commands() -> dict[str, Any]:
    (subparsers,) = (a for a in _parser()._actions if isinstance(a.choices, dict))
    return dict(subparsers.choices or {})


def settings_told(readme: str) -> dict[str, str]:
    """Read the table of settings: each name with its default as it is told."""
    told: dict[str, str] = {}
    for row in ROW.finditer(text_of(readme)):
        names = re.findall(r"`(\w+)`", row["names"])
        defaults = re.findall(r"`([^`]+)`", row["defaults"])
        assert len(names) == len(defaults), row[0]
        told |= dict(zip(names, defaults, strict=True))
    return told


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_stands_in_the_table_with_its_default(readme: str) -> None:
    told = settings_told(readme)
    expected = {
        PREFIX + name.upper(): str(field.default).replace("False", "false")
        for name, field in Settings.model_fields.items()
    }
    expected["MPS_SIGNING_KEY_FILE"] = "signing-key.pem"  # where it is when the setting is empty
    assert told == expected


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_named(readme: str) -> None:
    named = set(re.findall(r"`([a-z]+)`", text_of(readme).split("`python -m app` ")[1].split("`--help`")[0]))
    assert named == set(commands())


@pytest.mark.parametrize("readme", READMES)
def test_every_command_that_is_shown_is_one(readme: str) -> None:
    """What stands after ``python -m app`` and after ``make`` exists."""
    text = text_of(readme)
    shown = set(re.findall(r"python -m app ([a-z]+)", text))
    assert shown
    assert shown <= set(commands())
    made = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    assert made
    assert made <= targets


def test_both_readmes_show_the_same_code() -> None:
    def code(readme: str) -> list[str]:  # a remark is in the reader's language, the command is not
        return [re.sub(r" +#.*", "", block) for block in BLOCK.findall(text_of(readme))]

    english, chinese = map(code, READMES)
    assert english == chinese
    assert len(english) == 5


def test_the_page_about_planning_is_the_script_about_planning() -> None:
    script = text_of("docs/planning.sh").split("README ---")[1].partition("\n")[2]
    assert f"```sh\n{script}```\n" in text_of("README.md")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_resolves(document: str) -> None:
    targets = [t for t in LINK.findall(BLOCK.sub("", text_of(document))) if "://" not in t]
    missing = [t for t in targets if not ((ROOT / document).parent / t.partition("#")[0]).exists()]
    assert missing == []


def test_every_document_is_reached_from_the_readme() -> None:
    reached, waiting = set(), ["README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached:
            continue
        reached.add(document)
        links = [t for t in LINK.findall(text_of(document)) if "://" not in t and t.endswith(".md")]
        waiting += [
            ((ROOT / document).parent / link).resolve().relative_to(ROOT).as_posix() for link in links
        ]
    assert set(DOCUMENTS) - reached == set()


def test_the_map_of_the_house_names_every_room_and_every_file_of_the_kernel() -> None:
    text = text_of("app/README.md")
    rooms = {p.parent.name for p in (ROOT / "app").glob("*/__init__.py")}
    files = {p.name for p in (ROOT / "app").glob("*.py")} - {"__init__.py"}
    map_of_rooms = text.split("## The rooms")[1].split("\n## ")[0]
    kernel = text.split("## The kernel")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)/` \|", map_of_rooms, re.MULTILINE)) == rooms
    assert set(re.findall(r"`(\w+\.py)`", kernel)) == files


def test_the_decisions_are_numbered_in_order() -> None:
    decisions = text_of("app/README.md").split("## Decisions")[1]
    numbers = [int(n) for n in re.findall(r"^(\d+)\. ", decisions, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_glossary_has_one_row_for_a_term_and_one_for_a_word() -> None:
    glossary = text_of("app/README.md").split("## Glossary")[1].split("\n## ")[0]
    lines = [line for line in glossary.splitlines() if line.startswith("|")][2:]
    rows = [line.strip("| ").split(" | ") for line in lines]
    assert {len(row) for row in rows} == {3}
    assert len(rows) >= 60
    for column in (0, 1):
        told = [row[column] for row in rows]
        assert [t for t in set(told) if told.count(t) > 1] == []
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for pattern in ("*.py", "*.json")
        for path in (ROOT / "app").rglob(pattern)
    )
    words = [word for row in rows for word in re.findall(r"`([^`]+)`", row[1])]
    unused = [word for word in words if not re.search(rf"\b{word}\b", code)]
    assert unused == [], "words of the glossary that the program does not use"


def _chinese(tree: ast.Module) -> Iterator[str]:
    """Give the Chinese of every ``Words(zh, en)``; the facts of an f-string are left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Words" and node.args:
            parts = getattr(node.args[0], "values", [node.args[0]])
            yield from (str(part.value) for part in parts if isinstance(part, ast.Constant))


def test_chinese_has_chinese_punctuation() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in (ROOT / "app").rglob("*.py")
        for text in _chinese(ast.parse(path.read_text(encoding="utf-8")))
        if CHINESE.search(text) and LATIN_MARK.search(text)
    ]
    chinese = text_of("docs/event-logs.md").split("## English")[0]
    found += [line for line in chinese.splitlines() if LATIN_MARK.search(line)]
    assert found == []


@pytest.mark.parametrize("script", ["story.sh", "planning.sh", "supervision.sh"])
def test_the_shell_scripts_are_plain_posix_shell(script: str) -> None:
    dash = shutil.which("dash") or "sh"
    done = subprocess.run([dash, "-n", ROOT / "docs" / script], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_operation_is_told_in_both_languages_and_stands_under_a_tag_that_is_explained(
    contract: Contract,
) -> None:
    document = contract.document
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    used = set()
    for operation in (o for path in document["paths"].values() for o in path.values()):
        used |= set(operation["tags"])
        chinese, _, english = operation["summary"].partition(" · ")
        assert CHINESE.search(chinese), operation["operationId"]
        assert english.isascii(), operation["operationId"]
        if "x-roles" in operation:
            assert operation["description"].rpartition("\n")[2].startswith("角色 · Roles: `")
        for status, response in operation["responses"].items():
            place = f"{operation['operationId']} {status}: {response['description']}"
            assert CHINESE.search(response["description"]), place
            if status[0] in "45":
                named = re.findall(r"^\* `(\w+)` ", response["description"], re.MULTILINE)
                shown = response["content"]["application/problem+json"]["examples"]
                assert named == list(shown), place
                assert set(named) <= set(document["components"]["examples"]), place
    assert used == set(tags)
    assert all(" · " in words and CHINESE.search(words) for words in tags.values())
