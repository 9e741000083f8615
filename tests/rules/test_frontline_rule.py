"""What an entry of a frontline list must say: every fault together, and nothing lifted that no policy may lift."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import Faulty
from backend.registrations.frontline import LIFTABLE, LONGEST, relief
from backend.wording import say

texts = st.sampled_from(["", " ", "示例", "长" * (LONGEST + 1)])
lifts = st.lists(st.sampled_from([*LIFTABLE, "school_not_recognised", "graduated_later", "another"]), max_size=4)


def fault(text: str) -> str | None:
    stripped = text.strip()
    return None if 0 < len(stripped) <= LONGEST else "too_long" if stripped else "missing"


@given(st.sampled_from(["honour", "dispatch", "", "letter"]), texts, texts, lifts)
def test_every_fault_of_an_entry_is_told_together(proof: str, evidence: str, policy: str, lifted: list[str]) -> None:
    expected = {
        "proof": None if proof in ("honour", "dispatch") else "not_in_list",
        "evidence": fault(evidence),
        "policy": fault(policy),
        "lifts": None if lifted and set(lifted) <= set(LIFTABLE) else "not_in_list" if lifted else "missing",
    }
    found = {field: code for field, code in expected.items() if code}
    if not found:
        entry = relief(proof=proof, evidence=evidence, policy=policy, lifts=lifted)
        assert set(entry.lifts) == set(lifted) and len(set(entry.lifts)) == len(entry.lifts)
        return
    with pytest.raises(Faulty) as refused:
        relief(proof=proof, evidence=evidence, policy=policy, lifts=lifted)
    assert {one.field: one.code for one in refused.value.faults} == found


@pytest.mark.parametrize("code", LIFTABLE)
def test_what_is_lifted_is_a_lack_of_the_review_and_has_its_word_in_the_roster(code: str) -> None:
    assert say("eligibility", code, needed=1, years=0, cutoff="2023-12-31")
    assert say("terms", f"lifts_{code}")
