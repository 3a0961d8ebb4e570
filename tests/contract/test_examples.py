"""Every example of the contract is an answer recorded by the story, committed, and the same again today."""

import json
import os
from pathlib import Path

from app.config import Settings
from app.main import create_app
from app.openapi import DOCUMENT, EXAMPLES, written
from tests.conftest import StillClock, settings_for
from tests.contract.checking import Contract
from tests.contract.telling import tell

NO_EXAMPLE = {  # operations whose answer a story cannot hold, and why
    "is_live": "said in its schema",
    "is_ready": "said in its schema",
    "list_problems": "the list of all refusals is its own example",
    "get_problem": "said in its schema",
}


def test_the_examples_are_what_the_service_answers(tmp_path: Path, contract: Contract) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'mps_test.db'}", data_dir=str(tmp_path / "data"))
    examples, _ = tell(settings, StillClock(), contract)
    text = json.dumps(examples, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("WRITE_EXAMPLES"):
        EXAMPLES.write_text(text, encoding="utf-8")
    operations = {
        operation["operationId"]
        for path in contract.document["paths"].values()
        for operation in path.values()
    }
    assert operations - examples.keys() - NO_EXAMPLE.keys() == set(), "operations the story never asks"
    committed = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    changed = [name for name in examples if examples[name] != committed.get(name)]
    assert changed == [], "run `make openapi` and look at what changed"


def test_the_committed_contract_is_what_the_code_serves() -> None:
    served = written(create_app(Settings(database_url="sqlite:///unused.db")).openapi())
    assert DOCUMENT.read_text(encoding="utf-8") == served, "run `make openapi` and look at what changed"
