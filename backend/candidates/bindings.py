"""Which platform accounts a candidate has bound: one WeChat account a candidate and one candidate a WeChat account,
Alipay and Baidu beside it. The database decides, also between two who try at once."""

from datetime import UTC, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.audit import Actor
from backend.candidates.models import Binding, Candidate, UsedToken
from backend.candidates.tokens import BindingClaims
from backend.clock import Clock
from backend.database import Database, lock, violated
from backend.errors import Conflict, NotFound, NotSignedIn
from backend.events import EventName, tell


class Bindings:
    """Binds, unbinds and lists."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def bind_in_transaction(self, candidate: Candidate, claims: BindingClaims, *, actor: Actor) -> None:
        """Bind the platform account of the token, which serves once.

        Raises NotSignedIn `binding_token_used`; Conflict `platform_account_bound` where the platform account is
        somebody's, `candidate_bound` where the candidate has another one of this platform. Again with the pair that is
        bound already is harmless.
        """
        await self._use(claims)
        user, now = claims.user, self._clock.now()
        existing = await Binding.filter(candidate=candidate, platform=user.platform, unbound_at=None).first()
        if existing is not None and existing.open_id == user.open_id and existing.app_id == user.app_id:
            return
        try:
            async with self._database.transaction():
                await Binding.create(
                    candidate=candidate,
                    platform=user.platform,
                    app_id=user.app_id,
                    open_id=user.open_id,
                    union_id=user.union_id,
                    bound_at=now,
                    last_used_at=now,
                )
        except IntegrityError as error:
            other = violated(error, "binding_platform_account")
            raise Conflict("platform_account_bound" if other else "candidate_bound") from error
        await self._tell(candidate.id, actor, "bound", user.platform)

    async def unbind(self, candidate_id: UUID, platform: str, *, actor: Actor) -> None:
        """End the binding. Raises NotFound `binding_unknown` where there is none."""
        async with self._database.transaction():
            binding = await lock(Binding, candidate_id=candidate_id, platform=platform, unbound_at=None)
            if binding is None:
                raise NotFound("binding_unknown")
            binding.unbound_at = self._clock.now()
            await binding.save(update_fields=["unbound_at"])
            await self._tell(candidate_id, actor, "unbound", platform)

    async def of(self, candidate_id: UUID) -> list[Binding]:
        """The bindings that stand, at most one a platform."""
        return await Binding.filter(candidate_id=candidate_id, unbound_at=None).order_by("platform")

    async def open_id(self, candidate_id: UUID, platform: str) -> str:
        """Whom the platform knows the candidate as. Raises Conflict `platform_not_bound`."""
        binding = await Binding.filter(candidate_id=candidate_id, platform=platform, unbound_at=None).first()
        if binding is None:
            raise Conflict("platform_not_bound")
        return binding.open_id

    async def _use(self, claims: BindingClaims) -> None:
        try:
            async with self._database.transaction():
                expires_at = datetime.fromtimestamp(claims.expires_at, UTC)
                await UsedToken.create(id=claims.token_id, expires_at=expires_at)
        except IntegrityError as error:
            raise NotSignedIn("binding_token_used") from error

    async def _tell(self, candidate_id: UUID, actor: Actor, what: str, platform: str) -> None:
        await audit.record(self._clock, actor, what, "candidate", candidate_id, after={"platform": platform})
        await tell(
            EventName.ACCOUNT_CHANGED,
            subject_id=candidate_id,
            candidate_id=candidate_id,
            at=self._clock.now(),
            changed=what,
            platform=platform,
        )
