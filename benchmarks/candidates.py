"""Made-up candidates by the million, written by the database itself: $1 is how many."""

from typing import Final

MADE: Final = """
INSERT INTO candidate (id, username, username_key, password_hash, name, id_type, id_number, id_number_index, phone,
    recovery_question, recovery_answer_hash, identity_check, education_check, created_at)
SELECT md5('candidate ' || n)::uuid, 'bench_' || n, 'bench_' || n, '-', '测试', 'resident_id_card', '',
    decode(md5(n::text), 'hex'), '', 'first_school', '', 'passed', 'passed', now()
FROM generate_series(0, $1::int - 1) AS n
"""
ENTERED: Final = """
INSERT INTO registration (id, candidate_id, exam_id, state, payment_state, version, registration_number,
    verification_code, form, rolls, reasons, confirmed_by, created_at)
SELECT md5('registration ' || n)::uuid, md5('candidate ' || n)::uuid, exam.id, 'seated', 'paid', 1, 'B' || n, 'BENCH1',
    $3::text::jsonb, false, '[]', 'staff', now()
FROM generate_series(0, $1::int - 1) AS n JOIN exam ON exam.code = $2
"""
ADMITTED: Final = """
INSERT INTO admit_number (number, registration_id, issued_at)
SELECT '24113' || lpad(n::text, 9, '0'), md5('registration ' || n)::uuid, now()
FROM generate_series(0, $1::int - 1) AS n
"""
"""Each registration is its candidate's by the same number, and so is its admit number."""
