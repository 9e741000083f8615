-- What migrations/0*.py do to an empty database. Written by scripts/schema.py, not by hand.
CREATE TABLE "tortoise_migrations" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "app" VARCHAR(255) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "applied_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_tortoise_mi_app_3803a5" UNIQUE ("app", "name")
);

-- 0001_initial
CREATE TABLE "area" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(32) NOT NULL UNIQUE,
    "code" VARCHAR(2) NOT NULL UNIQUE
);
COMMENT ON TABLE "area" IS '考区: a province, or 新疆兵团. `code` is GB/T 2260''s first two digits (兵团: 66), used in admit numbers.';
CREATE TABLE "audit_record" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "at" TIMESTAMPTZ NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "actor_kind" VARCHAR(16) NOT NULL,
    "actor_id" VARCHAR(64) NOT NULL,
    "address" VARCHAR(64),
    "act" VARCHAR(64) NOT NULL,
    "subject" VARCHAR(32) NOT NULL,
    "subject_id" VARCHAR(64) NOT NULL,
    "before" JSONB,
    "after" JSONB
);
CREATE INDEX "idx_audit_recor_subject_ab5ec7" ON "audit_record" ("subject", "subject_id");
COMMENT ON TABLE "audit_record" IS 'One act. `before` and `after` hold what changed, never a document number or a phone.';
CREATE TABLE "callback" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "platform" VARCHAR(16) NOT NULL,
    "event_id" VARCHAR(128) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "body" BYTEA NOT NULL,
    "headers" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL,
    "processed_at" TIMESTAMPTZ,
    "outcome" VARCHAR(64)
);
COMMENT ON TABLE "callback" IS 'What a platform sent, verified, exactly as it came; kept before it is acted on.';
CREATE TABLE "candidate" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "username" VARCHAR(32) NOT NULL,
    "username_key" VARCHAR(32) NOT NULL UNIQUE,
    "password_hash" VARCHAR(128) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "id_type" VARCHAR(24) NOT NULL,
    "id_number" BYTEA NOT NULL,
    "id_number_index" BYTEA NOT NULL,
    "phone" BYTEA NOT NULL,
    "recovery_question" VARCHAR(32) NOT NULL,
    "recovery_answer_hash" VARCHAR(128) NOT NULL,
    "identity_check" VARCHAR(8) NOT NULL,
    "education_check" VARCHAR(8) NOT NULL,
    "checked_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON COLUMN "candidate"."id_type" IS 'RESIDENT_ID_CARD: resident_id_card\nPASSPORT: passport\nHK_MACAU_PERMIT: hk_macau_permit\nTAIWAN_PERMIT: taiwan_permit\nMILITARY_ID: military_id';
COMMENT ON COLUMN "candidate"."identity_check" IS 'PENDING: pending\nPASSED: passed\nFAILED: failed';
COMMENT ON COLUMN "candidate"."education_check" IS 'PENDING: pending\nPASSED: passed\nFAILED: failed';
COMMENT ON TABLE "candidate" IS 'One account for one document number. The number and the phone are stored encrypted.';
CREATE TABLE "binding" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "platform" VARCHAR(16) NOT NULL,
    "app_id" VARCHAR(64) NOT NULL,
    "open_id" VARCHAR(128) NOT NULL,
    "union_id" VARCHAR(128),
    "bound_at" TIMESTAMPTZ NOT NULL,
    "last_used_at" TIMESTAMPTZ NOT NULL,
    "unbound_at" TIMESTAMPTZ,
    "candidate_id" UUID NOT NULL REFERENCES "candidate" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "binding" IS 'A platform''s account bound to a candidate. Ended ones stay, as the record of what was.';
CREATE TABLE "event" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL,
    "candidate_id" UUID,
    "subject_id" VARCHAR(64) NOT NULL,
    "payload" JSONB NOT NULL,
    "happened_at" TIMESTAMPTZ NOT NULL,
    "processed_at" TIMESTAMPTZ,
    "attempts" SMALLINT NOT NULL
);
COMMENT ON COLUMN "event"."name" IS 'subject:action, the action in the past';
COMMENT ON TABLE "event" IS 'One thing that happened. `payload` holds identifiers and outcomes, never personal data.';
CREATE TABLE "exam" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "code" VARCHAR(32) NOT NULL UNIQUE,
    "name" VARCHAR(128) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "year" SMALLINT NOT NULL,
    "exam_days" JSONB NOT NULL,
    "subjects" JSONB NOT NULL,
    "formats" JSONB NOT NULL,
    "mini_programs" JSONB NOT NULL,
    "rolling_years" SMALLINT NOT NULL,
    "eligibility_cutoff" DATE,
    "results_rule" JSONB,
    "after_auto_confirmation" VARCHAR(16) NOT NULL,
    "fresh_graduates_confirm_at" VARCHAR(16),
    "military" JSONB,
    "exam_day_timetable" JSONB NOT NULL,
    "sample" BOOL NOT NULL,
    "source" VARCHAR(256) NOT NULL,
    "version" INT NOT NULL
);
COMMENT ON TABLE "exam" IS 'One exam of one year, as the nation published it. `version` grows with every change of any of its layers.';
CREATE TABLE "area_policy" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "confirmation_mode" VARCHAR(8) NOT NULL,
    "auto_confirmation" BOOL NOT NULL,
    "after_auto_confirmation" VARCHAR(16),
    "payment_mode" VARCHAR(8) NOT NULL,
    "prices" JSONB NOT NULL,
    "materials" JSONB NOT NULL,
    "commitment_letter" BOOL NOT NULL,
    "frontline_exemption" BOOL NOT NULL,
    "sample" BOOL NOT NULL,
    "area_id" BIGINT NOT NULL REFERENCES "area" ("id") ON DELETE RESTRICT,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "area_policy" IS 'How one area holds one exam. `prices`: fen a subject by level, empty where none was published.';
CREATE TABLE "exam_session" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" SMALLINT NOT NULL,
    "subject" VARCHAR(32) NOT NULL,
    "specialities" JSONB NOT NULL,
    "starts_at" TIMESTAMPTZ NOT NULL,
    "ends_at" TIMESTAMPTZ NOT NULL,
    "sample" BOOL NOT NULL,
    "area_id" BIGINT REFERENCES "area" ("id") ON DELETE RESTRICT,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "exam_session" IS '场次: one subject, one sitting. `specialities`: the codes that sit it, empty for all of them.';
CREATE TABLE "past_registration" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(24) NOT NULL,
    "year" INT NOT NULL,
    "id_type" VARCHAR(24) NOT NULL,
    "id_number_index" BYTEA NOT NULL,
    "archive_number" VARCHAR(32) NOT NULL,
    "attendance" VARCHAR(8) NOT NULL,
    "qualified" BOOL NOT NULL,
    "passed_subjects" JSONB NOT NULL,
    "form" JSONB NOT NULL,
    "sample" BOOL NOT NULL
);
COMMENT ON TABLE "past_registration" IS 'Last year''s registration and what the exam said of it, as the national centre imported it.';
CREATE TABLE "session" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "platform" VARCHAR(16),
    "refresh_hash" BYTEA NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "ended_because" VARCHAR(32),
    "candidate_id" UUID NOT NULL REFERENCES "candidate" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "session" IS 'A family of refresh tokens, from one sign-in on. Only the newest token of the family is good.';
CREATE TABLE "site" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL,
    "code" VARCHAR(2) NOT NULL,
    "area_id" BIGINT NOT NULL REFERENCES "area" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "site" IS '考点: usually a city. `code` is two digits, unique in its area, used in admit numbers.';
CREATE TABLE "calendar_window" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "stage" VARCHAR(32) NOT NULL,
    "position" SMALLINT NOT NULL,
    "opens_at" TIMESTAMPTZ,
    "closes_at" TIMESTAMPTZ,
    "sample" BOOL NOT NULL,
    "source" VARCHAR(256) NOT NULL,
    "area_id" BIGINT REFERENCES "area" ("id") ON DELETE RESTRICT,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "calendar_window" IS 'One window of one stage as one layer gives it: half-open instants, an edge left out is null.';
CREATE TABLE "confirmation_point" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(128) NOT NULL,
    "phone" VARCHAR(32),
    "address" VARCHAR(256),
    "opens_at" TIMESTAMPTZ,
    "closes_at" TIMESTAMPTZ,
    "serves" JSONB NOT NULL,
    "hand_in" VARCHAR(8) NOT NULL,
    "sample" BOOL NOT NULL,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT NOT NULL REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "confirmation_point" IS '报名点: where candidates of a site confirm. `serves`: {unit, units, county, district, parent, default}.';
CREATE TABLE "confirmation_slot" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "position" SMALLINT NOT NULL,
    "day" DATE NOT NULL,
    "half" VARCHAR(16) NOT NULL,
    "opens_at" TIMESTAMPTZ NOT NULL,
    "closes_at" TIMESTAMPTZ NOT NULL,
    "serves" JSONB NOT NULL,
    "hand_in" VARCHAR(8) NOT NULL,
    "sample" BOOL NOT NULL,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT NOT NULL REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "confirmation_slot" IS 'A half day of a site''s confirmation place and whom it is for; `position` keeps the notice''s order.';
CREATE TABLE "exam_layer" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "part" VARCHAR(32) NOT NULL,
    "file" VARCHAR(128) NOT NULL,
    "text" TEXT NOT NULL,
    "accept_outside" BOOL NOT NULL,
    "area_id" BIGINT REFERENCES "area" ("id") ON DELETE RESTRICT,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "exam_layer" IS 'One published file as it was loaded: the text from which every other row of the exam is derived.';
CREATE TABLE "registration" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "state" VARCHAR(24) NOT NULL,
    "payment_state" VARCHAR(8) NOT NULL,
    "version" INT NOT NULL,
    "registration_number" VARCHAR(16)  UNIQUE,
    "verification_code" VARCHAR(8),
    "form" JSONB NOT NULL,
    "photo" VARCHAR(96),
    "auto_confirmation" JSONB,
    "rolls" BOOL NOT NULL,
    "reasons" JSONB NOT NULL,
    "forfeited_reason" VARCHAR(24),
    "confirmed_by" VARCHAR(8),
    "returned_by" VARCHAR(8),
    "supplement_until" TIMESTAMPTZ,
    "payment_due_since" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "submitted_at" TIMESTAMPTZ,
    "confirmed_at" TIMESTAMPTZ,
    "site_reviewed_at" TIMESTAMPTZ,
    "area_reviewed_at" TIMESTAMPTZ,
    "paid_at" TIMESTAMPTZ,
    "seated_at" TIMESTAMPTZ,
    "admit_card_downloaded_at" TIMESTAMPTZ,
    "candidate_id" UUID NOT NULL REFERENCES "candidate" ("id") ON DELETE RESTRICT,
    "confirmation_point_id" BIGINT REFERENCES "confirmation_point" ("id") ON DELETE RESTRICT,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "registration"."state" IS 'DRAFT: draft\nSUBMITTED: submitted\nCONFIRMATION_REJECTED: confirmation_rejected\nCONFIRMED: confirmed\nSITE_APPROVED: site_approved\nRETURNED: returned\nREJECTED: rejected\nAPPROVED: approved\nSEATED: seated\nFORFEITED: forfeited\nCANCELLED: cancelled';
COMMENT ON COLUMN "registration"."payment_state" IS 'NONE: none\nDUE: due\nPAID: paid\nREFUNDED: refunded';
COMMENT ON TABLE "registration" IS 'One candidate in one exam, ever: withdrawn or refused, it is the same one reopened.';
CREATE TABLE "admit_number" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" VARCHAR(14) NOT NULL UNIQUE,
    "issued_at" TIMESTAMPTZ NOT NULL,
    "retired_at" TIMESTAMPTZ,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "admit_number" IS 'A number given to a registration. Retired ones stay, so that none is ever used again.';
CREATE TABLE "form_version" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" INT NOT NULL,
    "verification_code" VARCHAR(8) NOT NULL,
    "form" JSONB NOT NULL,
    "photo" VARCHAR(96),
    "submitted_at" TIMESTAMPTZ NOT NULL,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "form_version" IS 'The form exactly as it was submitted, under the verification code printed on its paper.';
CREATE TABLE "payment_order" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "order_number" VARCHAR(32) NOT NULL UNIQUE,
    "platform" VARCHAR(16) NOT NULL,
    "open_id" VARCHAR(128) NOT NULL,
    "amount_fen" INT NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "idempotency_key" VARCHAR(64) NOT NULL,
    "prepay_id" VARCHAR(128),
    "opened_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "closed_at" TIMESTAMPTZ,
    "asked_at" TIMESTAMPTZ,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "payment_order"."state" IS 'OPEN: open\nPAID: paid\nCLOSED: closed';
COMMENT ON TABLE "payment_order" IS 'One order at one platform. `order_number` is the platform''s out_trade_no.';
CREATE TABLE "payment" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "platform" VARCHAR(16) NOT NULL,
    "transaction_id" VARCHAR(64) NOT NULL,
    "amount_fen" INT NOT NULL,
    "paid_at" TIMESTAMPTZ NOT NULL,
    "counts" BOOL NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "order_id" BIGINT NOT NULL REFERENCES "payment_order" ("id") ON DELETE RESTRICT,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "payment" IS 'Money that reached us for an order. One of a registration''s payments counts; another one is owed back.';
CREATE TABLE "seating_plan" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "seed" BIGINT NOT NULL,
    "candidates" INT NOT NULL,
    "adopted_at" TIMESTAMPTZ NOT NULL,
    "adopted_by" VARCHAR(64) NOT NULL,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT NOT NULL REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "seating_plan" IS 'One adopted arrangement of one site, with the seed that repeats it.';
CREATE TABLE "site_policy" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "payment_mode" VARCHAR(8),
    "phone" VARCHAR(32),
    "confirmation_place" VARCHAR(128),
    "materials" JSONB NOT NULL,
    "sample" BOOL NOT NULL,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT NOT NULL REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "site_policy" IS 'What one site of an exam adds to its area''s policy, or holds otherwise.';
CREATE TABLE "speciality" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(32) NOT NULL,
    "code" VARCHAR(8) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "level" VARCHAR(16) NOT NULL,
    "subjects" JSONB NOT NULL,
    "sample" BOOL NOT NULL
);
COMMENT ON TABLE "speciality" IS '专业: what of it is examined at which level. `code` belongs to one level of one speciality.';
CREATE TABLE "staff_member" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "username" VARCHAR(32) NOT NULL UNIQUE,
    "name" VARCHAR(64) NOT NULL,
    "level" VARCHAR(8) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "area_id" BIGINT REFERENCES "area" ("id") ON DELETE RESTRICT,
    "point_id" BIGINT REFERENCES "confirmation_point" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "staff_member"."level" IS 'POINT: point\nSITE: site\nAREA: area\nNATION: nation';
COMMENT ON TABLE "staff_member" IS 'Somebody who acts for an office. How they sign in is not kept here.';
CREATE TABLE "used_token" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "expires_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "used_token" IS 'A token that serves once (a binding token) and has served, until it would have expired anyway.';
CREATE TABLE "venue" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" SMALLINT NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "address" VARCHAR(256) NOT NULL,
    "sample" BOOL NOT NULL,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT NOT NULL REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "venue" IS '考场: a building with an address. `number` is the two digits of the admit number, 1 to 99.';
CREATE TABLE "room" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" SMALLINT NOT NULL,
    "capacity" SMALLINT NOT NULL,
    "venue_id" BIGINT NOT NULL REFERENCES "venue" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "room" IS '试室: 1 to 99 seats, since a seat has two digits in the admit number.';
CREATE TABLE "seat" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" SMALLINT NOT NULL,
    "freed_at" TIMESTAMPTZ,
    "plan_id" BIGINT NOT NULL REFERENCES "seating_plan" ("id") ON DELETE RESTRICT,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT,
    "room_id" BIGINT NOT NULL REFERENCES "room" ("id") ON DELETE RESTRICT,
    "session_id" BIGINT NOT NULL REFERENCES "exam_session" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "seat" IS 'One candidate''s seat in one session. A freed seat stays empty: its admit number is never used again.';
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0001_initial', now());

-- 0002_constraints
ALTER TABLE area ADD CONSTRAINT area_code_digits CHECK (code ~ '^[0-9]{2}$');
ALTER TABLE site ADD CONSTRAINT site_code_digits CHECK (code ~ '^[0-9]{2}$');
CREATE UNIQUE INDEX site_area_name ON site (area_id, name) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX site_area_code ON site (area_id, code) NULLS NOT DISTINCT;
ALTER TABLE exam ADD CONSTRAINT exam_year_plausible CHECK (year BETWEEN 2000 AND 2100);
ALTER TABLE exam ADD CONSTRAINT exam_after_auto_confirmation_word CHECK (after_auto_confirmation IN ('payment', 'site_review', 'review'));
CREATE UNIQUE INDEX exam_kind_year ON exam (kind, year) NULLS NOT DISTINCT;
ALTER TABLE exam_layer ADD CONSTRAINT exam_layer_area_of_site CHECK (site_id IS NULL OR area_id IS NOT NULL);
CREATE UNIQUE INDEX exam_layer_place ON exam_layer (exam_id, area_id, site_id, part) NULLS NOT DISTINCT;
ALTER TABLE area_policy ADD CONSTRAINT area_policy_modes CHECK (confirmation_mode IN ('onsite', 'online') AND payment_mode IN ('onsite', 'online'));
ALTER TABLE area_policy ADD CONSTRAINT area_policy_after_auto_confirmation_word CHECK (after_auto_confirmation IS NULL OR after_auto_confirmation IN ('payment', 'site_review', 'review'));
CREATE UNIQUE INDEX area_policy_exam_area ON area_policy (exam_id, area_id) NULLS NOT DISTINCT;
ALTER TABLE site_policy ADD CONSTRAINT site_policy_payment_mode_word CHECK (payment_mode IS NULL OR payment_mode IN ('onsite', 'online'));
CREATE UNIQUE INDEX site_policy_exam_site ON site_policy (exam_id, site_id) NULLS NOT DISTINCT;
ALTER TABLE calendar_window ADD CONSTRAINT calendar_window_area_of_site CHECK (site_id IS NULL OR area_id IS NOT NULL);
ALTER TABLE calendar_window ADD CONSTRAINT calendar_window_edges CHECK (coalesce(opens_at, closes_at) IS NOT NULL AND (opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at));
CREATE UNIQUE INDEX calendar_window_place ON calendar_window (exam_id, area_id, site_id, stage, position) NULLS NOT DISTINCT;
ALTER TABLE confirmation_point ADD CONSTRAINT confirmation_point_edges CHECK (opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at);
ALTER TABLE confirmation_point ADD CONSTRAINT confirmation_point_hand_in_word CHECK (hand_in IN ('self', 'unit'));
CREATE UNIQUE INDEX confirmation_point_exam_site_name ON confirmation_point (exam_id, site_id, name) NULLS NOT DISTINCT;
ALTER TABLE confirmation_slot ADD CONSTRAINT confirmation_slot_edges CHECK (opens_at < closes_at);
ALTER TABLE confirmation_slot ADD CONSTRAINT confirmation_slot_hand_in_word CHECK (hand_in IN ('self', 'unit'));
ALTER TABLE confirmation_slot ADD CONSTRAINT confirmation_slot_half_word CHECK (half IN ('morning', 'afternoon', 'all_day'));
CREATE UNIQUE INDEX confirmation_slot_exam_site_position ON confirmation_slot (exam_id, site_id, position) NULLS NOT DISTINCT;
ALTER TABLE speciality ADD CONSTRAINT speciality_level_word CHECK (level IN ('junior', 'intermediate'));
CREATE UNIQUE INDEX speciality_kind_code ON speciality (kind, code) NULLS NOT DISTINCT;
ALTER TABLE exam_session ADD CONSTRAINT exam_session_edges CHECK (number > 0 AND starts_at < ends_at);
CREATE UNIQUE INDEX exam_session_exam_area_number ON exam_session (exam_id, area_id, number) NULLS NOT DISTINCT;
ALTER TABLE venue ADD CONSTRAINT venue_number_two_digits CHECK (number BETWEEN 1 AND 99);
CREATE UNIQUE INDEX venue_exam_site_number ON venue (exam_id, site_id, number) NULLS NOT DISTINCT;
ALTER TABLE room ADD CONSTRAINT room_number_three_digits CHECK (number BETWEEN 1 AND 999);
ALTER TABLE room ADD CONSTRAINT room_capacity_two_digits CHECK (capacity BETWEEN 1 AND 99);
CREATE UNIQUE INDEX room_venue_number ON room (venue_id, number) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX candidate_document ON candidate (id_type, id_number_index);
CREATE UNIQUE INDEX binding_platform_account ON binding (platform, app_id, open_id) WHERE unbound_at IS NULL;
CREATE UNIQUE INDEX binding_candidate_platform ON binding (candidate_id, platform) WHERE unbound_at IS NULL;
CREATE INDEX session_candidate ON session (candidate_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX registration_candidate_exam ON registration (candidate_id, exam_id);
CREATE INDEX registration_work_list ON registration (exam_id, site_id, state);
ALTER TABLE registration ADD CONSTRAINT registration_submitted_has_codes CHECK (state IN ('draft', 'forfeited') OR (registration_number IS NOT NULL AND verification_code IS NOT NULL));
ALTER TABLE registration ADD CONSTRAINT registration_forfeited_says_why CHECK ((state = 'forfeited') = (forfeited_reason IS NOT NULL));
ALTER TABLE registration ADD CONSTRAINT registration_confirmed_says_by_whom CHECK (state NOT IN ('confirmed', 'site_approved', 'approved', 'seated') OR confirmed_by IS NOT NULL);
ALTER TABLE registration ADD CONSTRAINT registration_seated_is_paid CHECK (state <> 'seated' OR payment_state = 'paid');
ALTER TABLE registration ADD CONSTRAINT registration_version_positive CHECK (version > 0);
CREATE SEQUENCE registration_number_sequence;
CREATE UNIQUE INDEX form_version_number ON form_version (registration_id, number);
CREATE UNIQUE INDEX form_version_code ON form_version (registration_id, verification_code);
CREATE UNIQUE INDEX past_registration_document ON past_registration (kind, year, id_type, id_number_index);
CREATE INDEX past_registration_archive ON past_registration (kind, year, archive_number);
CREATE UNIQUE INDEX payment_order_one_open ON payment_order (registration_id) WHERE state = 'open';
CREATE UNIQUE INDEX payment_order_idempotency ON payment_order (registration_id, idempotency_key);
CREATE INDEX payment_order_open ON payment_order (opened_at) WHERE state = 'open';
ALTER TABLE payment_order ADD CONSTRAINT payment_order_amount_positive CHECK (amount_fen > 0);
CREATE SEQUENCE payment_order_sequence;
CREATE UNIQUE INDEX payment_transaction ON payment (platform, transaction_id);
CREATE UNIQUE INDEX payment_one_counts ON payment (registration_id) WHERE counts;
ALTER TABLE payment ADD CONSTRAINT payment_amount_positive CHECK (amount_fen > 0);
CREATE UNIQUE INDEX callback_event ON callback (platform, event_id);
CREATE INDEX callback_waiting ON callback (id) WHERE processed_at IS NULL;
CREATE UNIQUE INDEX admit_number_current ON admit_number (registration_id) WHERE retired_at IS NULL;
ALTER TABLE admit_number ADD CONSTRAINT admit_number_14_digits CHECK (number ~ '^[0-9]{14}$');
CREATE UNIQUE INDEX seat_used_once ON seat (session_id, room_id, number) WHERE freed_at IS NULL;
CREATE UNIQUE INDEX seat_one_a_session ON seat (registration_id, session_id) WHERE freed_at IS NULL;
ALTER TABLE seat ADD CONSTRAINT seat_two_digits CHECK (number BETWEEN 1 AND 99);
ALTER TABLE staff_member ADD CONSTRAINT staff_member_scope CHECK (CASE level WHEN 'nation' THEN area_id IS NULL AND site_id IS NULL AND point_id IS NULL WHEN 'area' THEN area_id IS NOT NULL AND site_id IS NULL AND point_id IS NULL WHEN 'site' THEN area_id IS NOT NULL AND site_id IS NOT NULL AND point_id IS NULL WHEN 'point' THEN area_id IS NOT NULL AND site_id IS NOT NULL AND point_id IS NOT NULL END);
CREATE INDEX event_waiting ON event (id) WHERE processed_at IS NULL;
CREATE FUNCTION audit_record_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$;
CREATE TRIGGER audit_record_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION audit_record_only_grows();
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0002_constraints', now());

-- 0003_jobs
-- Procrastinate Schema

DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
EXCEPTION
    WHEN OTHERS THEN
        -- On managed PostgreSQL services (e.g. Azure Database for PostgreSQL, Amazon RDS,
        -- Google Cloud SQL), CREATE EXTENSION may fail with various error codes:
        -- insufficient_privilege, feature_not_supported, or provider-specific errors.
        -- Before ignoring, verify the extension actually exists — if it does not exist
        -- and cannot be created, re-raise so the failure is explicit.
        IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'plpgsql') THEN
            RAISE NOTICE 'plpgsql extension already exists, skipping creation.';
        ELSE
            RAISE;
        END IF;
END;
$$;

-- Enums

CREATE TYPE procrastinate_job_status AS ENUM (
    'todo',  -- The job is queued
    'doing',  -- The job has been fetched by a worker
    'succeeded',  -- The job ended successfully
    'failed',  -- The job ended with an error
    'cancelled', -- The job was cancelled
    'aborting',  -- legacy, not used anymore since v3.0.0
    'aborted'  -- The job was aborted
);

CREATE TYPE procrastinate_job_event_type AS ENUM (
    'deferred',  -- Job created, in todo
    'started',  -- todo -> doing
    'deferred_for_retry',  -- doing -> todo
    'failed',  -- doing -> failed
    'succeeded',  -- doing -> succeeded
    'cancelled', -- todo -> cancelled
    'abort_requested', -- not a state transition, but set in a separate field
    'aborted', -- doing -> aborted (only allowed when abort_requested field is set)
    'scheduled', -- not a state transition, but recording when a task is scheduled for
    'retried' -- Manually retried failed job
);

-- Composite Types

CREATE TYPE procrastinate_job_to_defer_v1 AS (
    queue_name character varying,
    task_name character varying,
    priority integer,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
);

-- Tables

CREATE TABLE procrastinate_workers(
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    last_heartbeat timestamp with time zone NOT NULL DEFAULT NOW()
);

CREATE TABLE procrastinate_jobs (
    id bigserial PRIMARY KEY,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    lock text,
    queueing_lock text,
    args jsonb DEFAULT '{}' NOT NULL,
    status procrastinate_job_status DEFAULT 'todo'::procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone NULL,
    attempts integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint REFERENCES procrastinate_workers(id) ON DELETE SET NULL,
    CONSTRAINT check_not_todo_abort_requested CHECK (NOT (status = 'todo' AND abort_requested = true))
);

CREATE TABLE procrastinate_periodic_defers (
    id bigserial PRIMARY KEY,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint REFERENCES procrastinate_jobs(id) NULL,
    periodic_id character varying(128) NOT NULL DEFAULT '',
    CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp)
);

CREATE TABLE procrastinate_events (
    id bigserial PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES procrastinate_jobs ON DELETE CASCADE,
    type procrastinate_job_event_type,
    at timestamp with time zone DEFAULT NOW() NULL
);

-- Constraints & Indices

-- this prevents from having several jobs with the same queueing lock in the "todo" state
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON procrastinate_jobs (queueing_lock) WHERE status = 'todo';
-- this prevents from having several jobs with the same lock in the "doing" state
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON procrastinate_jobs (lock) WHERE status = 'doing';

-- Index for select_stalled_jobs_by_heartbeat query
CREATE INDEX idx_procrastinate_jobs_worker_not_null ON procrastinate_jobs(worker_id) WHERE worker_id IS NOT NULL AND status = 'doing'::procrastinate_job_status;

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON procrastinate_jobs(queue_name);
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON procrastinate_jobs (id, lock) WHERE status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status]);
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON procrastinate_jobs(priority desc, id asc) WHERE (status = 'todo'::procrastinate_job_status);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON procrastinate_events(job_id);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON procrastinate_periodic_defers(job_id);

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON procrastinate_workers(last_heartbeat);

-- Functions
CREATE FUNCTION procrastinate_defer_jobs_v1(
    jobs procrastinate_job_to_defer_v1[]
)
    RETURNS bigint[]
    LANGUAGE plpgsql
AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION procrastinate_defer_periodic_job_v2(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _priority integer,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE FUNCTION procrastinate_fetch_job_v2(
    target_queue_names character varying[],
    p_worker_id bigint
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION procrastinate_finish_job_v1(job_id bigint, end_status procrastinate_job_status, delete_job boolean)
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION procrastinate_retry_job_v1(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION procrastinate_retry_job_v2(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION procrastinate_notify_queue_job_inserted_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_notify_queue_abort_job_v1()
RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_function_status_events_insert_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_function_status_events_update_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_function_scheduled_events_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_abort_requested_events_procedure_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_unlink_periodic_defers_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION procrastinate_register_worker_v1()
    RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION procrastinate_unregister_worker_v1(worker_id bigint)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION procrastinate_update_heartbeat_v1(worker_id bigint)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat float)
    RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

-- Triggers

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1
    AFTER UPDATE OF abort_requested ON procrastinate_jobs
    FOR EACH ROW WHEN ((old.abort_requested = false AND new.abort_requested = true AND new.status = 'doing'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1
    AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW
    EXECUTE PROCEDURE procrastinate_trigger_function_status_events_update_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1
    AFTER UPDATE OR INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.scheduled_at IS NOT NULL AND new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1
    AFTER UPDATE OF abort_requested ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.abort_requested = true))
    EXECUTE PROCEDURE procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1
    BEFORE DELETE ON procrastinate_jobs
    FOR EACH ROW EXECUTE PROCEDURE procrastinate_unlink_periodic_defers_v1();
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0003_jobs', now());

-- 0004_inquiries
CREATE TABLE "face_login" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "platform" VARCHAR(16) NOT NULL,
    "app_id" VARCHAR(64) NOT NULL,
    "open_id" VARCHAR(128) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "id_type" VARCHAR(24) NOT NULL,
    "id_number" BYTEA NOT NULL,
    "id_number_index" BYTEA NOT NULL,
    "certificate" VARCHAR(512),
    "state" VARCHAR(8) NOT NULL,
    "outcome" VARCHAR(16),
    "begun_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "completed_at" TIMESTAMPTZ
);
COMMENT ON COLUMN "face_login"."id_type" IS 'RESIDENT_ID_CARD: resident_id_card\nPASSPORT: passport\nHK_MACAU_PERMIT: hk_macau_permit\nTAIWAN_PERMIT: taiwan_permit\nMILITARY_ID: military_id';
COMMENT ON COLUMN "face_login"."state" IS 'BEGUN: begun\nPASSED: passed\nFAILED: failed';
COMMENT ON TABLE "face_login" IS 'A platform''s certificate for one face, one person and one purpose, used once. All times are real time.';
CREATE TABLE "inquiry" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "kind" VARCHAR(24) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "opened_at" TIMESTAMPTZ NOT NULL,
    "waiting_since" TIMESTAMPTZ,
    "closed_at" TIMESTAMPTZ,
    "candidate_id" UUID REFERENCES "candidate" ("id") ON DELETE RESTRICT,
    "registration_id" UUID REFERENCES "registration" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT NOT NULL REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "inquiry"."kind" IS 'QUESTION: question\nACCOUNT_CHANGE: account_change\nACCOUNT_RECOVERY: account_recovery';
COMMENT ON COLUMN "inquiry"."state" IS 'OPEN: open\nANSWERED: answered\nCLOSED: closed';
COMMENT ON TABLE "inquiry" IS 'One matter in the inbox of one site. `candidate`: who asks, where they were signed in; a request for an account';
CREATE TABLE "account_recovery" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL,
    "id_type" VARCHAR(24) NOT NULL,
    "id_number" BYTEA NOT NULL,
    "id_number_index" BYTEA NOT NULL,
    "phone" BYTEA NOT NULL,
    "platform" VARCHAR(16) NOT NULL,
    "app_id" VARCHAR(64) NOT NULL,
    "open_id" VARCHAR(128) NOT NULL,
    "asked_on" DATE NOT NULL,
    "trail" JSONB NOT NULL,
    "inquiry_id" UUID NOT NULL UNIQUE REFERENCES "inquiry" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "account_recovery"."id_type" IS 'RESIDENT_ID_CARD: resident_id_card\nPASSPORT: passport\nHK_MACAU_PERMIT: hk_macau_permit\nTAIWAN_PERMIT: taiwan_permit\nMILITARY_ID: military_id';
COMMENT ON TABLE "account_recovery" IS 'What somebody who can''t get into their account said of themselves, and what they had tried before. `asked_on` is';
CREATE TABLE "documents_seen" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "seen_at" TIMESTAMPTZ NOT NULL,
    "inquiry_id" UUID NOT NULL REFERENCES "inquiry" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "documents_seen" IS 'A member of the site has had the documents before them and found them to be the person''s.';
CREATE TABLE "inquiry_message" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "author" VARCHAR(16) NOT NULL,
    "author_id" VARCHAR(64),
    "text" TEXT NOT NULL,
    "client_message_id" VARCHAR(64),
    "written_at" TIMESTAMPTZ NOT NULL,
    "inquiry_id" UUID NOT NULL REFERENCES "inquiry" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "inquiry_message"."author" IS 'CANDIDATE: candidate\nSTAFF: staff\nSYSTEM: system';
COMMENT ON TABLE "inquiry_message" IS 'One message, in the order of `id`. `client_message_id` makes a repeat harmless.';
CREATE TABLE "recovery_attempt" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "way" VARCHAR(16) NOT NULL,
    "login_index" BYTEA NOT NULL,
    "candidate_id" UUID,
    "at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "recovery_attempt" IS 'A way back that was tried and failed, for whoever is asked to help later. `at` is real time.';
CREATE TABLE "recovery_code" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "code_hash" VARCHAR(128) NOT NULL,
    "issued_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "candidate_id" UUID NOT NULL REFERENCES "candidate" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "recovery_code" IS 'A one-time code that a test site gave out. `ended_at`: used, or replaced by a newer one. Times are real time.';
ALTER TABLE face_login ADD CONSTRAINT face_login_ended_says_when CHECK ((state = 'begun') = (completed_at IS NULL));
CREATE INDEX face_login_failed_user ON face_login (platform, app_id, open_id, completed_at) WHERE state = 'failed';
CREATE INDEX face_login_failed_document ON face_login (id_type, id_number_index, completed_at) WHERE state = 'failed';
CREATE INDEX face_login_document ON face_login (id_number_index, begun_at);
CREATE UNIQUE INDEX recovery_code_one_live ON recovery_code (candidate_id) WHERE ended_at IS NULL;
CREATE INDEX recovery_attempt_login ON recovery_attempt (login_index, at);
CREATE INDEX recovery_attempt_candidate ON recovery_attempt (candidate_id, at);
ALTER TABLE inquiry ADD CONSTRAINT inquiry_closed_says_when CHECK ((state = 'closed') = (closed_at IS NOT NULL));
CREATE INDEX inquiry_inbox ON inquiry (site_id, waiting_since) WHERE state = 'open';
CREATE INDEX inquiry_candidate ON inquiry (candidate_id);
CREATE INDEX inquiry_message_log ON inquiry_message (inquiry_id, id);
CREATE UNIQUE INDEX inquiry_message_once ON inquiry_message (inquiry_id, client_message_id);
CREATE UNIQUE INDEX account_recovery_one_a_day ON account_recovery (platform, app_id, open_id, asked_on);
CREATE UNIQUE INDEX documents_seen_once ON documents_seen (inquiry_id, member_id);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0004_inquiries', now());

-- 0005_refunds
CREATE TABLE "refund" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "refund_number" VARCHAR(32) NOT NULL UNIQUE,
    "platform" VARCHAR(16) NOT NULL,
    "amount_fen" INT NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "asked_by" VARCHAR(64) NOT NULL,
    "asked_at" TIMESTAMPTZ NOT NULL,
    "decided_by" VARCHAR(64),
    "decided_at" TIMESTAMPTZ,
    "decision_reason" VARCHAR(200),
    "refund_id" VARCHAR(64),
    "standing" VARCHAR(16),
    "said" VARCHAR(64),
    "due_at" TIMESTAMPTZ,
    "tries" SMALLINT NOT NULL,
    "succeeded_at" TIMESTAMPTZ,
    "payment_id" BIGINT NOT NULL REFERENCES "payment" ("id") ON DELETE RESTRICT,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "refund"."kind" IS 'SURPLUS: surplus\nREJECTED: rejected\nREQUESTED: requested';
COMMENT ON COLUMN "refund"."state" IS 'ASKED: asked\nAPPROVED: approved\nDECLINED: declined\nSENT: sent\nSUCCEEDED: succeeded\nFAILED: failed';
COMMENT ON TABLE "refund" IS 'A whole payment on its way back. `refund_number` is what the platform knows it by: ours, and never reused.';
ALTER TABLE "callback" ADD COLUMN "door" VARCHAR(16) NOT NULL DEFAULT 'payments';
ALTER TABLE "payment" ADD COLUMN "given_back_at" TIMESTAMPTZ;
CREATE SEQUENCE refund_sequence;
CREATE UNIQUE INDEX refund_one_living ON refund (payment_id) WHERE state IN ('asked', 'approved', 'sent', 'succeeded');
CREATE INDEX refund_due ON refund (due_at) WHERE state IN ('approved', 'sent');
CREATE INDEX refund_registration ON refund (registration_id, id);
CREATE INDEX refund_platform_id ON refund (platform, refund_id);
ALTER TABLE refund ADD CONSTRAINT refund_amount_positive CHECK (amount_fen > 0);
ALTER TABLE refund ADD CONSTRAINT refund_decided_says_when CHECK ((state = 'asked') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL));
ALTER TABLE refund ADD CONSTRAINT refund_declined_says_why CHECK (state <> 'declined' OR coalesce(decision_reason, '') <> '');
ALTER TABLE refund ADD CONSTRAINT refund_says_why CHECK (reason <> '');
ALTER TABLE refund ADD CONSTRAINT refund_succeeded_says_when CHECK ((state = 'succeeded') = (succeeded_at IS NOT NULL));
ALTER TABLE refund ADD CONSTRAINT refund_under_way_is_due CHECK (state NOT IN ('approved', 'sent') OR due_at IS NOT NULL);
DROP INDEX payment_one_counts;
CREATE UNIQUE INDEX payment_one_counts ON payment (registration_id) WHERE counts AND given_back_at IS NULL;
CREATE INDEX payment_surplus ON payment (id) WHERE NOT counts AND given_back_at IS NULL;
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0005_refunds', now());

-- 0006_bills
CREATE TABLE "reconciliation" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "platform" VARCHAR(16) NOT NULL,
    "day" DATE NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "attempts" INT NOT NULL,
    "try_at" TIMESTAMPTZ NOT NULL,
    "trouble" VARCHAR(64),
    "payments" INT NOT NULL,
    "payments_fen" BIGINT NOT NULL,
    "refunds" INT NOT NULL,
    "refunds_fen" BIGINT NOT NULL,
    "done_at" TIMESTAMPTZ
);
COMMENT ON COLUMN "reconciliation"."state" IS 'WAITING: waiting\nDONE: done';
COMMENT ON TABLE "reconciliation" IS 'One platform''s bill of one day beside our books. `day` is exam time''s; `try_at` and `done_at` are real time.';
CREATE TABLE "bill_difference" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(32) NOT NULL,
    "order_number" VARCHAR(64) NOT NULL,
    "transaction_id" VARCHAR(64),
    "refund_number" VARCHAR(64),
    "theirs_fen" BIGINT,
    "ours_fen" BIGINT,
    "asked_at" TIMESTAMPTZ,
    "outcome" VARCHAR(64),
    "settled_at" TIMESTAMPTZ,
    "reconciliation_id" BIGINT NOT NULL REFERENCES "reconciliation" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "bill_difference"."kind" IS 'UNKNOWN_ORDER: unknown_order\nORDER_DIFFERS: order_differs\nAMOUNT_DIFFERS: amount_differs\nMISSING_HERE: missing_here\nMISSING_THERE: missing_there\nREPEATED: repeated\nREFUND_UNKNOWN_ORDER: refund_unknown_order\nREFUND_ORDER_DIFFERS: refund_order_differs\nREFUND_AMOUNT_DIFFERS: refund_amount_differs\nREFUND_MISSING_HERE: refund_missing_here\nREFUND_MISSING_THERE: refund_missing_there\nREFUND_REPEATED: refund_repeated';
COMMENT ON TABLE "bill_difference" IS 'One thing in which a bill and our books didn''t agree, and what came of it.';
CREATE UNIQUE INDEX reconciliation_once ON reconciliation (platform, day);
CREATE INDEX reconciliation_waiting ON reconciliation (try_at) WHERE state = 'waiting';
ALTER TABLE reconciliation ADD CONSTRAINT reconciliation_done_says_when CHECK ((state = 'done') = (done_at IS NOT NULL));
ALTER TABLE bill_difference ADD CONSTRAINT bill_difference_has_a_side CHECK (coalesce(theirs_fen, ours_fen) IS NOT NULL);
CREATE INDEX bill_difference_reconciliation ON bill_difference (reconciliation_id);
CREATE INDEX bill_difference_to_ask ON bill_difference (id) WHERE outcome IS NULL;
CREATE INDEX payment_paid ON payment (platform, paid_at);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0006_bills', now());

-- 0007_messages
CREATE TABLE "chat" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "platform" VARCHAR(16) NOT NULL,
    "app_id" VARCHAR(64) NOT NULL,
    "open_id" VARCHAR(128) NOT NULL,
    "asked" VARCHAR(8),
    "said_at" TIMESTAMPTZ,
    "answers_left" SMALLINT NOT NULL,
    "entered_at" TIMESTAMPTZ,
    "entry_answers_left" SMALLINT NOT NULL,
    "area_id" BIGINT REFERENCES "area" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "chat"."asked" IS 'AREA: area\nSITE: site';
COMMENT ON TABLE "chat" IS 'One platform user''s customer-service chat.';
CREATE TABLE "chat_delivery" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "state" VARCHAR(8) NOT NULL,
    "reason" VARCHAR(32),
    "attempts" SMALLINT NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "claimed_at" TIMESTAMPTZ,
    "settled_at" TIMESTAMPTZ,
    "chat_id" BIGINT NOT NULL REFERENCES "chat" ("id") ON DELETE RESTRICT,
    "message_id" BIGINT NOT NULL UNIQUE REFERENCES "inquiry_message" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "chat_delivery"."state" IS 'WAITING: waiting\nSENDING: sending\nSENT: sent\nREFUSED: refused\nUNKNOWN: unknown';
COMMENT ON TABLE "chat_delivery" IS 'One message on its way into a chat: claimed by one worker, sent at most once. Times are real time.';
CREATE TABLE "pushed_message" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "platform" VARCHAR(16) NOT NULL,
    "app_id" VARCHAR(64) NOT NULL,
    "open_id" VARCHAR(128) NOT NULL,
    "event_id" VARCHAR(255) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "content" JSONB NOT NULL,
    "sent_at" TIMESTAMPTZ NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL,
    "processed_at" TIMESTAMPTZ,
    "outcome" VARCHAR(32)
);
COMMENT ON TABLE "pushed_message" IS 'What a platform pushed, verified; kept under its unique id before it is acted on.';
ALTER TABLE "inquiry" ALTER COLUMN "site_id" DROP NOT NULL;
ALTER TABLE "inquiry" ADD COLUMN "chat_id" BIGINT REFERENCES "chat" ("id") ON DELETE RESTRICT;
ALTER TABLE "inquiry" ADD COLUMN "opening_key" VARCHAR(64);
ALTER TABLE "inquiry_message" ADD COLUMN "picture" VARCHAR(96);
CREATE UNIQUE INDEX chat_user ON chat (platform, app_id, open_id);
ALTER TABLE chat ADD CONSTRAINT chat_asked_for_site_knows_area CHECK (asked <> 'site' OR area_id IS NOT NULL);
ALTER TABLE chat ADD CONSTRAINT chat_answers_left_counted CHECK (answers_left >= 0 AND entry_answers_left >= 0);
CREATE UNIQUE INDEX pushed_message_event ON pushed_message (platform, app_id, event_id);
CREATE UNIQUE INDEX chat_delivery_one_sending ON chat_delivery (chat_id) WHERE state = 'sending';
CREATE INDEX chat_delivery_waiting ON chat_delivery (chat_id, id) WHERE state = 'waiting';
ALTER TABLE chat_delivery ADD CONSTRAINT chat_delivery_settled_says_when CHECK ((state IN ('waiting', 'sending')) = (settled_at IS NULL));
ALTER TABLE inquiry ADD CONSTRAINT inquiry_has_site CHECK (site_id IS NOT NULL OR kind = 'question');
CREATE UNIQUE INDEX inquiry_one_a_chat ON inquiry (chat_id) WHERE state <> 'closed';
CREATE UNIQUE INDEX inquiry_opened_once ON inquiry (candidate_id, opening_key);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0007_messages', now());

-- 0008_deadlines
CREATE TABLE "overdue_review" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "closes_at" TIMESTAMPTZ NOT NULL,
    "registrations" INT NOT NULL,
    "told_at" TIMESTAMPTZ NOT NULL,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT NOT NULL REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "overdue_review" IS 'A site whose candidates weren''t all reviewed when the area''s review was over, as its staff were told, once.';
ALTER TABLE "registration" ADD COLUMN "forfeited_from" VARCHAR(24);
ALTER TABLE registration ADD CONSTRAINT registration_forfeited_reason_word CHECK (forfeited_reason IN ('not_confirmed', 'not_supplemented', 'not_paid'));
ALTER TABLE registration ADD CONSTRAINT registration_forfeited_from_with_it CHECK (forfeited_from IS NULL OR state = 'forfeited');
ALTER TABLE registration ADD CONSTRAINT registration_returned_says_until CHECK (state <> 'returned' OR (supplement_until IS NOT NULL AND returned_by IS NOT NULL));
ALTER TABLE registration ADD CONSTRAINT registration_returned_by_word CHECK (returned_by IN ('site', 'area'));
CREATE INDEX registration_to_confirm ON registration (exam_id, (coalesce(form #>> '{registration,area}', '')), (coalesce(form #>> '{registration,site}', ''))) WHERE state IN ('draft', 'submitted', 'confirmation_rejected');
CREATE INDEX registration_to_pay ON registration (exam_id, (coalesce(form #>> '{registration,area}', '')), (coalesce(form #>> '{registration,site}', ''))) WHERE state = 'approved' AND payment_state = 'due';
CREATE INDEX registration_forfeited ON registration (exam_id, (coalesce(form #>> '{registration,area}', '')), (coalesce(form #>> '{registration,site}', ''))) WHERE state = 'forfeited';
CREATE INDEX registration_to_supplement ON registration (supplement_until) WHERE state = 'returned';
CREATE UNIQUE INDEX overdue_review_once ON overdue_review (exam_id, site_id, closes_at);
ALTER TABLE overdue_review ADD CONSTRAINT overdue_review_somebody_waits CHECK (registrations > 0);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0008_deadlines', now());

-- 0009_results
CREATE TABLE "result" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "admit_number" VARCHAR(14) NOT NULL,
    "archive_number" VARCHAR(32),
    "marks" JSONB NOT NULL,
    "rolled" JSONB NOT NULL,
    "rolls_on" JSONB NOT NULL,
    "qualified" BOOL NOT NULL,
    "sample" BOOL NOT NULL,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "result" IS 'What one exam said of one candidate. `rolled`: last year''s marks that count; `rolls_on`: subjects for next.';
CREATE TABLE "results_publication" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "publish_at" TIMESTAMPTZ NOT NULL,
    "report_until" TIMESTAMPTZ,
    "set_at" TIMESTAMPTZ NOT NULL,
    "set_by" VARCHAR(64) NOT NULL,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "results_publication" IS 'When an exam''s results may be seen, and until when the score report may be downloaded. Both are exam time.';
CREATE TABLE "score_merge" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "evidence" JSONB NOT NULL,
    "merged_at" TIMESTAMPTZ NOT NULL,
    "merged_by" VARCHAR(64) NOT NULL,
    "past_id" BIGINT NOT NULL REFERENCES "past_registration" ("id") ON DELETE RESTRICT,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "score_merge" IS '成绩合并: a site''s act that ties last year''s record to a registration under another document.';
ALTER TABLE "past_registration" ADD COLUMN "id_number" BYTEA;
ALTER TABLE "past_registration" ADD COLUMN "marks" JSONB;
UPDATE past_registration SET marks = '[]';
ALTER TABLE "past_registration" ALTER COLUMN "marks" SET NOT NULL;
ALTER TABLE "registration" ADD COLUMN "score_merge" VARCHAR(8);
CREATE UNIQUE INDEX result_registration ON result (registration_id);
CREATE INDEX result_exam ON result (exam_id);
ALTER TABLE result ADD CONSTRAINT result_admit_number_14_digits CHECK (admit_number ~ '^[0-9]{14}$');
CREATE UNIQUE INDEX results_publication_exam ON results_publication (exam_id);
ALTER TABLE results_publication ADD CONSTRAINT results_publication_edges CHECK (report_until IS NULL OR publish_at < report_until);
CREATE UNIQUE INDEX score_merge_registration ON score_merge (registration_id);
CREATE UNIQUE INDEX score_merge_past ON score_merge (past_id);
ALTER TABLE registration ADD CONSTRAINT registration_score_merge_word CHECK (score_merge IS NULL OR score_merge IN ('needed', 'merged'));
ALTER TABLE past_registration ADD CONSTRAINT past_registration_attendance_word CHECK (attendance IN ('sat', 'absent', 'void'));
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0009_results', now());

-- 0010_notices
CREATE TABLE "notice" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ,
    "area_id" BIGINT REFERENCES "area" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "notice" IS 'One notice of one office. `name`: by which the office knows it. Without area and site it is the nation''s, without';
CREATE TABLE "notice_version" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" SMALLINT NOT NULL,
    "title" VARCHAR(128) NOT NULL,
    "text" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ NOT NULL,
    "member_id" UUID NOT NULL REFERENCES "staff_member" ("id") ON DELETE RESTRICT,
    "notice_id" BIGINT NOT NULL REFERENCES "notice" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "notice_version" IS 'What a notice said from `published_at` on. Never changed: another wording is another version.';
CREATE UNIQUE INDEX notice_office_name ON notice (area_id, site_id, name) NULLS NOT DISTINCT;
ALTER TABLE notice ADD CONSTRAINT notice_area_of_site CHECK (site_id IS NULL OR area_id IS NOT NULL);
CREATE UNIQUE INDEX notice_version_number ON notice_version (notice_id, number);
ALTER TABLE notice_version ADD CONSTRAINT notice_version_positive CHECK (number > 0);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0010_notices', now());

-- 0011_corrections
CREATE TABLE "correction" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "what" VARCHAR(16) NOT NULL,
    "before" JSONB NOT NULL,
    "after" JSONB NOT NULL,
    "evidence" VARCHAR(500) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "registered_by" UUID NOT NULL,
    "registered_at" TIMESTAMPTZ NOT NULL,
    "decided_by" UUID,
    "decided_at" TIMESTAMPTZ,
    "reason" VARCHAR(500),
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "correction"."state" IS 'REGISTERED: registered\nAPPROVED: approved\nDECLINED: declined';
COMMENT ON TABLE "correction" IS 'A change of what was confirmed, with what was before. Members are named by their ids. Times are exam time.';
CREATE UNIQUE INDEX correction_one_waits ON correction (registration_id, what) WHERE state = 'registered';
CREATE INDEX correction_waiting ON correction (id) WHERE state = 'registered';
CREATE INDEX correction_registration ON correction (registration_id);
ALTER TABLE correction ADD CONSTRAINT correction_decided_says_by_whom CHECK ((state = 'registered') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL));
ALTER TABLE correction ADD CONSTRAINT correction_declined_says_why CHECK ((state = 'declined') = (reason IS NOT NULL));
ALTER TABLE correction ADD CONSTRAINT correction_what_word CHECK (what IN ('photo', 'name', 'speciality', 'subjects'));
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0011_corrections', now());

-- 0012_materials
CREATE TABLE "material" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(60) NOT NULL,
    "picture" VARCHAR(96) NOT NULL,
    "refused_because" VARCHAR(500),
    "uploaded_at" TIMESTAMPTZ NOT NULL,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "material" IS 'A paper that an area with online confirmation asked for, as it was uploaded last. `refused_because`: the site''s';
CREATE UNIQUE INDEX material_kind ON material (registration_id, kind);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0012_materials', now());

-- 0013_roles
ALTER TABLE "staff_member" ADD COLUMN "roles" JSONB NOT NULL DEFAULT '[]';
UPDATE staff_member SET roles = CASE level
    WHEN 'point' THEN '["confirm", "finance", "read"]'::jsonb
    WHEN 'site' THEN '["confirm", "review", "seating", "desk", "finance", "read"]'::jsonb
    WHEN 'area' THEN '["review", "seating", "desk", "finance", "read"]'::jsonb
    ELSE '["review", "desk", "finance", "read"]'::jsonb END;
CREATE TABLE "account_change" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(64),
    "id_type" VARCHAR(24),
    "id_number" BYTEA,
    "state" VARCHAR(16) NOT NULL,
    "recommended" BOOL,
    "note" VARCHAR(500),
    "forwarded_by" UUID,
    "forwarded_at" TIMESTAMPTZ,
    "decided_by" UUID,
    "decided_at" TIMESTAMPTZ,
    "reason" VARCHAR(500),
    "candidate_id" UUID NOT NULL REFERENCES "candidate" ("id") ON DELETE RESTRICT,
    "inquiry_id" UUID NOT NULL UNIQUE REFERENCES "inquiry" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "account_change"."id_type" IS 'RESIDENT_ID_CARD: resident_id_card\nPASSPORT: passport\nHK_MACAU_PERMIT: hk_macau_permit\nTAIWAN_PERMIT: taiwan_permit\nMILITARY_ID: military_id';
COMMENT ON COLUMN "account_change"."state" IS 'ASKED: asked\nFORWARDED: forwarded\nAPPROVED: approved\nDECLINED: declined';
COMMENT ON TABLE "account_change" IS 'What of an account''s name and document is to become what; what is to stay has no value. The site''s clerk writes';
ALTER TABLE "staff_member" ALTER COLUMN "roles" DROP DEFAULT;
ALTER TABLE staff_member ALTER COLUMN roles DROP DEFAULT;
ALTER TABLE staff_member ADD CONSTRAINT staff_member_roles_words CHECK (jsonb_typeof(roles) = 'array' AND roles <> '[]'::jsonb AND roles <@ '["confirm", "review", "seating", "desk", "finance", "read"]'::jsonb);
CREATE UNIQUE INDEX account_change_one_waits ON account_change (candidate_id) WHERE state IN ('asked', 'forwarded');
CREATE INDEX account_change_waiting ON account_change (id) WHERE state IN ('asked', 'forwarded');
ALTER TABLE account_change ADD CONSTRAINT account_change_changes_something CHECK (name IS NOT NULL OR id_number IS NOT NULL);
ALTER TABLE account_change ADD CONSTRAINT account_change_number_has_type CHECK ((id_number IS NULL) = (id_type IS NULL));
ALTER TABLE account_change ADD CONSTRAINT account_change_forwarded_says_what CHECK ((state = 'asked') = (forwarded_at IS NULL) AND (forwarded_at IS NULL) = (forwarded_by IS NULL) AND (forwarded_at IS NULL) = (note IS NULL) AND (forwarded_at IS NULL) = (recommended IS NULL));
ALTER TABLE account_change ADD CONSTRAINT account_change_decided_says_by_whom CHECK ((state IN ('approved', 'declined')) = (decided_at IS NOT NULL) AND (decided_at IS NULL) = (decided_by IS NULL));
ALTER TABLE account_change ADD CONSTRAINT account_change_declined_says_why CHECK ((state = 'declined') = (reason IS NOT NULL));
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0013_roles', now());

-- 0014_army
ALTER TABLE "candidate" ADD COLUMN "unclaimed_since" TIMESTAMPTZ;
ALTER TABLE "registration" ADD COLUMN "origin" VARCHAR(16);
UPDATE registration SET origin = 'candidate';
ALTER TABLE "registration" ALTER COLUMN "origin" SET NOT NULL;
ALTER TABLE registration ALTER COLUMN origin SET DEFAULT 'candidate';
ALTER TABLE registration ADD CONSTRAINT registration_origin_word CHECK (origin IN ('candidate', 'military'));
ALTER TABLE registration ADD CONSTRAINT registration_military_is_approved CHECK (origin <> 'military' OR state IN ('approved', 'seated', 'forfeited', 'cancelled'));
ALTER TABLE candidate ADD CONSTRAINT candidate_unclaimed_has_no_password CHECK ((unclaimed_since IS NOT NULL) = (password_hash = ''));
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0014_army', now());

-- 0015_reminders
CREATE TABLE "reminder" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(32) NOT NULL,
    "occasion" VARCHAR(96) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ,
    "facts" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "sent_at" TIMESTAMPTZ,
    "closed_at" TIMESTAMPTZ,
    "candidate_id" UUID NOT NULL REFERENCES "candidate" ("id") ON DELETE RESTRICT,
    "inquiry_id" UUID REFERENCES "inquiry" ("id") ON DELETE RESTRICT,
    "registration_id" UUID REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "reminder"."state" IS 'PLANNED: planned\nSENT: sent\nDONE: done\nWITHDRAWN: withdrawn\nMISSED: missed';
COMMENT ON TABLE "reminder" IS 'One reminder of one person: planned, handed out once, closed.';
CREATE TABLE "reminder_pause" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(32) NOT NULL UNIQUE,
    "paused_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "reminder_pause" IS 'A kind that an operator holds back; `*` is all of them. What falls due meanwhile stays planned.';
CREATE TABLE "replanning" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "since" TIMESTAMPTZ NOT NULL,
    "after" UUID,
    "done_at" TIMESTAMPTZ,
    "exam_id" BIGINT NOT NULL UNIQUE REFERENCES "exam" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "replanning" IS 'A pass over all registrations of an exam whose calendar has changed, in order of their ids.';
ALTER TABLE "result" ADD COLUMN "report_downloaded_at" TIMESTAMPTZ;
ALTER TABLE reminder ALTER COLUMN state SET DEFAULT 'planned';
ALTER TABLE reminder ALTER COLUMN facts SET DEFAULT '{}';
CREATE UNIQUE INDEX reminder_once ON reminder (candidate_id, kind, occasion);
ALTER TABLE reminder ADD CONSTRAINT reminder_state_word CHECK (state IN ('planned', 'sent', 'done', 'withdrawn', 'missed'));
ALTER TABLE reminder ADD CONSTRAINT reminder_edges CHECK (state <> 'planned' OR expires_at IS NULL OR due_at < expires_at);
ALTER TABLE reminder ADD CONSTRAINT reminder_sent_says_when CHECK (CASE state WHEN 'planned' THEN sent_at IS NULL WHEN 'withdrawn' THEN sent_at IS NULL WHEN 'missed' THEN true ELSE sent_at IS NOT NULL END);
ALTER TABLE reminder ADD CONSTRAINT reminder_closed_says_when CHECK (CASE state WHEN 'planned' THEN closed_at IS NULL WHEN 'sent' THEN true ELSE closed_at IS NOT NULL END);
CREATE INDEX reminder_due ON reminder (due_at) WHERE state = 'planned';
CREATE INDEX reminder_open ON reminder (expires_at) WHERE state = 'sent' AND closed_at IS NULL;
CREATE INDEX reminder_missed ON reminder (id) WHERE state = 'missed';
CREATE INDEX reminder_registration ON reminder (registration_id);
CREATE INDEX reminder_inquiry ON reminder (inquiry_id) WHERE inquiry_id IS NOT NULL;
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0015_reminders', now());

-- 0016_deliveries
CREATE TABLE "message_consent" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "platform" VARCHAR(16) NOT NULL,
    "app_id" VARCHAR(64) NOT NULL,
    "open_id" VARCHAR(128) NOT NULL,
    "template_id" VARCHAR(64) NOT NULL,
    "subscribe_id" VARCHAR(32) NOT NULL,
    "remaining" INT NOT NULL,
    "lasting" BOOL NOT NULL,
    "answer" VARCHAR(8),
    "answered_at" TIMESTAMPTZ,
    "offered_at" TIMESTAMPTZ
);
COMMENT ON TABLE "message_consent" IS 'What one platform user said to messages of one template, and how many they still allow.';
CREATE TABLE "delivery" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "platform" VARCHAR(16) NOT NULL,
    "everywhere" BOOL NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "uncertain" BOOL NOT NULL,
    "reason" VARCHAR(32),
    "attempts" SMALLINT NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "leased_until" TIMESTAMPTZ,
    "open_id" VARCHAR(128),
    "template_id" VARCHAR(64),
    "last_consent" BOOL NOT NULL,
    "called_at" TIMESTAMPTZ,
    "message_id" VARCHAR(64),
    "created_at" TIMESTAMPTZ NOT NULL,
    "settled_at" TIMESTAMPTZ,
    "consent_id" BIGINT REFERENCES "message_consent" ("id") ON DELETE RESTRICT,
    "reminder_id" BIGINT NOT NULL REFERENCES "reminder" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "delivery"."state" IS 'WAITING: waiting\nCALLING: calling\nSENT: sent\nREFUSED: refused\nUNKNOWN: unknown\nWITHDRAWN: withdrawn';
COMMENT ON TABLE "delivery" IS 'One reminder on one platform: claimed by one worker at a time, and never knowingly sent twice.';
ALTER TABLE message_consent ALTER COLUMN subscribe_id SET DEFAULT '';
ALTER TABLE message_consent ALTER COLUMN remaining SET DEFAULT 0;
ALTER TABLE message_consent ALTER COLUMN lasting SET DEFAULT false;
CREATE UNIQUE INDEX message_consent_once ON message_consent (open_id, template_id, platform, app_id, subscribe_id);
ALTER TABLE message_consent ADD CONSTRAINT message_consent_counted CHECK (remaining >= 0);
ALTER TABLE message_consent ADD CONSTRAINT message_consent_answer_word CHECK (answer IN ('accept', 'reject', 'ban'));
ALTER TABLE delivery ALTER COLUMN everywhere SET DEFAULT false;
ALTER TABLE delivery ALTER COLUMN state SET DEFAULT 'waiting';
ALTER TABLE delivery ALTER COLUMN uncertain SET DEFAULT false;
ALTER TABLE delivery ALTER COLUMN attempts SET DEFAULT 0;
ALTER TABLE delivery ALTER COLUMN last_consent SET DEFAULT false;
CREATE UNIQUE INDEX delivery_once ON delivery (reminder_id, platform);
CREATE UNIQUE INDEX delivery_one_alive ON delivery (reminder_id) WHERE NOT everywhere AND state NOT IN ('refused', 'withdrawn');
ALTER TABLE delivery ADD CONSTRAINT delivery_state_word CHECK (state IN ('waiting', 'calling', 'sent', 'refused', 'unknown', 'withdrawn'));
ALTER TABLE delivery ADD CONSTRAINT delivery_calling_is_leased CHECK ((state = 'calling') = (leased_until IS NOT NULL));
ALTER TABLE delivery ADD CONSTRAINT delivery_settled_says_when CHECK ((state NOT IN ('waiting', 'calling')) = (settled_at IS NOT NULL));
ALTER TABLE delivery ADD CONSTRAINT delivery_called_says_whom CHECK (called_at IS NULL OR (open_id IS NOT NULL AND template_id IS NOT NULL));
CREATE INDEX delivery_waiting ON delivery (platform, due_at, id) WHERE state = 'waiting';
CREATE INDEX delivery_calling ON delivery (leased_until) WHERE state = 'calling';
CREATE INDEX delivery_unsettled ON delivery (open_id, template_id) WHERE state IN ('calling', 'unknown') OR uncertain;
CREATE INDEX delivery_message ON delivery (message_id) WHERE message_id IS NOT NULL;
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0016_deliveries', now());

-- 0017_venues
CREATE TABLE "seating_need" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "need" VARCHAR(16) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "noted_at" TIMESTAMPTZ NOT NULL,
    "noted_by" VARCHAR(64) NOT NULL,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "seating_need"."need" IS 'WHEELCHAIR: wheelchair\nFRONT_ROW: front_row';
COMMENT ON TABLE "seating_need" IS 'What a candidate must have of their seat, as the site noted it, and why.';
ALTER TABLE "venue" ADD COLUMN "kept_by_site" BOOL;
ALTER TABLE "room" ADD COLUMN "columns" SMALLINT;
ALTER TABLE "room" ADD COLUMN "place" VARCHAR(64);
ALTER TABLE "room" ADD COLUMN "format" VARCHAR(8);
ALTER TABLE "room" ADD COLUMN "broken" JSONB;
ALTER TABLE "room" ADD COLUMN "wheelchair" JSONB;
ALTER TABLE "room" ADD COLUMN "sessions" JSONB;
ALTER TABLE "seating_plan" ADD COLUMN "state" VARCHAR(16);
ALTER TABLE "seating_plan" ADD COLUMN "neighbours" INT;
ALTER TABLE "seating_plan" ADD COLUMN "least_neighbours" INT;
ALTER TABLE "seating_plan" ADD COLUMN "inputs_hash" VARCHAR(64);
ALTER TABLE "seating_plan" ADD COLUMN "manifest" TEXT;
ALTER TABLE "seating_plan" ADD COLUMN "decided_at" TIMESTAMPTZ;
ALTER TABLE "seating_plan" ADD COLUMN "decided_by" VARCHAR(64);
ALTER TABLE "seating_plan" ADD COLUMN "reason" VARCHAR(500);
UPDATE venue SET kept_by_site = false;
UPDATE room SET columns = greatest(5, ceil(capacity / 12.0)), broken = '[]', wheelchair = '[]', sessions = '[]';
UPDATE seating_plan SET state = 'adopted', neighbours = 0, least_neighbours = 0;
ALTER TABLE "venue" ALTER COLUMN "kept_by_site" SET NOT NULL;
ALTER TABLE "room" ALTER COLUMN "columns" SET NOT NULL;
ALTER TABLE "room" ALTER COLUMN "broken" SET NOT NULL;
ALTER TABLE "room" ALTER COLUMN "wheelchair" SET NOT NULL;
ALTER TABLE "room" ALTER COLUMN "sessions" SET NOT NULL;
ALTER TABLE "seating_plan" ALTER COLUMN "state" SET NOT NULL;
ALTER TABLE "seating_plan" ALTER COLUMN "neighbours" SET NOT NULL;
ALTER TABLE "seating_plan" ALTER COLUMN "least_neighbours" SET NOT NULL;
ALTER TABLE room ADD CONSTRAINT room_format_word CHECK (format IS NULL OR format IN ('computer', 'paper'));
ALTER TABLE room ADD CONSTRAINT room_fits_on_a_chart CHECK (columns BETWEEN 1 AND 10 AND capacity <= columns * 12);
ALTER TABLE room ADD CONSTRAINT room_lists CHECK (jsonb_typeof(broken) = 'array' AND jsonb_typeof(wheelchair) = 'array' AND jsonb_typeof(sessions) = 'array');
CREATE INDEX seat_room ON seat (room_id);
CREATE INDEX seat_plan ON seat (plan_id);
CREATE INDEX seating_plan_site ON seating_plan (exam_id, site_id);
ALTER TABLE seating_plan ADD CONSTRAINT seating_plan_decided_says_by_whom CHECK ((state = 'adopted') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL));
ALTER TABLE seating_plan ADD CONSTRAINT seating_plan_refused_says_why CHECK ((state IN ('returned', 'withdrawn')) = (reason IS NOT NULL));
ALTER TABLE seating_plan ADD CONSTRAINT seating_plan_neighbours_counted CHECK (least_neighbours >= 0 AND neighbours >= least_neighbours);
CREATE UNIQUE INDEX seating_need_once ON seating_need (registration_id, need);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0017_venues', now());

-- 0018_violations
ALTER TABLE "registration" ADD COLUMN "voids" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "registration" ALTER COLUMN "voids" DROP DEFAULT;
ALTER TABLE "result" ADD COLUMN "reported" JSONB;
UPDATE result SET reported = marks;
ALTER TABLE "result" ALTER COLUMN "reported" SET NOT NULL;
CREATE TABLE "bar" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "id_type" VARCHAR(24) NOT NULL,
    "id_number_index" BYTEA NOT NULL,
    "decided_at" TIMESTAMPTZ NOT NULL,
    "until" TIMESTAMPTZ NOT NULL,
    "lifted_at" TIMESTAMPTZ,
    "candidate_id" UUID REFERENCES "candidate" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "bar"."id_type" IS 'RESIDENT_ID_CARD: resident_id_card\nPASSPORT: passport\nHK_MACAU_PERMIT: hk_macau_permit\nTAIWAN_PERMIT: taiwan_permit\nMILITARY_ID: military_id';
COMMENT ON TABLE "bar" IS 'Somebody who may enter no exam until then, known by their document and, where they have one, by their account.';
CREATE TABLE "violation" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "subject" VARCHAR(32) NOT NULL,
    "severity" VARCHAR(8) NOT NULL,
    "item" SMALLINT NOT NULL,
    "what" VARCHAR(500) NOT NULL,
    "seen_at" TIMESTAMPTZ NOT NULL,
    "told_at" TIMESTAMPTZ NOT NULL,
    "unsigned_because" VARCHAR(200),
    "taken" JSONB NOT NULL,
    "receipt_number" VARCHAR(32),
    "state" VARCHAR(16) NOT NULL,
    "version" INT NOT NULL,
    "recorded_by" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "decided_by" UUID,
    "decided_at" TIMESTAMPTZ,
    "lifted_by" UUID,
    "lifted_at" TIMESTAMPTZ,
    "reason" VARCHAR(500),
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT,
    "bar_id" BIGINT  UNIQUE REFERENCES "bar" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "violation"."severity" IS 'ORDINARY: ordinary\nSERIOUS: serious';
COMMENT ON COLUMN "violation"."state" IS 'RECORDED: recorded\nUPHELD: upheld\nDISMISSED: dismissed\nLIFTED: lifted';
COMMENT ON TABLE "violation" IS 'What one candidate did in one subject. Members are named by their ids; times are exam time.';
ALTER TABLE registration ALTER COLUMN voids SET DEFAULT '{}';
ALTER TABLE registration ADD CONSTRAINT registration_voids_by_subject CHECK (jsonb_typeof(voids) = 'object');
CREATE INDEX bar_document ON bar (id_type, id_number_index) WHERE lifted_at IS NULL;
CREATE INDEX bar_candidate ON bar (candidate_id) WHERE lifted_at IS NULL;
ALTER TABLE bar ADD CONSTRAINT bar_edges CHECK (decided_at < until);
CREATE UNIQUE INDEX violation_once ON violation (registration_id, subject, severity, item) WHERE state IN ('recorded', 'upheld');
CREATE INDEX violation_registration ON violation (registration_id);
CREATE INDEX violation_waiting ON violation (id) WHERE state = 'recorded';
ALTER TABLE violation ADD CONSTRAINT violation_severity_word CHECK (severity IN ('ordinary', 'serious'));
ALTER TABLE violation ADD CONSTRAINT violation_item_of_list CHECK (item BETWEEN 1 AND 9);
ALTER TABLE violation ADD CONSTRAINT violation_told_after_seen CHECK (seen_at <= told_at);
ALTER TABLE violation ADD CONSTRAINT violation_taken_has_receipt CHECK ((taken = '[]'::jsonb) = (receipt_number IS NULL));
ALTER TABLE violation ADD CONSTRAINT violation_decided_says_by_whom CHECK ((state = 'recorded') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL));
ALTER TABLE violation ADD CONSTRAINT violation_lifted_says_by_whom CHECK ((state = 'lifted') = (lifted_at IS NOT NULL) AND (lifted_at IS NULL) = (lifted_by IS NULL));
ALTER TABLE violation ADD CONSTRAINT violation_undone_says_why CHECK ((state IN ('dismissed', 'lifted')) = (reason IS NOT NULL));
ALTER TABLE violation ADD CONSTRAINT violation_bar_of_upheld CHECK (bar_id IS NULL OR state IN ('upheld', 'lifted'));
ALTER TABLE violation ADD CONSTRAINT violation_version_positive CHECK (version > 0);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0018_violations', now());

-- 0019_door
CREATE TABLE "door_list" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "candidates" INT NOT NULL,
    "issued_at" TIMESTAMPTZ NOT NULL,
    "issued_by" UUID NOT NULL,
    "session_id" BIGINT NOT NULL REFERENCES "exam_session" ("id") ON DELETE RESTRICT,
    "venue_id" BIGINT NOT NULL REFERENCES "venue" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "door_list" IS 'A list of who sits in one venue in one session, downloaded for a door that may lose the network.';
CREATE TABLE "entry_mark" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "mark_id" UUID NOT NULL UNIQUE,
    "outcome" VARCHAR(16) NOT NULL,
    "marked_at" TIMESTAMPTZ NOT NULL,
    "marked_by" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "door_list_id" UUID REFERENCES "door_list" ("id") ON DELETE RESTRICT,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT,
    "session_id" BIGINT NOT NULL REFERENCES "exam_session" ("id") ON DELETE RESTRICT,
    "venue_id" BIGINT NOT NULL REFERENCES "venue" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "entry_mark"."outcome" IS 'what the door was told';
COMMENT ON TABLE "entry_mark" IS 'Somebody went in at a door. One mark of a person in a session is `admitted`; what a door without the network';
CREATE UNIQUE INDEX entry_mark_once ON entry_mark (registration_id, session_id) WHERE outcome = 'admitted';
CREATE INDEX entry_mark_doubtful ON entry_mark (id) WHERE outcome <> 'admitted';
ALTER TABLE entry_mark ADD CONSTRAINT entry_mark_outcome_word CHECK (outcome IN ('admitted', 'already_entered', 'superseded', 'wrong_venue', 'wrong_day', 'wrong_session', 'too_early', 'too_late', 'wrong_clock'));
ALTER TABLE entry_mark ADD CONSTRAINT entry_mark_doubtful_has_list CHECK (outcome = 'admitted' OR door_list_id IS NOT NULL);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0019_door', now());

-- 0020_custody
CREATE TABLE "hand_over" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" VARCHAR(32) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "batch" SMALLINT NOT NULL,
    "place" VARCHAR(128) NOT NULL,
    "declared_by" UUID NOT NULL,
    "declared_at" TIMESTAMPTZ NOT NULL,
    "area_id" BIGINT NOT NULL REFERENCES "area" ("id") ON DELETE RESTRICT,
    "corrects_id" BIGINT REFERENCES "hand_over" ("id") ON DELETE RESTRICT,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "session_id" BIGINT REFERENCES "exam_session" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "hand_over"."kind" IS 'the step of the way';
COMMENT ON TABLE "hand_over" IS '交接单: what one side says that it gives. `batch`: which run of exam days it belongs to, from 1.';
CREATE TABLE "hand_over_closing" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "closed_by" UUID NOT NULL,
    "closed_at" TIMESTAMPTZ NOT NULL,
    "hand_over_id" BIGINT NOT NULL REFERENCES "hand_over" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "hand_over_closing" IS 'The hand-over is done. The database takes it only with two signatures on each side and everything counted.';
CREATE TABLE "hand_over_item" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "position" SMALLINT NOT NULL,
    "material" VARCHAR(24) NOT NULL,
    "label" VARCHAR(32) NOT NULL,
    "seal" VARCHAR(32) NOT NULL,
    "declared" INT NOT NULL,
    "hand_over_id" BIGINT NOT NULL REFERENCES "hand_over" ("id") ON DELETE RESTRICT,
    "venue_id" BIGINT REFERENCES "venue" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "hand_over_item"."material" IS 'what it is';
COMMENT ON TABLE "hand_over_item" IS 'One box or bag: its label, the number of its seal, how much the giver says is in it, and of which venue it is.';
CREATE TABLE "hand_over_signature" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "side" VARCHAR(8) NOT NULL,
    "place" SMALLINT NOT NULL,
    "signed_at" TIMESTAMPTZ NOT NULL,
    "hand_over_id" BIGINT NOT NULL REFERENCES "hand_over" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "hand_over_signature"."side" IS 'giver or receiver';
COMMENT ON TABLE "hand_over_signature" IS 'One of the two who sign on each side, under their own account.';
CREATE TABLE "item_count" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "counted" INT NOT NULL,
    "intact" BOOL NOT NULL,
    "remark" VARCHAR(200) NOT NULL,
    "counted_by" UUID NOT NULL,
    "counted_at" TIMESTAMPTZ NOT NULL,
    "corrects_id" BIGINT REFERENCES "item_count" ("id") ON DELETE RESTRICT,
    "item_id" BIGINT NOT NULL REFERENCES "hand_over_item" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "item_count" IS 'A box or bag as the receiver found it.';
CREATE TABLE "custody_incident" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "text" VARCHAR(500) NOT NULL,
    "reported_by" UUID NOT NULL,
    "reported_at" TIMESTAMPTZ NOT NULL,
    "count_id" BIGINT REFERENCES "item_count" ("id") ON DELETE RESTRICT,
    "hand_over_id" BIGINT NOT NULL REFERENCES "hand_over" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "custody_incident"."kind" IS 'what is wrong';
COMMENT ON TABLE "custody_incident" IS 'Something wrong with a hand-over, reported up the moment it is written down.';
CREATE TABLE "office_statement" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "batch" SMALLINT NOT NULL,
    "content" BYTEA NOT NULL,
    "stated_by" UUID NOT NULL,
    "stated_at" TIMESTAMPTZ NOT NULL,
    "area_id" BIGINT NOT NULL REFERENCES "area" ("id") ON DELETE RESTRICT,
    "corrects_id" BIGINT REFERENCES "office_statement" ("id") ON DELETE RESTRICT,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "office_statement"."kind" IS 'what is stated';
COMMENT ON TABLE "office_statement" IS 'What an office states: a report up, a deletion, a destruction. `content`: encrypted, since it names people and';
CREATE TABLE "strong_room_watch" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "first_person" VARCHAR(64) NOT NULL,
    "second_person" VARCHAR(64) NOT NULL,
    "starts_at" TIMESTAMPTZ NOT NULL,
    "ends_at" TIMESTAMPTZ NOT NULL,
    "recorded_by" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "corrects_id" BIGINT REFERENCES "strong_room_watch" ("id") ON DELETE RESTRICT,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT NOT NULL REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "strong_room_watch" IS '值守: two people over the strong room, from when until when.';
CREATE FUNCTION custody_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'what is kept of the materials only grows'; END $$;
CREATE TRIGGER hand_over_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON hand_over FOR EACH STATEMENT EXECUTE FUNCTION custody_only_grows();
CREATE TRIGGER hand_over_item_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON hand_over_item FOR EACH STATEMENT EXECUTE FUNCTION custody_only_grows();
CREATE TRIGGER item_count_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON item_count FOR EACH STATEMENT EXECUTE FUNCTION custody_only_grows();
CREATE TRIGGER hand_over_signature_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON hand_over_signature FOR EACH STATEMENT EXECUTE FUNCTION custody_only_grows();
CREATE TRIGGER hand_over_closing_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON hand_over_closing FOR EACH STATEMENT EXECUTE FUNCTION custody_only_grows();
CREATE TRIGGER custody_incident_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON custody_incident FOR EACH STATEMENT EXECUTE FUNCTION custody_only_grows();
CREATE TRIGGER strong_room_watch_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON strong_room_watch FOR EACH STATEMENT EXECUTE FUNCTION custody_only_grows();
CREATE TRIGGER office_statement_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON office_statement FOR EACH STATEMENT EXECUTE FUNCTION custody_only_grows();
CREATE FUNCTION hand_over_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT count(*) FROM hand_over_signature WHERE hand_over_id = NEW.hand_over_id) < 4 OR EXISTS (SELECT FROM hand_over_item AS item WHERE item.hand_over_id = NEW.hand_over_id AND NOT EXISTS (SELECT FROM item_count WHERE item_id = item.id)) THEN RAISE EXCEPTION 'a hand-over is closed when all is counted and two have signed on each side'; END IF; RETURN NEW; END $$;
CREATE TRIGGER hand_over_closing_complete BEFORE INSERT ON hand_over_closing FOR EACH ROW EXECUTE FUNCTION hand_over_is_complete();
CREATE UNIQUE INDEX hand_over_number ON hand_over (exam_id, area_id, site_id, number) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX hand_over_corrected_once ON hand_over (corrects_id);
CREATE UNIQUE INDEX hand_over_item_label ON hand_over_item (hand_over_id, label);
CREATE UNIQUE INDEX item_count_first ON item_count (item_id) WHERE corrects_id IS NULL;
CREATE UNIQUE INDEX item_count_corrected_once ON item_count (corrects_id);
CREATE UNIQUE INDEX hand_over_signature_person ON hand_over_signature (hand_over_id, member_id);
CREATE UNIQUE INDEX hand_over_signature_place ON hand_over_signature (hand_over_id, side, place);
CREATE UNIQUE INDEX hand_over_closing_once ON hand_over_closing (hand_over_id);
CREATE UNIQUE INDEX custody_incident_once ON custody_incident (count_id, kind);
CREATE UNIQUE INDEX strong_room_watch_corrected_once ON strong_room_watch (corrects_id);
CREATE UNIQUE INDEX office_statement_once ON office_statement (exam_id, area_id, site_id, kind, batch) NULLS NOT DISTINCT WHERE corrects_id IS NULL;
CREATE UNIQUE INDEX office_statement_corrected_once ON office_statement (corrects_id);
CREATE INDEX hand_over_site ON hand_over (site_id, exam_id);
CREATE INDEX strong_room_watch_site ON strong_room_watch (site_id, exam_id);
ALTER TABLE hand_over ADD CONSTRAINT hand_over_site_by_kind CHECK ((site_id IS NULL) = (kind IN ('delivery', 'to_centre')));
ALTER TABLE hand_over ADD CONSTRAINT hand_over_session_by_kind CHECK ((session_id IS NOT NULL) = (kind IN ('draw', 'bring_back')));
ALTER TABLE hand_over ADD CONSTRAINT hand_over_batch_positive CHECK (batch > 0);
ALTER TABLE hand_over_item ADD CONSTRAINT hand_over_item_declared_positive CHECK (declared > 0);
ALTER TABLE item_count ADD CONSTRAINT item_count_not_negative CHECK (counted >= 0);
ALTER TABLE hand_over_signature ADD CONSTRAINT hand_over_signature_two_places CHECK (side IN ('giver', 'receiver') AND place IN (1, 2));
ALTER TABLE strong_room_watch ADD CONSTRAINT strong_room_watch_two_people CHECK (first_person <> second_person);
ALTER TABLE strong_room_watch ADD CONSTRAINT strong_room_watch_edges CHECK (starts_at < ends_at);
ALTER TABLE office_statement ADD CONSTRAINT office_statement_batch_not_negative CHECK (batch >= 0);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0020_custody', now());

-- 0021_commitment
CREATE TABLE "commitment" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "letter_version" INT NOT NULL,
    "letter_digest" VARCHAR(64) NOT NULL,
    "signed_at" TIMESTAMPTZ NOT NULL,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "commitment" IS '诚信考试承诺书, signed by its candidate, once: which wording, and when in exam time.';
CREATE TABLE "frontline_entry" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "proof" VARCHAR(16) NOT NULL,
    "evidence" VARCHAR(500) NOT NULL,
    "policy" VARCHAR(500) NOT NULL,
    "lifts" JSONB NOT NULL,
    "entered_by" UUID NOT NULL,
    "entered_at" TIMESTAMPTZ NOT NULL,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "frontline_entry"."proof" IS 'HONOUR: honour\nDISPATCH: dispatch';
COMMENT ON TABLE "frontline_entry" IS 'One line of a site''s list of frontline staff: what they showed, and what the policy lifts for them. The member is';
CREATE UNIQUE INDEX commitment_registration ON commitment (registration_id);
ALTER TABLE commitment ADD CONSTRAINT commitment_version_positive CHECK (letter_version > 0);
ALTER TABLE commitment ADD CONSTRAINT commitment_digest_whole CHECK (letter_digest ~ '^[0-9a-f]{64}$');
CREATE UNIQUE INDEX frontline_entry_registration ON frontline_entry (registration_id);
ALTER TABLE frontline_entry ADD CONSTRAINT frontline_entry_proof_word CHECK (proof IN ('honour', 'dispatch'));
ALTER TABLE frontline_entry ADD CONSTRAINT frontline_entry_says_what_it_lifts CHECK (jsonb_array_length(lifts) > 0 AND evidence <> '' AND policy <> '');
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0021_commitment', now());

-- 0022_staff_access
CREATE TABLE "security_key" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "credential_id" BYTEA NOT NULL,
    "public_key" BYTEA NOT NULL,
    "sign_count" BIGINT NOT NULL,
    "name" VARCHAR(32) NOT NULL,
    "added_at" TIMESTAMPTZ NOT NULL,
    "last_used_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "member_id" UUID NOT NULL REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "security_key" IS 'A security key of a member''s (WebAuthn). Taken away ones stay, as the record of what was.';
CREATE TABLE "staff_access" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "password_hash" VARCHAR(128) NOT NULL,
    "totp_secret" BYTEA,
    "totp_step" BIGINT,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "member_id" UUID NOT NULL UNIQUE REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "staff_access" IS 'How a member signs in, once they have set a password. `totp_step`: the newest 30 seconds a code has served in.';
CREATE TABLE "staff_challenge" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "purpose" VARCHAR(8) NOT NULL,
    "content" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "member_id" UUID NOT NULL REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "staff_challenge"."purpose" IS 'SIGN_IN: sign_in\nADD_KEY: add_key\nADD_TOTP: add_totp';
COMMENT ON TABLE "staff_challenge" IS 'Something given out to be answered once, soon. `content`: random bytes, or a TOTP secret, encrypted.';
CREATE TABLE "staff_code" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "code_index" BYTEA NOT NULL,
    "issued_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "member_id" UUID NOT NULL REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "staff_code"."kind" IS 'INVITATION: invitation\nRECOVERY: recovery';
COMMENT ON TABLE "staff_code" IS 'A code that serves once, kept as a keyed hash. `ended_at`: served, replaced, or no longer good.';
CREATE TABLE "staff_session" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "secret_hash" BYTEA NOT NULL,
    "factor" VARCHAR(16) NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "seen_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "ended_because" VARCHAR(32),
    "member_id" UUID NOT NULL REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "staff_session"."factor" IS 'KEY: key\nTOTP: totp\nRECOVERY: recovery\nINVITATION: invitation';
COMMENT ON TABLE "staff_session" IS 'Somebody at work, from one sign-in on. Its secret is kept as a hash. All times are real time.';
CREATE UNIQUE INDEX security_key_credential ON security_key (credential_id) WHERE ended_at IS NULL;
CREATE INDEX security_key_member ON security_key (member_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX staff_code_once ON staff_code (code_index);
CREATE UNIQUE INDEX staff_code_one_invitation ON staff_code (member_id) WHERE kind = 'invitation' AND ended_at IS NULL;
CREATE INDEX staff_code_member ON staff_code (member_id) WHERE ended_at IS NULL;
CREATE INDEX staff_session_member ON staff_session (member_id) WHERE ended_at IS NULL;
CREATE INDEX registration_of_site ON registration (site_id, registration_number);
CREATE INDEX registration_of_point ON registration (confirmation_point_id, registration_number);
CREATE INDEX candidate_name ON candidate (name);
ALTER TABLE staff_code ADD CONSTRAINT staff_code_invitation_expires CHECK ((kind = 'invitation') = (expires_at IS NOT NULL));
ALTER TABLE staff_access ADD CONSTRAINT staff_access_step_of_secret CHECK (totp_secret IS NOT NULL OR totp_step IS NULL);
ALTER TABLE staff_session ADD CONSTRAINT staff_session_ended_says_why CHECK ((ended_at IS NULL) = (ended_because IS NULL));
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0022_staff_access', now());

-- 0023_batches
CREATE TABLE "batch" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(24) NOT NULL,
    "selection" VARCHAR(64) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "ordered_by" UUID NOT NULL,
    "ordered_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "expires_at" TIMESTAMPTZ,
    "purged_at" TIMESTAMPTZ,
    "exam_id" BIGINT NOT NULL REFERENCES "exam" ("id") ON DELETE RESTRICT,
    "site_id" BIGINT NOT NULL REFERENCES "site" ("id") ON DELETE RESTRICT
);
COMMENT ON COLUMN "batch"."kind" IS 'ADMIT_CARDS: admit_cards\nMILITARY_ADMIT_CARDS: military_admit_cards';
COMMENT ON COLUMN "batch"."state" IS 'DRAWING: drawing\nDONE: done\nCANCELLED: cancelled';
COMMENT ON TABLE "batch" IS 'One site''s order of many cards (批量打印准考证). `selection`: the hash of who was asked for. Members are named by';
CREATE TABLE "batch_part" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" INT NOT NULL,
    "venue" INT NOT NULL,
    "room" INT NOT NULL,
    "registrations" JSONB NOT NULL,
    "leased_until" TIMESTAMPTZ,
    "drawn_at" TIMESTAMPTZ,
    "content" VARCHAR(64),
    "cards" INT,
    "missing" JSONB NOT NULL,
    "batch_id" BIGINT NOT NULL REFERENCES "batch" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "batch_part" IS 'One file of a batch: a room''s cards, or as many of them as one paper holds. `leased_until` is real time.';
CREATE TABLE "kept_card" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "content" VARCHAR(64) NOT NULL,
    "kept_at" TIMESTAMPTZ NOT NULL,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "kept_card" IS 'An admit card that lies in the object store. `content`: the hash of all that is printed on it.';
CREATE TABLE "rule_again" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "since" TIMESTAMPTZ NOT NULL,
    "registration_id" UUID NOT NULL UNIQUE REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "rule_again" IS 'A registration of which the automatic rule is to be asked again: last year''s record came, or was mended, after it';
CREATE UNIQUE INDEX kept_card_once ON kept_card (registration_id, content);
CREATE UNIQUE INDEX batch_one_drawing ON batch (exam_id, site_id, kind, selection) WHERE state = 'drawing';
CREATE INDEX batch_site ON batch (site_id, id);
CREATE INDEX batch_expiring ON batch (expires_at) WHERE purged_at IS NULL;
ALTER TABLE batch ADD CONSTRAINT batch_ended_says_when CHECK ((state = 'drawing') = (ended_at IS NULL) AND (ended_at IS NULL) = (expires_at IS NULL));
CREATE UNIQUE INDEX batch_part_number ON batch_part (batch_id, number);
ALTER TABLE batch_part ADD CONSTRAINT batch_part_drawn_says_what CHECK ((drawn_at IS NULL) = (content IS NULL) AND (drawn_at IS NULL) = (cards IS NULL));
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0023_batches', now());

-- 0024_first_answers
ALTER TABLE "inquiry" ADD COLUMN "person_asked_at" TIMESTAMPTZ;
COMMENT ON COLUMN "inquiry_message"."author" IS 'CANDIDATE: candidate\nSTAFF: staff\nSYSTEM: system\nAUTOMATIC: automatic';
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0024_first_answers', now());

-- 0025_desk
ALTER TABLE "inquiry" ADD COLUMN "snoozed_until" TIMESTAMPTZ;
ALTER TABLE "inquiry" ADD COLUMN "claimed_by_id" UUID REFERENCES "staff_member" ("id") ON DELETE RESTRICT;
ALTER TABLE "inquiry" ADD COLUMN "claimed_at" TIMESTAMPTZ;
ALTER TABLE "inquiry_message" ADD COLUMN "office" BIGINT;
CREATE TABLE "inquiry_note" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "text" VARCHAR(2000) NOT NULL,
    "key" VARCHAR(64),
    "written_at" TIMESTAMPTZ NOT NULL,
    "inquiry_id" UUID NOT NULL REFERENCES "inquiry" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "inquiry_note" IS 'Written for colleagues. It stands in a table of its own, so that no reading of messages ever finds one.';
CREATE TABLE "inquiry_draft" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "text" VARCHAR(2000) NOT NULL,
    "saved_at" TIMESTAMPTZ NOT NULL,
    "inquiry_id" UUID NOT NULL REFERENCES "inquiry" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "inquiry_draft" IS 'What one clerk has begun to answer. `saved_at` is real time.';
CREATE TABLE "canned_answer" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" BIGINT NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "number" SMALLINT NOT NULL,
    "text" VARCHAR(600) NOT NULL,
    "written_at" TIMESTAMPTZ NOT NULL,
    "member_id" UUID NOT NULL REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "canned_answer" IS 'One version of an answer that an office keeps ready; the newest of a name holds. `office`: a site''s id, 0: the';
CREATE TABLE "desk_clerk" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "away_since" TIMESTAMPTZ,
    "member_id" UUID NOT NULL UNIQUE REFERENCES "staff_member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "desk_clerk" IS 'Whether a member is at the desk. `away_since` is exam time.';
CREATE TABLE "desk_event" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" BIGINT NOT NULL,
    "inquiry_id" UUID NOT NULL,
    "what" VARCHAR(16) NOT NULL,
    "message_id" BIGINT,
    "happened_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "desk_event" IS 'Something happened to an inquiry in an office''s inbox. The database writes it, at commit, in one order an office:';
ALTER TABLE inquiry ADD CONSTRAINT inquiry_claimed_says_when CHECK ((claimed_by_id IS NULL) = (claimed_at IS NULL));
CREATE FUNCTION inquiry_message_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT coalesce(site_id, 0) INTO NEW.office FROM inquiry WHERE id = NEW.inquiry_id;
    RETURN NEW;
END $$;
CREATE TRIGGER inquiry_message_placed BEFORE INSERT ON inquiry_message FOR EACH ROW EXECUTE FUNCTION inquiry_message_placed();
CREATE FUNCTION inquiry_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inquiry_message SET office = coalesce(NEW.site_id, 0) WHERE inquiry_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER inquiry_moved AFTER UPDATE OF site_id ON inquiry FOR EACH ROW WHEN (OLD.site_id IS DISTINCT FROM NEW.site_id) EXECUTE FUNCTION inquiry_moved();
CREATE FUNCTION desk_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    places bigint[];
    place bigint;
    told varchar(16);
    message bigint;
    subject uuid;
BEGIN
    IF TG_TABLE_NAME = 'inquiry' THEN
        subject := NEW.id;
        places := ARRAY[coalesce(NEW.site_id, 0)];
        told := 'changed';
        IF OLD.site_id IS DISTINCT FROM NEW.site_id THEN
            told := 'moved';
            places := ARRAY[least(coalesce(OLD.site_id, 0), coalesce(NEW.site_id, 0)),
                greatest(coalesce(OLD.site_id, 0), coalesce(NEW.site_id, 0))];
        END IF;
    ELSE
        subject := NEW.inquiry_id;
        SELECT ARRAY[coalesce(site_id, 0)] INTO places FROM inquiry WHERE id = NEW.inquiry_id;
        told := 'note';
        IF TG_TABLE_NAME = 'inquiry_message' THEN
            told := 'message';
            message := NEW.id;
        END IF;
    END IF;
    FOREACH place IN ARRAY places LOOP
        PERFORM pg_advisory_xact_lock(7201, place::int);
        INSERT INTO desk_event (office, inquiry_id, what, message_id, happened_at)
            VALUES (place, subject, told, message, clock_timestamp());
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER inquiry_message_told AFTER INSERT ON inquiry_message DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_told();
CREATE CONSTRAINT TRIGGER inquiry_note_told AFTER INSERT ON inquiry_note DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_told();
CREATE CONSTRAINT TRIGGER inquiry_told AFTER UPDATE ON inquiry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.claimed_by_id IS DISTINCT FROM NEW.claimed_by_id OR OLD.snoozed_until IS DISTINCT FROM NEW.snoozed_until OR OLD.site_id IS DISTINCT FROM NEW.site_id OR (OLD.state = 'closed') <> (NEW.state = 'closed')) EXECUTE FUNCTION desk_told();
UPDATE inquiry_message SET office = coalesce(inquiry.site_id, 0) FROM inquiry WHERE inquiry.id = inquiry_id;
CREATE FUNCTION search_text(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(normalize($1, NFKC));
CREATE FUNCTION search_grams(bigint, text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT $1 || ':' || one || following), '{}') FROM (
        SELECT one, lead(one) OVER (ORDER BY number) AS following
        FROM unnest(string_to_array(lower(normalize($2, NFKC)), NULL)) WITH ORDINALITY AS letters(one, number)
    ) AS pairs WHERE following IS NOT NULL
$$;
CREATE INDEX inquiry_message_found ON inquiry_message USING gin (search_grams(office, text));
CREATE INDEX inquiry_message_office ON inquiry_message (office, id);
CREATE INDEX inquiry_note_log ON inquiry_note (inquiry_id, id);
CREATE UNIQUE INDEX inquiry_note_once ON inquiry_note (inquiry_id, member_id, key);
CREATE UNIQUE INDEX inquiry_draft_once ON inquiry_draft (inquiry_id, member_id);
CREATE UNIQUE INDEX canned_answer_version ON canned_answer (office, name, number);
CREATE INDEX desk_event_log ON desk_event (office, id);
DROP INDEX inquiry_inbox;
CREATE INDEX inquiry_waiting ON inquiry (site_id, waiting_since, id) WHERE state = 'open';
CREATE INDEX inquiry_claimed ON inquiry (claimed_by_id) WHERE claimed_by_id IS NOT NULL;
CREATE INDEX inquiry_snoozed ON inquiry (site_id, snoozed_until, id) WHERE snoozed_until IS NOT NULL;
CREATE INDEX inquiry_answered ON inquiry (site_id, opened_at, id) WHERE state = 'answered';
CREATE INDEX inquiry_closed ON inquiry (site_id, closed_at, id) WHERE state = 'closed';
CREATE INDEX inquiry_office ON inquiry (site_id, opened_at, id);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0025_desk', now());

-- 0026_work_lists
ALTER TABLE "candidate" ADD COLUMN "phone_index" BYTEA;
CREATE INDEX candidate_phone ON candidate (phone_index) WHERE phone_index IS NOT NULL;
CREATE INDEX registration_waits_at_site ON registration (site_id, state, registration_number) WHERE state IN ('submitted', 'confirmed', 'site_approved', 'returned');
CREATE INDEX registration_waits_at_point ON registration (confirmation_point_id, registration_number) WHERE state = 'submitted';
CREATE INDEX registration_fee_due_at_site ON registration (site_id, registration_number) WHERE payment_state = 'due';
CREATE INDEX registration_fee_due_at_point ON registration (confirmation_point_id, registration_number) WHERE payment_state = 'due';
CREATE INDEX registration_to_merge ON registration (site_id, registration_number) WHERE score_merge = 'needed';
CREATE INDEX refund_waiting ON refund (id) WHERE state IN ('asked', 'approved', 'sent', 'failed');
CREATE INDEX audit_record_actor ON audit_record (actor_id, id);
CREATE INDEX audit_record_act ON audit_record (act, id);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0026_work_lists', now());

-- 0027_work_list_payments
CREATE INDEX registration_standing ON registration (exam_id, site_id, state, payment_state);
DROP INDEX registration_work_list;
ALTER INDEX registration_standing RENAME TO registration_work_list;
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0027_work_list_payments', now());

-- 0028_certificates
CREATE TABLE "certificate" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "taken_by" VARCHAR(50),
    "handed_out_at" TIMESTAMPTZ NOT NULL,
    "handed_out_by" UUID NOT NULL,
    "registration_id" UUID NOT NULL REFERENCES "registration" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "certificate" IS '成绩合格证明 as it was handed out, once: `taken_by` names who came for its owner; exam time.';
CREATE UNIQUE INDEX certificate_registration ON certificate (registration_id);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0028_certificates', now());

-- 0029_desk_log_start
CREATE TABLE "desk_log_start" (
    "office" BIGINT NOT NULL  PRIMARY KEY,
    "pruned_to" BIGINT NOT NULL
);
COMMENT ON TABLE "desk_log_start" IS 'Up to which event an office''s log has been pruned: whoever has seen less has missed some.';
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0029_desk_log_start', now());

-- 0030_privacy
CREATE TABLE "index_key" (
    "id" SMALLINT NOT NULL  PRIMARY KEY,
    "sealed" BYTEA NOT NULL,
    "kept_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "index_key" IS 'The one key of all blind indexes, encrypted with a data key: data keys are replaced, and it stays.';
CREATE TABLE "purge_record" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "about" VARCHAR(32) NOT NULL,
    "day" DATE NOT NULL,
    "purged" BIGINT NOT NULL,
    "older_than" TIMESTAMPTZ NOT NULL,
    "done_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "purge_record" IS 'How many rows of a table were purged on a day of real time in China, and until when everything older was gone:';
ALTER TABLE index_key ADD CONSTRAINT index_key_one CHECK (id = 1);
CREATE UNIQUE INDEX purge_record_day ON purge_record (about, day);
ALTER TABLE purge_record ADD CONSTRAINT purge_record_counted CHECK (purged >= 0);
CREATE OR REPLACE FUNCTION custody_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'office_statement' AND current_setting('zhunkao.rekeying', true) = 'on' THEN RETURN NULL; END IF; RAISE EXCEPTION 'what is kept of the materials only grows'; END $$;
CREATE FUNCTION office_statement_says_the_same() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF to_jsonb(OLD) - 'content' <> to_jsonb(NEW) - 'content' THEN RAISE EXCEPTION 'what is kept of the materials only grows'; END IF; RETURN NEW; END $$;
CREATE TRIGGER office_statement_says_the_same BEFORE UPDATE ON office_statement FOR EACH ROW EXECUTE FUNCTION office_statement_says_the_same();
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0030_privacy', now());

-- 0031_traces
ALTER TABLE "event" ADD COLUMN "trace_id" VARCHAR(32);
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('zhunkao', '0031_traces', now());
