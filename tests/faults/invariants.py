"""What must hold whatever was killed: plain SQL over our tables, what was acknowledged, and the platforms' books."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg

from tests.faults.ground import PATIENCE
from tests.faults.ledger import Ledger, ledger
from tests.faults.told import Told

LIVING: Final = "('asked', 'approved', 'sent', 'succeeded')"
BESIDE: Final[Mapping[LiteralString, LiteralString]] = {
    "told_account": "username text, id uuid",
    "told_registration": "id uuid, candidate uuid",
    "told_employer": "id uuid, employer text",
    "told_code": "id uuid, code text",
    "told_act": "id text, act text, times bigint",
    "told_message": "id bigint, inquiry uuid, words text",
    "told_end": "id uuid, state text, payment_state text",
    "told_card": "id uuid, number text",
    "paid_there": "number text, transaction text",
    "refunded_there": "refund text, number text",
    "reached": "open_id text, template text, messages bigint",
}
"""What is laid beside our tables for the comparison, as temporary ones."""
CHECKS: Final[Mapping[str, LiteralString]] = {
    "acknowledged accounts are there": """
        SELECT t.* FROM told_account t LEFT JOIN candidate c USING (id, username) WHERE c.id IS NULL""",
    "acknowledged registrations are there": """
        SELECT t.* FROM told_registration t LEFT JOIN registration r ON r.id = t.id AND r.candidate_id = t.candidate
        WHERE r.id IS NULL""",
    "acknowledged sections are there": """
        SELECT t.*, r.form #> '{work}' FROM told_employer t JOIN registration r USING (id)
        WHERE r.form #>> '{work,employer}' IS DISTINCT FROM t.employer""",
    "acknowledged submits are there": """
        SELECT t.*, r.verification_code FROM told_code t JOIN registration r USING (id)
        WHERE r.verification_code <> t.code OR NOT EXISTS (
            SELECT 1 FROM form_version v WHERE v.registration_id = t.id AND v.verification_code = t.code)""",
    "where a journey ended it stays, or is given the seat it waits for": """
        SELECT t.*, r.state, r.payment_state FROM told_end t JOIN registration r USING (id)
        WHERE (r.state, r.payment_state) <> (t.state, t.payment_state)
        AND (t.state, t.payment_state, r.state, r.payment_state) <> ('approved', 'paid', 'seated', 'paid')""",
    "every acknowledged act of an office is in the audit log": """
        SELECT t.*, count(a.id) FROM told_act t LEFT JOIN audit_record a
        ON a.subject = 'registration' AND a.subject_id = t.id AND a.act = t.act AND a.actor_kind = 'staff'
        GROUP BY t.id, t.act, t.times HAVING count(a.id) < t.times""",
    "what an office did is once in the audit log": """
        SELECT subject_id, act, count(*) FROM audit_record
        WHERE act IN ('confirmed', 'approved_by_site', 'approved_by_area') GROUP BY 1, 2 HAVING count(*) > 1""",
    "nothing was done that is not in the audit log": """
        SELECT r.id, r.state FROM registration r CROSS JOIN LATERAL (VALUES
            (r.submitted_at, 'submitted'), (r.confirmed_at, 'confirmed'), (r.site_reviewed_at, 'approved_by_site'),
            (r.area_reviewed_at, 'approved_by_area')) AS done(at, act)
        WHERE done.at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM audit_record a WHERE a.subject_id = r.id::text AND a.act = done.act)""",
    "no message is lost": """
        SELECT t.* FROM told_message t LEFT JOIN inquiry_message m
        ON m.id = t.id AND m.inquiry_id = t.inquiry AND m.text = t.words WHERE m.id IS NULL""",
    "no message is there twice": """
        SELECT inquiry_id, text, count(*) FROM inquiry_message WHERE author = 'candidate' GROUP BY 1, 2
        HAVING count(*) > 1""",
    "money that was paid is known": """
        SELECT t.* FROM paid_there t LEFT JOIN payment p ON p.transaction_id = t.transaction WHERE p.id IS NULL""",
    "money that is known was paid": """
        SELECT p.id, p.transaction_id FROM payment p LEFT JOIN paid_there t ON p.transaction_id = t.transaction
        WHERE t.transaction IS NULL""",
    "paid money has its registration or goes back": f"""
        SELECT p.id, p.counts, p.given_back_at, r.id, r.payment_state FROM payment p JOIN registration r
        ON r.id = p.registration_id WHERE NOT (p.counts AND p.given_back_at IS NULL AND r.payment_state = 'paid')
        AND NOT EXISTS (SELECT 1 FROM refund b WHERE b.payment_id = p.id AND b.state IN {LIVING})""",
    "what counts as paid was paid": """
        SELECT r.id FROM registration r WHERE r.payment_state = 'paid' AND NOT EXISTS (
            SELECT 1 FROM payment p WHERE p.registration_id = r.id AND p.counts AND p.given_back_at IS NULL)""",
    "no payment is kept twice": """
        SELECT o.registration_id, count(*) FROM paid_there t JOIN payment_order o ON o.order_number = t.number
        WHERE NOT EXISTS (SELECT 1 FROM refunded_there b WHERE b.number = t.number) GROUP BY 1 HAVING count(*) > 1""",
    "no payment is sent back twice": """
        SELECT number, count(*) FROM refunded_there GROUP BY 1 HAVING count(*) > 1""",
    "what was sent back is written down": """
        SELECT t.*, b.state FROM refunded_there t LEFT JOIN refund b ON b.refund_number = t.refund
        WHERE b.state IS DISTINCT FROM 'succeeded'""",
    "what is written down was sent back": """
        SELECT b.refund_number FROM refund b LEFT JOIN refunded_there t ON b.refund_number = t.refund
        WHERE b.state = 'succeeded' AND t.refund IS NULL""",
    "no seat is given twice": """
        SELECT session_id, room_id, number, count(*) FROM seat GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "nobody has two seats in a session": """
        SELECT registration_id, session_id, count(*) FROM seat WHERE freed_at IS NULL GROUP BY 1, 2
        HAVING count(*) > 1""",
    "who is seated has every seat and one number, and nobody else any": """
        SELECT r.id, r.state, seats.held, numbers.held FROM registration r
        CROSS JOIN LATERAL (
            SELECT count(*) AS held FROM seat WHERE registration_id = r.id AND freed_at IS NULL) AS seats
        CROSS JOIN LATERAL (
            SELECT count(*) AS held FROM admit_number WHERE registration_id = r.id AND retired_at IS NULL) AS numbers
        WHERE seats.held <> CASE WHEN r.state = 'seated' THEN (SELECT count(*) FROM exam_session) ELSE 0 END
        OR numbers.held <> CASE WHEN r.state = 'seated' THEN 1 ELSE 0 END""",
    "the number on a card is held by its candidate alone": """
        SELECT t.*, n.registration_id FROM told_card t LEFT JOIN admit_number n
        ON n.number = t.number AND n.retired_at IS NULL WHERE n.registration_id IS DISTINCT FROM t.id""",
    "no reminder is sent twice": """
        SELECT t.*, count(d.id) FROM reached t LEFT JOIN delivery d ON d.open_id = t.open_id
        AND d.template_id = t.template AND (d.state IN ('sent', 'unknown', 'calling') OR d.uncertain)
        GROUP BY t.open_id, t.template, t.messages HAVING t.messages > count(d.id)""",
    "no reminder that is said to be sent is missing": """
        SELECT d.open_id, d.template_id, count(*), t.messages FROM delivery d LEFT JOIN reached t
        ON d.open_id = t.open_id AND d.template_id = t.template WHERE d.state = 'sent'
        GROUP BY d.open_id, d.template_id, t.messages HAVING count(*) > coalesce(t.messages, 0)""",
    "no job was given up": """
        SELECT id, task_name, args FROM procrastinate_jobs WHERE status IN ('failed', 'aborted', 'cancelled')""",
}
"""By what must hold: a statement that finds where it doesn't."""
TIME_PASSES: Final[tuple[LiteralString, ...]] = (
    "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND scheduled_at > now()",
    "UPDATE refund SET due_at = now() WHERE state IN ('approved', 'sent') AND due_at > now()",
    "UPDATE delivery SET leased_until = now() WHERE state = 'calling' AND called_at < now() - interval '10 seconds'",
)
"""What is put off after a failure is due at once: nobody waits minutes here."""
LOOKS: Final = 6
UNFINISHED: Final[LiteralString] = """
SELECT * FROM (VALUES
    ('callbacks', (SELECT count(*) FROM callback WHERE processed_at IS NULL)),
    ('pushes', (SELECT count(*) FROM pushed_message WHERE processed_at IS NULL)),
    ('events', (SELECT count(*) FROM event WHERE processed_at IS NULL)),
    ('jobs', (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')
        AND task_name <> 'retry_stalled')),
    ('refunds', (SELECT count(*) FROM refund WHERE state IN ('approved', 'sent'))),
    ('deliveries', (SELECT count(*) FROM delivery WHERE state = 'calling'))
) AS left_over(what, number) WHERE number > 0
"""


class Broken(AssertionError):
    """Something that must hold doesn't."""


def settle(database_url: str) -> None:
    """Wait until all that follows from what was done has followed. Raises Broken where it never does."""
    until = time.monotonic() + PATIENCE
    with psycopg.connect(database_url, autocommit=True) as connection:
        while left := connection.execute(UNFINISHED).fetchall():
            if time.monotonic() > until:
                raise Broken(f"never finished: {left}")
            for statement in TIME_PASSES:
                connection.execute(statement)
            time.sleep(0.2)


def check(database_url: str, sandbox: Path, told: Told) -> None:
    """Look at all of it. Raises Broken with everything that doesn't hold."""
    broken: dict[str, list[Any]] = {}
    for _ in range(LOOKS):
        if not (broken := _broken(database_url, sandbox, told)):
            return
        time.sleep(0.5)  # the platforms' books are written a moment after they answered
    raise Broken("\n".join(f"{name}: {rows}" for name, rows in broken.items()))


def _broken(database_url: str, sandbox: Path, told: Told) -> dict[str, list[Any]]:
    with psycopg.connect(database_url) as connection:
        _lay_beside(connection, told, ledger(sandbox))
        found = {name: connection.execute(statement).fetchmany(10) for name, statement in CHECKS.items()}
    return {name: rows for name, rows in found.items() if rows}


def _lay_beside(connection: psycopg.Connection, told: Told, theirs: Ledger) -> None:
    acts = Counter(told.acts)
    rows: dict[str, Iterable[tuple[Any, ...]]] = {
        "told_account": told.accounts.items(),
        "told_registration": told.registrations.items(),
        "told_employer": told.employers.items(),
        "told_code": told.codes.items(),
        "told_act": [(*key, times) for key, times in acts.items()],
        "told_message": [(number, *said) for number, said in told.messages.items()],
        "told_end": [(registration, *end) for registration, end in told.ends.items()],
        "told_card": told.cards.items(),
        "paid_there": theirs.paid,
        "refunded_there": theirs.refunded,
        "reached": theirs.reached,
    }
    for table, columns in BESIDE.items():
        connection.execute(f"CREATE TEMPORARY TABLE {table} ({columns})")
        with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows[table]:
                copy.write_row(row)
