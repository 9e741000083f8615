"""Who did what, when, from where, and what it changed. The table only grows: the database refuses anything else."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from backend.clock import Clock

ActorKind = Literal["candidate", "staff", "system", "platform"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever acts. `address` is the network address the act came from, where there is one."""

    kind: ActorKind
    id: str
    address: str | None = None


SYSTEM = Actor(kind="system", id="zhunkao")


class AuditRecord(Model):
    """One act. `before` and `after` hold what changed, never a document number or a phone."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    recorded_at = fields.DatetimeField(auto_now_add=True)
    actor_kind = fields.CharField(max_length=16)
    actor_id = fields.CharField(max_length=64)
    address = fields.CharField(max_length=64, null=True)
    act = fields.CharField(max_length=64)
    subject = fields.CharField(max_length=32)
    subject_id = fields.CharField(max_length=64)
    before: Any = fields.JSONField(null=True)
    after: Any = fields.JSONField(null=True)

    class Meta:
        table = "audit_record"
        indexes = (("subject", "subject_id"),)


async def record(
    clock: Clock,
    actor: Actor,
    act: str,
    subject: str,
    subject_id: UUID | str | int,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one act into the log, in the transaction of the act itself."""
    await AuditRecord.create(
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        address=actor.address,
        act=act,
        subject=subject,
        subject_id=str(subject_id),
        before=before,
        after=after,
    )
