"""确认不通过: a site that confirms online says of each paper it won't have why, and the candidate mends it.

Candidates' notice 2024: "如不符合要求，系统状态提示“确认不通过”，考生须在考区规定时间内重新上传报名材料并提交报名
信息". Where one confirms in person nothing is refused: what is wanting is told at the desk, and no form is confirmed.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from backend.errors import Conflict, Fault, Faulty
from backend.exams.catalogue import Policy
from backend.registrations.materials import asked_for
from backend.registrations.models import Material
from backend.registrations.rows import Held

LONGEST_REASON: Final = 500


def require_online(held: Held) -> Policy:
    """The policy of its place. Raises Conflict `confirmed_in_person`. Pure."""
    if held.policy is None or held.policy.confirmation_mode != "online":
        raise Conflict("confirmed_in_person")
    return held.policy


async def refuse_papers(held: Held, papers: Mapping[str, str]) -> list[str]:
    """Keep on each paper why it is refused, in the transaction that holds the registration; the reasons in words.

    `papers`: by the area's word for each, why. Raises Conflict `confirmed_in_person`; Faulty `reasons_needed` where
    none is named, and with each that isn't asked for or doesn't say why.
    """
    policy = require_online(held)
    why = {kind: reason.strip() for kind, reason in papers.items()}
    faults = list(_faults(why, asked_for(policy)))
    if faults or not why:
        raise Faulty("reasons_needed", faults=faults or [Fault("materials", "missing")])
    for kind, reason in why.items():
        await Material.filter(registration=held.row, kind=kind).update(refused_because=reason)
    return [f"{kind}：{reason}" for kind, reason in why.items()]


def _faults(why: Mapping[str, str], asked: tuple[str, ...]) -> Iterator[Fault]:
    for kind, reason in why.items():
        if kind not in asked:
            yield Fault(f"materials.{kind}", "not_in_list")
        elif not reason:
            yield Fault(f"materials.{kind}", "missing")
        elif len(reason) > LONGEST_REASON:
            yield Fault(f"materials.{kind}", "too_long")
