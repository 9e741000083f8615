"""What 2,000 made-up candidates do in the year of the 2024 exam, to the hour, and what they must be reminded of by it.

A plain program: it knows the calendar's days and the candidates' acts as they are written down here, and nothing of the
service. What it expects is what the year's run is held to.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

CHINA: Final = ZoneInfo("Asia/Shanghai")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


PRE_REGISTRATION: Final = at("2023-12-01 00:00"), at("2023-12-15 00:00")
CONFIRMATION: Final = at("2023-12-04 00:00"), at("2023-12-19 00:00")
SITE_REVIEW: Final = at("2023-12-19 00:00"), at("2024-01-08 00:00")
AREA_REVIEW: Final = at("2024-01-08 00:00"), at("2024-01-23 00:00")
PAYMENT: Final = at("2024-01-29 00:00"), at("2024-02-09 00:00")
SEATING: Final = at("2024-02-26 00:00"), at("2024-03-09 00:00")
CARD: Final = at("2024-04-01 00:00"), at("2024-04-22 00:00")
RESULTS: Final = at("2024-06-05 10:00"), at("2024-07-06 00:00")
WEEKENDS: Final = (
    (at("2024-04-13 00:00"), at("2024-04-14 00:00")),
    (at("2024-04-20 00:00"), at("2024-04-21 00:00")),
)


@dataclass(frozen=True, slots=True)
class Stay:
    """From when until when something stood; `how`: the outcome of a submission, or what was decided."""

    start: datetime
    end: datetime | None = None
    how: str = ""

    def at(self, moment: datetime) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)


@dataclass(slots=True)
class Life:
    """One candidate's year. `online`: their site confirms online."""

    number: int
    online: bool
    weekend: int
    drafts: list[Stay] = field(default_factory=list)
    submissions: list[Stay] = field(default_factory=list)
    refusals: list[Stay] = field(default_factory=list)
    confirmed: Stay | None = None
    confirmed_by_system: bool = False
    reviews: list[Stay] = field(default_factory=list)
    returned: Stay | None = None
    supplement_until: datetime | None = None
    dues: list[Stay] = field(default_factory=list)
    paid: list[datetime] = field(default_factory=list)
    refunded: list[datetime] = field(default_factory=list)
    forfeited: datetime | None = None
    seated: datetime | None = None
    card: datetime | None = None
    report: datetime | None = None
    answers: list[Stay] = field(default_factory=list)
    changes: list[tuple[datetime, str]] = field(default_factory=list)


def lives(count: int, seed: int) -> list[Life]:
    """The same for the same seed."""
    return [_life(number, random.Random(f"{seed} {number}")) for number in range(count)]


def expected(one: Life) -> Iterator[tuple[str, datetime]]:
    """Every reminder of the table that is this candidate's: kind, and when it goes out."""
    yield from (("account_changed", awake(when)) for when, _ in one.changes)
    for when in (at("2023-12-12 08:00"), at("2023-12-14 08:00")):
        if any(stay.at(when) for stay in one.drafts):
            yield "submit_due", when
    for stay in one.submissions:
        told = stay.how == "failed" if one.online else stay.how != "confirmed"
        if told and stay.at(awake(stay.start)) and awake(stay.start) < CONFIRMATION[1]:
            yield "confirm_due", awake(stay.start)
    for when in (at("2023-12-17 08:00"), at("2023-12-18 08:00")):
        if not one.online and any(stay.at(when) and stay.how != "confirmed" for stay in one.submissions):
            yield "confirm_due", when
    if one.confirmed is not None and one.confirmed_by_system:
        yield "confirmed", awake(one.confirmed.start)
    for stay in one.refusals:
        if stay.at(awake(stay.start)) and awake(stay.start) < CONFIRMATION[1]:
            yield "mend_due", awake(stay.start)
    if one.returned is not None and one.returned.at(awake(one.returned.start)):
        yield "mend_due", awake(one.returned.start)
    yield from (("review_result", awake(stay.start)) for stay in one.reviews)
    for stay in one.dues:
        opening = max(awake(stay.start), at("2024-01-29 08:00"))
        tellings = {opening, at("2024-02-06 08:00"), at("2024-02-08 08:00"), at("2024-02-08 18:00")}  # one an hour
        yield from (("payment_due", when) for when in tellings if stay.at(when) and when < PAYMENT[1])
    yield from (("payment_result", awake(when)) for when in [*one.paid, *one.refunded])
    if one.seated is not None:
        first, second = WEEKENDS[one.weekend]
        for when in (at("2024-04-01 08:00"), first - 3 * DAY + 8 * HOUR):
            if one.card is None or one.card > when:
                yield "admit_card_ready", when
        yield from (("exam_tomorrow", day - DAY + 8 * HOUR) for day in (first, second))
        for when in (RESULTS[0], at("2024-07-03 08:00")):
            if one.report is None or one.report > when:
                yield "results_out", when
    for stay in one.answers:
        if stay.at(awake(stay.start)):
            yield "inquiry_answered", awake(stay.start)


def awake(when: datetime) -> datetime:
    """Not in the night."""
    if when.hour >= 22:
        return when.replace(hour=8) + DAY
    return when.replace(hour=8) if when.hour < 8 else when


def _life(number: int, chance: random.Random) -> Life:
    one = Life(number=number, online=chance.random() < 0.3, weekend=chance.randrange(2))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        what = chance.choice(("bound", "unbound", "password_reset", "face_proved"))
        one.changes.append((_within(chance, at("2023-12-01 00:00"), at("2024-07-01 00:00")), what))
    if chance.random() < 0.3:
        _ask(one, chance)
    _register(one, chance)
    return one


def _ask(one: Life, chance: random.Random) -> None:
    """One inquiry, answered a few times, the candidate asking again after each answer but the last."""
    when = _within(chance, at("2023-12-02 00:00"), at("2024-05-01 00:00"))
    for last in (False, chance.random() < 0.5, True):
        again = when + chance.randrange(1, 40) * HOUR
        one.answers.append(Stay(when, None if last else again))
        if last:
            return
        when = again + chance.randrange(1, 40) * HOUR


def _register(one: Life, chance: random.Random) -> None:
    start = _within(chance, *PRE_REGISTRATION)
    for round_ in range(3):
        if chance.random() < 0.2 or start >= PRE_REGISTRATION[1] - 2 * HOUR:
            one.drafts.append(Stay(start, CONFIRMATION[1]))  # lapses: confirmation is over
            one.forfeited = CONFIRMATION[1]
            return
        submit = _within(chance, start + HOUR, PRE_REGISTRATION[1])
        one.drafts.append(Stay(start, submit))
        how = chance.choice(("confirmed", "failed", "not_applicable"))
        if how == "confirmed":
            one.submissions.append(Stay(submit, submit, how))
            one.confirmed, one.confirmed_by_system = Stay(submit), True
            _review(one, chance)
            return
        if round_ < 2 and chance.random() < 0.2 and submit < PRE_REGISTRATION[1] - 3 * HOUR:
            withdrawn = _within(chance, submit + HOUR, PRE_REGISTRATION[1])
            one.submissions.append(Stay(submit, withdrawn, how))
            start = withdrawn
            continue
        _confirm(one, chance, submit, how)
        return


def _confirm(one: Life, chance: random.Random, submit: datetime, how: str) -> None:
    first = max(submit + HOUR, CONFIRMATION[0])
    fate = chance.random()
    if fate < 0.15:
        one.submissions.append(Stay(submit, CONFIRMATION[1], how))
        one.forfeited = CONFIRMATION[1]
        return
    decided = _within(chance, first, CONFIRMATION[1])
    one.submissions.append(Stay(submit, decided, how))
    if one.online and fate < 0.4:
        mended = decided + chance.randrange(1, 60) * HOUR
        if mended >= CONFIRMATION[1] - 2 * HOUR:
            one.refusals.append(Stay(decided, CONFIRMATION[1]))
            one.forfeited = CONFIRMATION[1]
            return
        one.refusals.append(Stay(decided, mended))
        decided = _within(chance, mended + HOUR, CONFIRMATION[1])
        one.submissions.append(Stay(mended, decided, "not_applicable"))
    one.confirmed = Stay(decided)
    _review(one, chance)


def _review(one: Life, chance: random.Random) -> None:
    site = _within(chance, *SITE_REVIEW)
    fate = chance.random()
    if fate < 0.1:
        one.reviews.append(Stay(site, how="rejected"))
        return
    if fate < 0.3:
        one.supplement_until = site.replace(hour=0) + chance.randrange(2, 6) * DAY
        handed_in = site + chance.randrange(1, 100) * HOUR
        if handed_in >= one.supplement_until:
            one.returned = Stay(site, one.supplement_until)
            one.forfeited = one.supplement_until
            return
        one.returned = Stay(site, handed_in)
        site = handed_in + chance.randrange(1, 20) * HOUR
    one.reviews.append(Stay(site, how="site_approved"))
    area = _within(chance, max(site + HOUR, AREA_REVIEW[0]), AREA_REVIEW[1])
    if chance.random() < 0.05:
        one.reviews.append(Stay(area, how="rejected"))
        return
    one.reviews.append(Stay(area, how="approved"))
    _pay(one, chance, area)


def _pay(one: Life, chance: random.Random, due: datetime) -> None:
    if chance.random() < 0.15:
        one.dues.append(Stay(due, PAYMENT[1]))
        one.forfeited = PAYMENT[1]
        return
    paid = _within(chance, *PAYMENT)
    one.dues.append(Stay(due, paid))
    one.paid.append(paid)
    if chance.random() < 0.1 and paid < PAYMENT[1] - 3 * HOUR:
        back = _within(chance, paid + HOUR, PAYMENT[1])
        one.refunded.append(back)
        if chance.random() < 0.5 or back >= PAYMENT[1] - 2 * HOUR:
            one.dues.append(Stay(back, PAYMENT[1]))
            one.forfeited = PAYMENT[1]
            return
        again = _within(chance, back + HOUR, PAYMENT[1])
        one.dues.append(Stay(back, again))
        one.paid.append(again)
    one.seated = _within(chance, *SEATING)
    if chance.random() < 0.8:
        one.card = _within(chance, CARD[0], WEEKENDS[one.weekend][0])
    if chance.random() < 0.7:
        one.report = _within(chance, RESULTS[0] + HOUR, RESULTS[1])


def _within(chance: random.Random, start: datetime, end: datetime) -> datetime:
    """Some hour from the start on, before the end; an even one where there is one: fewer instants, the same cases."""
    hour = start + chance.randrange(max(int((end - start) / HOUR), 1)) * HOUR
    even = hour + hour.hour % 2 * HOUR
    return even if even < end else hour
