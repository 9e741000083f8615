"""What the product relies on the database for, by name: whoever drops one of these without a word fails a test."""

from typing import Final

UNIQUE: Final = {
    "account_recovery": ("account_recovery_inquiry_id_key", "account_recovery_one_a_day"),
    "admit_number": ("admit_number_current", "admit_number_number_key"),
    "area": ("area_code_key", "area_name_key"),
    "area_policy": ("area_policy_exam_area",),
    "binding": ("binding_candidate_platform", "binding_platform_account"),
    "calendar_window": ("calendar_window_place",),
    "callback": ("callback_event",),
    "candidate": ("candidate_document", "candidate_username_key_key"),
    "confirmation_point": ("confirmation_point_exam_site_name",),
    "confirmation_slot": ("confirmation_slot_exam_site_position",),
    "documents_seen": ("documents_seen_once",),
    "exam": ("exam_code_key", "exam_kind_year"),
    "exam_layer": ("exam_layer_place",),
    "exam_session": ("exam_session_exam_area_number",),
    "form_version": ("form_version_code", "form_version_number"),
    "inquiry_message": ("inquiry_message_once",),
    "past_registration": ("past_registration_document",),
    "payment": ("payment_one_counts", "payment_transaction"),
    "payment_order": ("payment_order_idempotency", "payment_order_one_open", "payment_order_order_number_key"),
    "recovery_code": ("recovery_code_one_live",),
    "registration": ("registration_candidate_exam", "registration_registration_number_key"),
    "result": ("result_registration",),
    "results_publication": ("results_publication_exam",),
    "room": ("room_venue_number",),
    "score_merge": ("score_merge_past", "score_merge_registration"),
    "seat": ("seat_one_a_session", "seat_used_once"),
    "site": ("site_area_code", "site_area_name"),
    "site_policy": ("site_policy_exam_site",),
    "speciality": ("speciality_kind_code",),
    "staff_member": ("staff_member_username_key",),
    "venue": ("venue_exam_site_number",),
}
"""Rules that something is there once, as unique indexes: two who try at once are decided here."""

CHECKS: Final = {
    "admit_number": ("admit_number_14_digits",),
    "area": ("area_code_digits",),
    "area_policy": ("area_policy_after_auto_confirmation_word", "area_policy_modes"),
    "calendar_window": ("calendar_window_area_of_site", "calendar_window_edges"),
    "confirmation_point": ("confirmation_point_edges", "confirmation_point_hand_in_word"),
    "confirmation_slot": ("confirmation_slot_edges", "confirmation_slot_half_word", "confirmation_slot_hand_in_word"),
    "exam": ("exam_after_auto_confirmation_word", "exam_year_plausible"),
    "exam_layer": ("exam_layer_area_of_site",),
    "exam_session": ("exam_session_edges",),
    "face_login": ("face_login_ended_says_when",),
    "inquiry": ("inquiry_closed_says_when",),
    "past_registration": ("past_registration_attendance_word",),
    "payment": ("payment_amount_positive",),
    "payment_order": ("payment_order_amount_positive",),
    "registration": (
        "registration_confirmed_says_by_whom",
        "registration_forfeited_says_why",
        "registration_score_merge_word",
        "registration_seated_is_paid",
        "registration_submitted_has_codes",
        "registration_version_positive",
    ),
    "result": ("result_admit_number_14_digits",),
    "results_publication": ("results_publication_edges",),
    "room": ("room_capacity_two_digits", "room_number_three_digits"),
    "seat": ("seat_two_digits",),
    "site": ("site_code_digits",),
    "site_policy": ("site_policy_payment_mode_word",),
    "speciality": ("speciality_level_word",),
    "staff_member": ("staff_member_scope",),
    "venue": ("venue_number_two_digits",),
}
"""Rules about one row."""

INDEXES: Final = {
    "audit_record": ("idx_audit_recor_subject_ab5ec7",),
    "callback": ("callback_waiting",),
    "event": ("event_waiting",),
    "face_login": ("face_login_document", "face_login_failed_document", "face_login_failed_user"),
    "inquiry": ("inquiry_candidate", "inquiry_inbox"),
    "inquiry_message": ("inquiry_message_log",),
    "past_registration": ("past_registration_archive",),
    "payment_order": ("payment_order_open",),
    "recovery_attempt": ("recovery_attempt_candidate", "recovery_attempt_login"),
    "registration": ("registration_work_list",),
    "result": ("result_exam",),
    "session": ("session_candidate",),
}
"""What only makes a read fast."""

SEQUENCES: Final = frozenset({"registration_number_sequence", "payment_order_sequence"})
TRIGGERS: Final = frozenset({("audit_record", "audit_record_only_grows")})
JOB_ENGINE: Final = ("procrastinate_defer_jobs_v1", "procrastinate_fetch_job_v2", "procrastinate_retry_job_v2")
"""Functions of the job engine that our own statements and its version in the lock call."""
