"""What the database itself holds true: tortoise creates none of these of a new model (its issue #2272)."""

from tortoise import migrations
from tortoise.migrations import operations as ops

EXAMS = (
    "ALTER TABLE area ADD CONSTRAINT area_code_digits CHECK (code ~ '^[0-9]{2}$')",
    "ALTER TABLE site ADD CONSTRAINT site_code_digits CHECK (code ~ '^[0-9]{2}$')",
    "CREATE UNIQUE INDEX site_area_name ON site (area_id, name) NULLS NOT DISTINCT",
    "CREATE UNIQUE INDEX site_area_code ON site (area_id, code) NULLS NOT DISTINCT",
    "ALTER TABLE exam ADD CONSTRAINT exam_year_plausible CHECK (year BETWEEN 2000 AND 2100)",
    "ALTER TABLE exam ADD CONSTRAINT exam_after_auto_confirmation_word CHECK (after_auto_confirmation IN "
    "('payment', 'site_review', 'review'))",
    "CREATE UNIQUE INDEX exam_kind_year ON exam (kind, year) NULLS NOT DISTINCT",
    "ALTER TABLE exam_layer ADD CONSTRAINT exam_layer_area_of_site CHECK (site_id IS NULL OR area_id IS NOT NULL)",
    "CREATE UNIQUE INDEX exam_layer_place ON exam_layer (exam_id, area_id, site_id, part) NULLS NOT DISTINCT",
    "ALTER TABLE area_policy ADD CONSTRAINT area_policy_modes CHECK (confirmation_mode IN ('onsite', "
    "'online') AND payment_mode IN ('onsite', 'online'))",
    "ALTER TABLE area_policy ADD CONSTRAINT area_policy_after_auto_confirmation_word CHECK "
    "(after_auto_confirmation IS NULL OR after_auto_confirmation IN ('payment', 'site_review', 'review'))",
    "CREATE UNIQUE INDEX area_policy_exam_area ON area_policy (exam_id, area_id) NULLS NOT DISTINCT",
    "ALTER TABLE site_policy ADD CONSTRAINT site_policy_payment_mode_word CHECK (payment_mode IS NULL OR "
    "payment_mode IN ('onsite', 'online'))",
    "CREATE UNIQUE INDEX site_policy_exam_site ON site_policy (exam_id, site_id) NULLS NOT DISTINCT",
    "ALTER TABLE calendar_window ADD CONSTRAINT calendar_window_area_of_site CHECK (site_id IS NULL OR "
    "area_id IS NOT NULL)",
    "ALTER TABLE calendar_window ADD CONSTRAINT calendar_window_edges CHECK (coalesce(opens_at, closes_at) IS"
    " NOT NULL AND (opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at))",
    "CREATE UNIQUE INDEX calendar_window_place ON calendar_window (exam_id, area_id, site_id, stage, "
    "position) NULLS NOT DISTINCT",
    "ALTER TABLE confirmation_point ADD CONSTRAINT confirmation_point_edges CHECK (opens_at IS NULL OR "
    "closes_at IS NULL OR opens_at < closes_at)",
    "ALTER TABLE confirmation_point ADD CONSTRAINT confirmation_point_hand_in_word CHECK (hand_in IN ('self', 'unit'))",
    "CREATE UNIQUE INDEX confirmation_point_exam_site_name ON confirmation_point (exam_id, site_id, name) "
    "NULLS NOT DISTINCT",
    "ALTER TABLE confirmation_slot ADD CONSTRAINT confirmation_slot_edges CHECK (opens_at < closes_at)",
    "ALTER TABLE confirmation_slot ADD CONSTRAINT confirmation_slot_hand_in_word CHECK (hand_in IN ('self', 'unit'))",
    "ALTER TABLE confirmation_slot ADD CONSTRAINT confirmation_slot_half_word CHECK (half IN ('morning', "
    "'afternoon', 'all_day'))",
    "CREATE UNIQUE INDEX confirmation_slot_exam_site_position ON confirmation_slot (exam_id, site_id, "
    "position) NULLS NOT DISTINCT",
    "ALTER TABLE speciality ADD CONSTRAINT speciality_level_word CHECK (level IN ('junior', 'intermediate'))",
    "CREATE UNIQUE INDEX speciality_kind_code ON speciality (kind, code) NULLS NOT DISTINCT",
    "ALTER TABLE exam_session ADD CONSTRAINT exam_session_edges CHECK (number > 0 AND starts_at < ends_at)",
    "CREATE UNIQUE INDEX exam_session_exam_area_number ON exam_session (exam_id, area_id, number) NULLS NOT DISTINCT",
    "ALTER TABLE venue ADD CONSTRAINT venue_number_two_digits CHECK (number BETWEEN 1 AND 99)",
    "CREATE UNIQUE INDEX venue_exam_site_number ON venue (exam_id, site_id, number) NULLS NOT DISTINCT",
    "ALTER TABLE room ADD CONSTRAINT room_number_three_digits CHECK (number BETWEEN 1 AND 999)",
    "ALTER TABLE room ADD CONSTRAINT room_capacity_two_digits CHECK (capacity BETWEEN 1 AND 99)",
    "CREATE UNIQUE INDEX room_venue_number ON room (venue_id, number) NULLS NOT DISTINCT",
)

PEOPLE = (
    "CREATE UNIQUE INDEX candidate_document ON candidate (id_type, id_number_index)",
    "CREATE UNIQUE INDEX binding_platform_account ON binding (platform, app_id, open_id) WHERE unbound_at IS NULL",
    "CREATE UNIQUE INDEX binding_candidate_platform ON binding (candidate_id, platform) WHERE unbound_at IS NULL",
    "CREATE INDEX session_candidate ON session (candidate_id) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX registration_candidate_exam ON registration (candidate_id, exam_id)",
    "CREATE INDEX registration_work_list ON registration (exam_id, site_id, state)",
    "ALTER TABLE registration ADD CONSTRAINT registration_submitted_has_codes CHECK (state IN ('draft', "
    "'forfeited') OR (registration_number IS NOT NULL AND verification_code IS NOT NULL))",
    "ALTER TABLE registration ADD CONSTRAINT registration_forfeited_says_why CHECK ((state = 'forfeited') = "
    "(forfeited_reason IS NOT NULL))",
    "ALTER TABLE registration ADD CONSTRAINT registration_confirmed_says_by_whom CHECK (state NOT IN "
    "('confirmed', 'site_approved', 'approved', 'seated') OR confirmed_by IS NOT NULL)",
    "ALTER TABLE registration ADD CONSTRAINT registration_seated_is_paid CHECK (state <> 'seated' OR "
    "payment_state = 'paid')",
    "ALTER TABLE registration ADD CONSTRAINT registration_version_positive CHECK (version > 0)",
    "CREATE SEQUENCE registration_number_sequence",
    "CREATE UNIQUE INDEX form_version_number ON form_version (registration_id, number)",
    "CREATE UNIQUE INDEX form_version_code ON form_version (registration_id, verification_code)",
    "CREATE UNIQUE INDEX past_registration_document ON past_registration (kind, year, id_type, id_number_index)",
    "CREATE INDEX past_registration_archive ON past_registration (kind, year, archive_number)",
    "CREATE UNIQUE INDEX payment_order_one_open ON payment_order (registration_id) WHERE state = 'open'",
    "CREATE UNIQUE INDEX payment_order_idempotency ON payment_order (registration_id, idempotency_key)",
    "CREATE INDEX payment_order_open ON payment_order (opened_at) WHERE state = 'open'",
    "ALTER TABLE payment_order ADD CONSTRAINT payment_order_amount_positive CHECK (amount_fen > 0)",
    "CREATE SEQUENCE payment_order_sequence",
    "CREATE UNIQUE INDEX payment_transaction ON payment (platform, transaction_id)",
    "CREATE UNIQUE INDEX payment_one_counts ON payment (registration_id) WHERE counts",
    "ALTER TABLE payment ADD CONSTRAINT payment_amount_positive CHECK (amount_fen > 0)",
    "CREATE UNIQUE INDEX callback_event ON callback (platform, event_id)",
    "CREATE INDEX callback_waiting ON callback (id) WHERE processed_at IS NULL",
    "CREATE UNIQUE INDEX admit_number_current ON admit_number (registration_id) WHERE retired_at IS NULL",
    "ALTER TABLE admit_number ADD CONSTRAINT admit_number_14_digits CHECK (number ~ '^[0-9]{14}$')",
    "CREATE UNIQUE INDEX seat_used_once ON seat (session_id, room_id, number) WHERE freed_at IS NULL",
    "CREATE UNIQUE INDEX seat_one_a_session ON seat (registration_id, session_id) WHERE freed_at IS NULL",
    "ALTER TABLE seat ADD CONSTRAINT seat_two_digits CHECK (number BETWEEN 1 AND 99)",
    "ALTER TABLE staff_member ADD CONSTRAINT staff_member_scope CHECK (CASE level WHEN 'nation' THEN area_id "
    "IS NULL AND site_id IS NULL AND point_id IS NULL WHEN 'area' THEN area_id IS NOT NULL AND site_id IS "
    "NULL AND point_id IS NULL WHEN 'site' THEN area_id IS NOT NULL AND site_id IS NOT NULL AND point_id IS "
    "NULL WHEN 'point' THEN area_id IS NOT NULL AND site_id IS NOT NULL AND point_id IS NOT NULL END)",
    "CREATE INDEX event_waiting ON event (id) WHERE processed_at IS NULL",
    "CREATE FUNCTION audit_record_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
    "'the audit log only grows'; END $$",
    "CREATE TRIGGER audit_record_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record FOR EACH "
    "STATEMENT EXECUTE FUNCTION audit_record_only_grows()",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0001_initial")]

    operations = [ops.RunSQL(EXAMS), ops.RunSQL(PEOPLE)]
