"""Every tutorial runs as it stands, and what its sentences say is what its code gives.

Numbers in a sentence must be in the code or in what the code prints; what a sentence says in words is a claim, checked
with the names that the tutorial leaves behind.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.lab.tutorial_claims import CLAIMS

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "tutorials"
RUNNER = Path(__file__).with_name("run_tutorial.py")
TUTORIALS = sorted(path.stem for path in FOLDER.glob("[0-9]*.md"))
LONGEST = 60.0  # s of one core; on two it takes less
LARGEST = 88  # characters in a line of code: more is cut off on the page
FENCED = re.compile(r"^```.*?^```\s*$", re.MULTILINE | re.DOTALL)
NOT_SAID = re.compile(  # front matter, names in code, numbers of tutorials, places of links, tags
    r"\A---\n.*?\n---\n|`[^`]*`|^# \d\. |\[tutorial \d(?=\])|\]\([^)]*\)|<[^>]*>", re.MULTILINE | re.DOTALL
)
NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?!\w|\.\d)")

pytestmark = pytest.mark.xdist_group("tutorials")  # one after another, so that each has both cores


def run(name: str, folder: Path, *, hidden: list[str]) -> dict:
    """What came of a tutorial run in a process of its own, as `run_tutorial.py` says it."""
    request = json.dumps({"claims": [test for _, test in CLAIMS[name]], "hidden": hidden})
    words = [sys.executable, str(RUNNER), str(FOLDER / f"{name}.md"), str(folder)]
    done = subprocess.run(words, input=request, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert "failed" not in result, f"cell {result['failed']}\n{result['why']}"
    return result | {"complaints": done.stderr}


def prose(text: str) -> str:
    """What a tutorial says, without code and links."""
    return NOT_SAID.sub(" ", FENCED.sub(" ", text))


@pytest.fixture(scope="module", params=TUTORIALS)
def tutorial(request, tmp_path_factory):
    """A tutorial: its name, its text and what came of it."""
    text = (FOLDER / f"{request.param}.md").read_text(encoding="utf-8")
    return request.param, text, run(request.param, tmp_path_factory.mktemp("tutorial"), hidden=[])


def test_it_runs_in_time_and_shows_something(tutorial):
    _, text, result = tutorial
    assert len(result["printed"]) == text.count("```{code-cell}")
    assert sum(map(bool, result["printed"])) >= 4, "it hardly prints anything"
    assert result["seconds"] < LONGEST
    assert "Warning" not in result["complaints"], result["complaints"]


def test_it_has_pictures_with_something_on_them(tutorial):
    assert tutorial[2]["pictures"]
    for path in tutorial[2]["pictures"]:
        with Image.open(path) as picture:
            assert min(picture.size) > 300
            assert len(set(picture.convert("L").resize((60, 60)).tobytes())) > 5, f"{path} is blank"


def numbers(text: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(text)]


def test_every_number_in_a_sentence_is_given_or_computed(tutorial):
    _, text, result = tutorial
    known = numbers(" ".join([*FENCED.findall(text), *result["printed"]]))
    assert [number for number in numbers(prose(text)) if number not in known] == []


def test_what_is_said_in_words_is_so(tutorial):
    name, text, result = tutorial
    said = " ".join(prose(text).split())
    missing = [sentence for sentence, _ in CLAIMS[name] if " ".join(sentence.split()) not in said]
    assert missing == [], "a claim is checked that the text no longer makes"
    wrong = [claim for claim, holds in zip(CLAIMS[name], result["claims"], strict=True) if not holds]
    assert wrong == [], "the text claims what the code does not give"


def test_it_ends_with_a_question_and_a_folded_answer(tutorial):
    _, text, _ = tutorial
    question, _, answer = text.partition("## A question for you")
    assert "?" in answer.partition("<details>")[0]
    assert answer.count("<details>\n<summary>Answer</summary>\n\n") == 1
    assert answer.count("\n</details>\n") == 1
    assert "```{code-cell}" in answer.partition("</details>")[0], "the answer is computed"
    assert "<details>" not in question


@pytest.mark.parametrize("name", TUTORIALS)
def test_code_fits_on_the_page(name):
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    lines = [line for cell in FENCED.findall(text) for line in cell.splitlines()]
    assert [line for line in lines if len(line) > LARGEST] == []


def test_the_list_names_them_all_in_order():
    listed = re.findall(r"^\d\. .*?\]\((.*?)\.md\)", (FOLDER / "README.md").read_text(encoding="utf-8"), re.M)
    assert listed == TUTORIALS


@pytest.mark.parametrize("library", ["basico", "libsbml"])
def test_without_its_libraries_the_last_one_says_so_and_does_nothing(library, tmp_path):
    request = json.dumps({"claims": ["ready"], "hidden": [library]})
    words = [sys.executable, str(RUNNER), str(FOLDER / "08-sbml-and-copasi.md"), str(tmp_path)]
    done = subprocess.run(words, input=request, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    assert result["claims"] == [False]
    assert f"needs {library}" in result["printed"][0]
    assert "pip install" in result["printed"][0]
    assert result["pictures"] == []
