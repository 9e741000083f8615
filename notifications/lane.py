"""A platform's way out: reminders claimed in batches, called at once, recorded in batches.

"Calling" and the consent it uses are committed before the platform is called. A worker that dies after that leaves a
message of which nobody knows whether it arrived; what follows from it is said in `outcomes` (decision 16).
"""

import asyncio
import random
from collections.abc import Collection, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from prometheus_client import Counter, Gauge, Histogram

from backend.clock import Clock, real_now, seconds_to_tomorrow
from backend.database import Database
from backend.reminders.delivery_models import DeliveryState
from backend.reminders.platforms import Answered, ReminderPlatform, Said, TemplateMessage
from notifications.circuit import Circuit
from notifications.delivery_rows import Claimed, DeliveryRows, Done, settled_as
from notifications.outcomes import Tried, step_after
from notifications.pace import Pace
from notifications.pairing import Call, Key, Later, decide
from notifications.rendering import Message, Rendering
from notifications.routing import Routing
from notifications.still_due import StillDue
from notifications.timing import is_quiet

log = structlog.get_logger(__name__)

SETTLED: Final = Counter("zhunkao_reminders_settled_total", "Deliveries that came to an end", ["platform", "state"])
ANSWERS: Final = Counter("zhunkao_reminders_answers_total", "What platforms said to reminders", ["platform", "said"])
LAG: Final = Histogram(
    "zhunkao_reminders_lag_seconds",
    "From when a reminder was due (exam time) until the platform had it",
    ["platform"],
    buckets=(1, 5, 15, 60, 300, 900, 3600, 14400, 86400),
)
OPEN: Final = Gauge("zhunkao_reminders_circuit_open", "1 while the platform is left alone", ["platform"])

IN_FLIGHT: Final = 64
"""Calls to one platform at once, of one worker: also the most that a killed worker leaves unknown."""
SEND_SECONDS: Final = 45
"""The longest a call may take, its token included."""
LEASE: Final = timedelta(seconds=120)
LOOKED_AT: Final = timedelta(seconds=10)
"""How often what died is looked for while there is much to send."""
GATHERED_SECONDS: Final = 0.05
"""The longest an outcome waits for others to be recorded with it."""
UNSAYABLE: Final = (KeyError, ValueError, TypeError, AttributeError)
"""What is raised where a reminder's facts or its kind aren't what its words need."""
LAST_SECONDS: Final = 10
"""How long a worker that is told to stop waits for its calls' answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A call that is under way."""

    call: Call
    claimed: Claimed
    message: Message
    called_at: datetime


class Lane:
    """One platform's way out. `templates`: the catalogue's name of a template → its id at the platform."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        platform: ReminderPlatform,
        templates: Mapping[str, str],
        still_due: StillDue,
        rendering: Rendering,
        routing: Routing,
        pace: Pace,
        in_flight: int = IN_FLIGHT,
    ) -> None:
        self._database, self._clock, self._platform, self._templates = database, clock, platform, templates
        self._still_due, self._rendering, self._routing, self._pace = still_due, rendering, routing, pace
        self._in_flight = in_flight
        self.circuit = Circuit()
        self._rows = DeliveryRows(database, platform=platform.name, app_id=platform.app_id)
        self._calls: set[asyncio.Task[None]] = set()
        self._done: list[Done] = []
        self._ended = asyncio.Event()
        self._running = asyncio.Lock()
        self._look_at = real_now()

    async def send(self) -> None:
        """All that is due; back when nothing is any more, or the platform is left alone. One run at a time."""
        if self._running.locked():
            return
        async with self._running:
            try:
                await self._record()
                await self._give_up()
                while not is_quiet(self._clock.now()) and await self._turn():
                    pass
            except asyncio.CancelledError:
                await self._finish()
                raise

    async def _turn(self) -> bool:
        """Record what has ended, begin what may begin; whether there is more to do."""
        await self._record()
        if real_now() >= self._look_at:
            await self._give_up()
        looked = await self._begin()
        if self._calls:
            await self._some_ended()
            return True
        return bool(self._done) or looked > 0

    async def _begin(self) -> int:
        """How many deliveries were looked at."""
        free = self._in_flight - len(self._calls)
        if self._calls and free < self._in_flight // 2:
            return 0
        allowed = await self._pace.take(self.circuit.allows(free, real_now()))
        if not allowed:
            if free and not self.circuit.is_open and not self._calls:
                await asyncio.sleep(1 - real_now().timestamp() % 1)  # this second's share is used up
                return 1
            return 0
        return await _to_its_end(self._claim_and_call(allowed))

    async def _claim_and_call(self, allowed: int) -> int:
        looked, begun = await self._claim(allowed)
        for one in begun:
            self.circuit.calls()
            task = asyncio.create_task(self._call(one))
            self._calls.add(task)
            task.add_done_callback(self._call_ended)
        await self._pace.give_back(allowed - len(begun))
        return looked

    async def _claim(self, limit: int) -> tuple[int, list[Started]]:
        now = real_now()
        async with self._database.transaction():
            claimed = await self._rows.claim(limit, now=now, exam_now=self._clock.now())
            if not claimed:
                return 0, []
            wanted = [one.due.reminder_id for one in claimed if one.due.is_wanted]
            going = await self._still_due.among(wanted)
            messages = await self._messages(going)
            templates = {
                reminder_id: self._templates[message.template]
                for reminder_id, message in messages.items()
                if message.template in self._templates
            }
            keys: set[Key] = {
                (one.due.open_id, templates[one.due.reminder_id])
                for one in claimed
                if one.due.open_id is not None and one.due.reminder_id in templates
            }
            taken = [one.due.consent_id for one in claimed if one.due.uncertain and one.due.consent_id is not None]
            consents, contended = await self._rows.consents(sorted(keys), taken)
            decisions = decide(
                [one.due for one in claimed],
                going=going,
                templates=templates,
                consents=consents,
                contended=contended,
                rules=self._platform.consents,
            )
            await self._rows.carry_out(decisions, now=now, lease=LEASE)
            if refused := settled_as(decisions, DeliveryState.REFUSED):
                await self._routing.route(refused)
        for decision in decisions:
            if not isinstance(decision, Call | Later):
                SETTLED.labels(self._platform.name, decision.state.value).inc()
        calls = {decision.due.id: decision for decision in decisions if isinstance(decision, Call)}
        return len(claimed), [
            Started(call=call, claimed=one, message=messages[one.due.reminder_id], called_at=now)
            for one in claimed
            if (call := calls.get(one.due.id)) is not None
        ]

    async def _messages(self, reminders: Collection[int]) -> Mapping[int, Message]:
        """What they say; without those of which nothing can be said, which hold up no other."""
        try:
            return await self._rendering.messages(reminders, self._platform.name)
        except UNSAYABLE:
            log.exception("reminders_unsayable", platform=self._platform.name)
            if len(reminders) == 1:
                return {}
        found: dict[int, Message] = {}
        for one in reminders:
            found |= await self._messages([one])
        return found

    async def _call(self, started: Started) -> None:
        message = TemplateMessage(
            open_id=started.call.consent.key[0],
            template_id=started.call.consent.key[1],
            fields=started.message.fields,
            page=started.message.page,
            subscribe_id=started.call.consent.subscribe_id,
        )
        try:
            async with asyncio.timeout(SEND_SECONDS):
                answered = await self._platform.send(message)
        except TimeoutError:
            answered = Answered(said=Said.UNANSWERED, reason="no_answer")
        except Exception:
            log.exception("reminder_call_broke", delivery_id=started.call.due.id)
            answered = Answered(said=Said.UNANSWERED, reason="broke")
        self._said(answered.said)
        self._done.append(self._followed(started.call, started.claimed, started.called_at, answered))

    def _said(self, said: Said) -> None:
        now = real_now()
        self.circuit.answered(said, now)
        if said is Said.TOMORROW:
            self.circuit.closes_until(now + timedelta(seconds=seconds_to_tomorrow(now)))
        ANSWERS.labels(self._platform.name, said.value).inc()
        OPEN.labels(self._platform.name).set(self.circuit.is_open)

    def _followed(self, call: Call, claimed: Claimed, called_at: datetime, answered: Answered) -> Done:
        rules = self._platform.consents
        tried = Tried(
            attempts=claimed.attempts + 1,
            uncertain=call.due.uncertain,
            repeatable=rules.named or (rules.told and call.last_consent and not call.consent.lasting),
            useful_for=claimed.expires_at - self._clock.now() if claimed.expires_at is not None else None,
        )
        until_tomorrow = timedelta(seconds=seconds_to_tomorrow(real_now()))
        step = step_after(answered.said, tried, until_tomorrow=until_tomorrow, chance=random.random())
        if answered.said is Said.OUR_FAULT:
            log.error("reminder_faulty", delivery_id=call.due.id, platform=self._platform.name, reason=answered.reason)
        if step.state is DeliveryState.SENT:
            lag = (self._clock.now() - claimed.due_at).total_seconds()
            LAG.labels(self._platform.name).observe(max(lag, 0))
        return Done(call=call, attempt=claimed.attempts + 1, called_at=called_at, answered=answered, step=step)

    def _call_ended(self, task: asyncio.Task[None]) -> None:
        self._calls.discard(task)
        self._ended.set()

    async def _some_ended(self) -> None:
        """Until half of the calls have ended, or the first that has ended has waited long enough."""
        if not self._done:
            self._ended.clear()
            await self._ended.wait()
        try:
            async with asyncio.timeout(GATHERED_SECONDS):
                while len(self._calls) > self._in_flight // 2:
                    self._ended.clear()
                    await self._ended.wait()
        except TimeoutError:
            return

    async def _record(self) -> None:
        """What can't be written now is kept, and written with the next."""
        done, self._done = self._done, []
        if not done:
            return
        try:
            await self._write(done)
        except BaseException:
            self._done = done + self._done
            raise

    async def _write(self, done: list[Done]) -> None:
        async with self._database.transaction():
            told = await self._rows.record(done, now=real_now())
            ended = [one for one in done if one.call.due.id in told and one.step.wait is None]
            refused = [one.call.due.reminder_id for one in ended if one.step.state is DeliveryState.REFUSED]
            if refused:
                await self._routing.route(refused)
        for one in ended:
            SETTLED.labels(self._platform.name, one.step.state.value).inc()

    async def _give_up(self) -> None:
        """What a worker died over is treated as a call without an answer."""
        self._look_at = real_now() + LOOKED_AT
        async with self._database.transaction():
            left = await self._rows.abandoned(now=real_now(), limit=500)
            if not left:
                return
            answered = Answered(said=Said.UNANSWERED, reason="worker_died")
            done = [self._followed(call, claimed, call.due.called_at or real_now(), answered) for call, claimed in left]
            await self._write(done)
        log.error("reminders_abandoned", platform=self._platform.name, count=len(done))

    async def _finish(self) -> None:
        """Told to stop: the calls under way get a little time, and what they came to is written down."""
        if self._calls:
            await asyncio.wait(list(self._calls), timeout=LAST_SECONDS)
        await self._record()


async def _to_its_end(act: Coroutine[None, None, int]) -> int:
    """Not given up halfway: who is told to stop meanwhile stops afterwards. What was claimed has then been called."""
    acting = asyncio.ensure_future(act)
    try:
        return await asyncio.shield(acting)
    except asyncio.CancelledError:
        await acting
        raise
