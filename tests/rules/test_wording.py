"""Every code has its words, in both languages, with the values it is given: found by reading the code for its codes."""

import ast
import importlib
import pkgutil
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import backend
import miniprogram_api
import zhunkao
from backend import wording
from backend.candidates.document_numbers import BadDocumentNumber
from backend.candidates.logins import ADDRESS, ANSWER, PASSWORD, RECOVERY_CODE
from backend.candidates.models import CheckState, IdType
from backend.candidates.particulars import RECOVERY_QUESTIONS
from backend.clock import EXAM_ZONE
from backend.custody.materials import IncidentKind
from backend.errors import Fault, Refusal
from backend.exams.stages import Stage
from backend.registrations.models import State
from backend.registrations.moves import Act
from backend.seating.entry import Outcome
from backend.staff import signing_in
from backend.wording import Term, catalogue, say
from miniprogram_api.sign_in import CODE
from miniprogram_api.typed_routes import FAULT_CODES

STAFF_LIMITS = (signing_in.PASSWORD, signing_in.ADDRESS, signing_in.CODE)
PRODUCT = (backend, miniprogram_api, zhunkao)
FROM_ELSEWHERE = {
    "results_{}": ["results_qualified", "results_rolls_on", "results_not_qualified"],
    "identity_{}": [f"identity_{state}" for state in CheckState if state != "passed"],
    "_asks_to_pay(back)": ["payment_current", "payment_not_counted", "payment_again"],
    "refusal": [
        *("session_ended", "binding_token_expired", "reset_token_expired"),
        *("staff_step_over", "security_key_unknown", "registration_unknown", "office_unknown", "member_unknown"),
    ],
    "refusal.code": [],  # one that was raised, and found there
    "limit.refusal": [limit.refusal for limit in (PASSWORD, ANSWER, RECOVERY_CODE, ADDRESS, CODE, *STAFF_LIMITS)],
    "error.code": [],  # a BadDocumentNumber's, found where it is raised
    "FAULT_CODES.get(found['type'], 'malformed')": [*FAULT_CODES.values(), "malformed"],
    "asks_to_confirm(standing)": [],  # found in hand_in.py
    "asks_to_fill_in(standing)": [],
    "message": [],  # chosen or defaulted to in the same function, and found there
}
"""Codes that aren't written where they are raised: the expression → all it can be."""
STEP_MODULES = ("steps.py", "hand_in.py", "results_step.py", "commitment_step.py", "account_step.py")
PROBLEMS_OF_HTTP = {"path_unknown", "method_not_allowed", "body_too_large", "unexpected", "request_faulty"}
"""What an answer without a refusal behind it says (miniprogram_api/problems.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One place of the code that names words: where, which, with which values."""

    place: str
    code: str
    values: frozenset[str]


def catalogues() -> list[str]:
    return sorted(Path(str(path)).stem for path in files(wording).iterdir() if str(path).endswith(".toml"))


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


@cache
def calls() -> list[tuple[str, str, ast.Call]]:
    """Every call of a name in the product: (file and line, name, call)."""
    found = []
    for package in PRODUCT:
        root = Path(str(package.__path__[0]))
        for file in sorted(root.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    found.append((f"{file.relative_to(root.parent)}:{node.lineno}", node.func.id, node))
    return found


def said(kinds: set[str], position: int) -> Iterator[Said]:
    """What calls of these names say: all the codes their argument at `position` can be."""
    for place, name, call in calls():
        if name in kinds:
            values = frozenset(one.arg for one in call.keywords if one.arg)
            for code in [code for given in call.args[position : position + 1] for code in codes(given)]:
                yield Said(place=place, code=code, values=values)


def codes(node: ast.expr) -> list[str]:
    """Every code an expression can be. A new way to make one must be added to FROM_ELSEWHERE."""
    match node:
        case ast.Constant(value=str(code)):
            return [code]
        case ast.IfExp(body=one, orelse=other):
            return [*codes(one), *codes(other)]
        case ast.JoinedStr():
            parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
            return FROM_ELSEWHERE["".join(parts)]
    return FROM_ELSEWHERE[ast.unparse(node)]


def refusals(kind: type[Refusal] = Refusal) -> set[str]:
    """The names of every refusal there is, wherever it is defined."""
    for package in (backend, miniprogram_api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return {kind.__name__} | {name for below in kind.__subclasses__() for name in refusals(below)}


@cache
def refused() -> list[Said]:
    return list(said(refusals(), 0))


@cache
def faulted() -> list[Said]:
    faults = {Fault.__name__}
    return [*said(faults, 1), *said({BadDocumentNumber.__name__}, 0)]


@cache
def stepped() -> set[str]:
    """Every message a step can have: given to a Step, to what makes one, or chosen before."""
    texts = [(files("backend.registrations") / name).read_text(encoding="utf-8") for name in STEP_MODULES]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    found = [node.value for node in nodes if isinstance(node, ast.keyword) and node.arg == "message"]
    found += [node.value for node in nodes if isinstance(node, ast.Assign) and _is_message(node.targets[0])]
    found += [one for node in nodes if isinstance(node, ast.FunctionDef) for one in node.args.kw_defaults if one]
    return {code for node in found for code in codes(node)}


def _is_message(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == "message"


@pytest.mark.parametrize("name", catalogues())
def test_every_entry_has_words_in_both_languages_with_the_same_placeholders(name: str) -> None:
    for code, entry in catalogue(name).items():
        assert set(entry) == {"zh", "en"}, f"{name}.{code}"
        assert all(words.strip() for words in entry.values()), f"{name}.{code}"
        assert placeholders(entry["zh"]) == placeholders(entry["en"]), f"{name}.{code}"


@pytest.mark.parametrize("name", catalogues())
def test_no_words_are_in_the_other_language(name: str) -> None:
    for code, entry in catalogue(name).items():
        assert re.search(r"[\u4e00-\u9fff]", entry["zh"]) or placeholders(entry["zh"]), f"{name}.{code}"
        assert not re.search(r"[\u4e00-\u9fff]", entry["en"]), f"{name}.{code}"


def test_the_code_was_read() -> None:
    assert len(refused()) > 50
    assert {"TooMany", "OutOfWindow", "PhotoRefused"} <= refusals()
    assert {one.code for one in refused()} >= {"account_exists", "stage_over", "withdrawal_too_late", "identity_failed"}


def test_every_refusal_raised_anywhere_has_words_and_gives_all_they_ask_for() -> None:
    words = catalogue("errors")
    for one in refused():
        assert one.code in words, f"{one.place}: errors.{one.code} has no words"
        needed = placeholders(words[one.code]["zh"])
        assert needed <= one.values, f"{one.place}: errors.{one.code} needs {needed - one.values}"


def test_every_fault_of_a_field_has_words() -> None:
    words = catalogue("faults")
    for one in faulted():
        assert one.code in words, f"{one.place}: faults.{one.code} has no words"
        assert not placeholders(words[one.code]["zh"]), f"faults.{one.code}: a fault's values aren't read here"


def test_every_message_of_a_step_has_words() -> None:
    assert {"form_current", "confirmation_by_unit", "payment_after_review", "not_needed"} <= stepped()
    assert stepped() <= set(catalogue("steps"))


def test_no_words_are_kept_that_nothing_says() -> None:
    assert set(catalogue("errors")) - {one.code for one in refused()} - PROBLEMS_OF_HTTP == set()
    assert set(catalogue("faults")) - {one.code for one in faulted()} == set()


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("stages", list(Stage)),
        ("acts", list(Act)),
        ("states", list(State)),
        ("state_texts", list(State)),
        ("custody", list(IncidentKind)),
        ("door", list(Outcome)),
        ("recovery_questions", list(RECOVERY_QUESTIONS)),
    ],
)
def test_a_catalogue_names_all_of_its_kind_and_nothing_else(name: str, members: list[str]) -> None:
    assert set(catalogue(name)) == set(map(str, members))


def test_every_document_type_has_its_name_on_paper() -> None:
    assert {f"id_type_{kind}" for kind in IdType} <= set(catalogue("terms"))


def test_a_deadline_at_midnight_reads_as_the_24_00_of_the_day_before() -> None:
    midnight = datetime(2024, 2, 9, tzinfo=EXAM_ZONE)
    values: Mapping[str, Any] = {"stage": Term("stages", "payment"), "closes_at": midnight}
    assert say("errors", "stage_over", **values) == "网上缴费已于 2月8日 24:00 截止。"
    assert say("errors", "stage_over", "en", **values) == "Online payment closed at 8 Feb 24:00."


def test_an_opening_at_midnight_reads_as_the_00_00_of_its_own_day() -> None:
    values: Mapping[str, Any] = {
        "stage": Term("stages", "payment"),
        "opens_at": datetime(2024, 1, 29, tzinfo=EXAM_ZONE),
    }
    assert say("errors", "stage_not_open_yet", **values) == "网上缴费将于 1月29日 00:00 开始，请届时办理。"


def test_a_deadline_within_the_day_reads_as_its_own_time() -> None:
    values: Mapping[str, Any] = {
        "stage": Term("stages", "payment"),
        "closes_at": datetime(2024, 2, 8, 17, 30, tzinfo=EXAM_ZONE),
    }
    assert say("errors", "stage_over", **values) == "网上缴费已于 2月8日 17:30 截止。"


def test_a_term_is_said_with_its_own_values() -> None:
    deadline = Term("steps", "deadline", {"until": datetime(2024, 2, 9, tzinfo=EXAM_ZONE), "days": 3, "hours": 2})
    assert say("steps", "payment_current", amount=Term("steps", "amount", {"yuan": "260.00"}), deadline=deadline) == (
        "请缴费 260.00 元，2月8日 24:00 截止，还有 3 天 2 小时"
    )


def test_lists_and_days_are_said_as_people_write_them() -> None:
    days = [date(2024, 4, 13), date(2024, 4, 14)]
    assert say("errors", "stage_not_held", stage=days) == "本考点没有安排4月13日、4月14日。"
    assert say("errors", "stage_not_held", "en", stage=days) == "13 Apr, 14 Apr is not held here."


def test_a_value_may_have_any_name() -> None:
    assert say("errors", "exam_unknown", name="a", code="b", language="c") == "没有这场考试。"
