"""The statements of the military's import: on a staging table of the transaction's own, whole or not at all."""

from collections.abc import Mapping
from typing import Final

HOLD: Final = "SELECT pg_advisory_xact_lock(1919251572, $1::int)"
"""One import for an exam at a time; the number is nobody else's in this database."""

COLUMNS: Final[Mapping[str, str]] = {
    "id_type": "text",
    "id_number": "bytea",
    "id_number_index": "bytea",
    "phone": "bytea",
    "name": "text",
    "form": "jsonb",
    "site_id": "integer",
    "area_code": "text",
    "code": "text",
}
STAGING: Final = f"""
CREATE TEMPORARY TABLE military_staged (line integer, {", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())})
ON COMMIT DROP
"""
NUMBERS: Final = "CREATE TEMPORARY TABLE military_number (line integer, number text) ON COMMIT DROP"
TWICE: Final = """
SELECT * FROM (
    SELECT line, first_value(line) OVER same AS first_line
    FROM military_staged WINDOW same AS (PARTITION BY id_type, id_number_index ORDER BY line)
) AS found WHERE line <> first_line ORDER BY line
"""
PEOPLE: Final = """
INSERT INTO candidate (id, username, username_key, password_hash, name, id_type, id_number, id_number_index, phone,
    recovery_question, recovery_answer_hash, identity_check, education_check, created_at, unclaimed_since)
SELECT gen_random_uuid(), '', '-' || right(replace(gen_random_uuid()::text, '-', ''), 31), '', name, id_type,
    id_number, id_number_index, phone, '', '', 'pending', 'pending', $1, $1
FROM military_staged ORDER BY line
ON CONFLICT (id_type, id_number_index) DO NOTHING
"""
"""Nobody's user name begins with a dash, so none is taken by an account that waits."""

BARRED: Final = """
SELECT line, max(bar.until) AS until
FROM military_staged AS staged LEFT JOIN candidate USING (id_type, id_number_index)
JOIN bar ON (bar.id_type, bar.id_number_index) = (staged.id_type, staged.id_number_index)
    OR bar.candidate_id = candidate.id
WHERE bar.lifted_at IS NULL AND bar.until > $1 AND NOT EXISTS (
    SELECT FROM registration WHERE registration.candidate_id = candidate.id AND exam_id = $2)
GROUP BY line ORDER BY line
"""
"""Before their accounts are made: a document may be barred that has none yet."""

THEIRS: Final = """
FROM military_staged AS staged JOIN candidate USING (id_type, id_number_index)
LEFT JOIN registration ON registration.candidate_id = candidate.id AND registration.exam_id = $1
"""
OTHER_NAME: Final = f"SELECT staged.line {THEIRS} WHERE candidate.name <> staged.name ORDER BY line"
WITHOUT_NUMBER: Final = f"""
SELECT line, area_code, nextval('registration_number_sequence') AS sequence {THEIRS} WHERE registration.id IS NULL
"""
ENTER: Final = """
WITH entered AS (
    INSERT INTO registration (id, candidate_id, exam_id, origin, state, payment_state, version, registration_number,
        verification_code, form, site_id, rolls, reasons, confirmed_by, created_at, submitted_at, confirmed_at,
        payment_due_since, paid_at)
    SELECT gen_random_uuid(), candidate.id, $1, 'military', 'approved', $2::text, 1, number, code, staged.form,
        staged.site_id, false, '[]', 'staff', $3, $3, $3, CASE $2::text WHEN 'due' THEN $3::timestamptz END,
        CASE $2::text WHEN 'paid' THEN $3::timestamptz END
    FROM military_number JOIN military_staged AS staged USING (line)
    JOIN candidate USING (id_type, id_number_index) ORDER BY line
    ON CONFLICT (candidate_id, exam_id) DO NOTHING
    RETURNING id, candidate_id, state, payment_state, verification_code, form
), kept AS (
    INSERT INTO form_version (registration_id, number, verification_code, form, submitted_at)
    SELECT id, 1, verification_code, form, $3 FROM entered
), recorded AS (
    INSERT INTO audit_record (at, recorded_at, actor_kind, actor_id, act, subject, subject_id, after)
    SELECT $3, now(), $4, $5, 'handed_over', 'registration', id::text,
        jsonb_build_object('state', state, 'payment_state', payment_state)
    FROM entered
), told AS (
    INSERT INTO event (name, candidate_id, subject_id, payload, happened_at, attempts)
    SELECT $6, candidate_id, id::text, jsonb_build_object('state', state, 'by', 'military'), $3, 0 FROM entered
)
SELECT count(*) AS entered FROM entered
"""
ENTERED_THEMSELVES: Final = f"SELECT line {THEIRS} WHERE registration.origin = 'candidate' ORDER BY line"
DIFFERS: Final = "registration.origin = 'military' AND registration.form <> staged.form"
GONE_TOO_FAR: Final = f"""
SELECT line {THEIRS} WHERE {DIFFERS} AND (registration.state <> 'approved'
    OR EXISTS (SELECT FROM payment_order WHERE registration_id = registration.id)
    OR EXISTS (SELECT FROM correction WHERE registration_id = registration.id)) ORDER BY line
"""
REPLACE: Final = f"""
WITH wanted AS (SELECT registration.id, staged.form, staged.site_id, staged.code {THEIRS} WHERE {DIFFERS}),
changed AS (
    UPDATE registration SET form = wanted.form, site_id = wanted.site_id, verification_code = wanted.code,
        submitted_at = $2, version = version + 1
    FROM wanted WHERE registration.id = wanted.id
    RETURNING registration.id, registration.form, registration.verification_code
), kept AS (
    INSERT INTO form_version (registration_id, number, verification_code, form, submitted_at)
    SELECT id, (SELECT max(number) FROM form_version WHERE registration_id = changed.id) + 1, verification_code, form,
        $2 FROM changed
), recorded AS (
    INSERT INTO audit_record (at, recorded_at, actor_kind, actor_id, act, subject, subject_id, after)
    SELECT $2, now(), $3, $4, 'handed_over', 'registration', id::text, jsonb_build_object('section', 'all') FROM changed
)
SELECT count(*) AS changed FROM changed
"""
