"""The statements of an import: its staging tables, rows beside whose they are, and what is written; one row anew."""

from typing import Final

STAGED: Final = """
CREATE TEMPORARY TABLE result_staged
(line integer, admit_number text, marks jsonb, archive_number text, sample boolean) ON COMMIT DROP
"""
JUDGED: Final = """
CREATE TEMPORARY TABLE result_judged
(line integer, registration_id uuid, marks jsonb, rolled jsonb, rolls_on jsonb, qualified boolean) ON COMMIT DROP
"""
JUDGED_COLUMNS: Final = ("line", "registration_id", "marks", "rolled", "rolls_on", "qualified")

IN_ORDER: Final = "CREATE UNIQUE INDEX ON result_staged (line)"
COUNTED: Final = "ANALYZE result_staged"

TWICE: Final = """
SELECT line, first_line FROM (
    SELECT line, first_value(line) OVER (PARTITION BY admit_number ORDER BY line) AS first_line FROM result_staged
) AS found WHERE line <> first_line ORDER BY line
"""

BESIDE: Final = """
SELECT staged.line, staged.marks, registration.id AS registration_id, admit_number.retired_at IS NOT NULL AS retired,
    registration.form -> 'registration' ->> 'speciality' AS speciality,
    registration.form -> 'registration' -> 'subjects' AS subjects,
    registration.rolls, registration.voids, before.voids AS past_voids,
    coalesce(merged.year, documented.year) AS past_year,
    coalesce(merged.form, documented.form) -> 'registration' ->> 'speciality' AS past_speciality,
    coalesce(merged.marks, documented.marks) AS past_marks
FROM {staged} AS staged
LEFT JOIN admit_number ON admit_number.number = staged.admit_number
LEFT JOIN registration ON registration.id = admit_number.registration_id AND registration.exam_id = $1
LEFT JOIN candidate ON candidate.id = registration.candidate_id
LEFT JOIN score_merge ON score_merge.registration_id = registration.id
LEFT JOIN past_registration AS merged ON merged.id = score_merge.past_id
LEFT JOIN past_registration AS documented ON registration.rolls AND merged.id IS NULL
    AND documented.kind = $2 AND documented.year = $3
    AND documented.id_type = candidate.id_type AND documented.id_number_index = candidate.id_number_index
LEFT JOIN registration AS before ON before.candidate_id = candidate.id
    AND before.exam_id = (SELECT id FROM exam WHERE kind = $2 AND year = $3)
"""
"""Rows of marks with each candidate's registration and last year's record, the merged one or their own; and what of
both years was decided void here."""
WHOSE: Final = f"{BESIDE.format(staged='result_staged')} WHERE staged.line > $4 ORDER BY staged.line LIMIT $5"
REPORTED: Final = BESIDE.format(
    staged="(SELECT 0 AS line, admit_number, reported AS marks FROM result WHERE registration_id = $4)"
)
"""One candidate's marks as they were reported, where there are any."""

WRITE: Final = """
WITH written AS (
    INSERT INTO result
        (registration_id, exam_id, admit_number, archive_number, reported, marks, rolled, rolls_on, qualified, sample)
    SELECT judged.registration_id, $1, staged.admit_number, staged.archive_number, staged.marks, judged.marks,
        judged.rolled, judged.rolls_on, judged.qualified, staged.sample
    FROM result_judged AS judged JOIN result_staged AS staged ON staged.line = judged.line
    ON CONFLICT (registration_id) DO UPDATE
    SET admit_number = excluded.admit_number, archive_number = excluded.archive_number, reported = excluded.reported,
        marks = excluded.marks, rolled = excluded.rolled, rolls_on = excluded.rolls_on,
        qualified = excluded.qualified, sample = excluded.sample
    WHERE (result.admit_number, result.archive_number, result.reported, result.marks, result.rolled, result.rolls_on,
            result.qualified, result.sample)
        IS DISTINCT FROM (excluded.admit_number, excluded.archive_number, excluded.reported, excluded.marks,
            excluded.rolled, excluded.rolls_on, excluded.qualified, excluded.sample)
    RETURNING xmax = 0 AS added
)
SELECT count(*) FILTER (WHERE added) AS added, count(*) FILTER (WHERE NOT added) AS changed FROM written
"""
