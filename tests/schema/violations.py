"""For each rule of the database a row that breaks it, and nothing but it, next to the sample row."""

from collections.abc import Mapping
from typing import Any, Final

from tests.schema.samples import LATER, NOON, Its

ANOTHER_ORDER: Final = {"order_number": "ZK2", "idempotency_key": "a-second-intention"}
SECOND: Final[Mapping[str, Mapping[str, Any]]] = {
    "account_recovery_inquiry_id_key": {"open_id": "oOTHER"},
    "account_recovery_one_a_day": {"inquiry_id": Its("another inquiry")},
    "admit_number_current": {"number": "24113010100102"},
    "admit_number_number_key": {"retired_at": NOON},
    "area_code_key": {"name": "另一省"},
    "area_name_key": {"code": "14"},
    "area_policy_exam_area": {},
    "binding_candidate_platform": {"open_id": "oOTHER"},
    "binding_platform_account": {"candidate_id": Its("another candidate")},
    "calendar_window_place": {"opens_at": None},
    "callback_event": {"kind": "REFUND.SUCCESS"},
    "candidate_document": {"username": "ceshi_yi", "username_key": "ceshi_yi"},
    "candidate_username_key_key": {"id_number_index": b"another's"},
    "confirmation_point_exam_site_name": {},
    "confirmation_slot_exam_site_position": {},
    "documents_seen_once": {"seen_at": LATER},
    "exam_code_key": {"year": 2025},
    "exam_kind_year": {"code": "another-2024"},
    "exam_layer_place": {"file": "another.toml"},
    "exam_session_exam_area_number": {"subject": "专业知识"},
    "form_version_code": {"number": 2},
    "form_version_number": {"verification_code": "BBBB2222"},
    "inquiry_message_once": {"text": "另一条"},
    "past_registration_document": {"archive_number": "SAMPLE0002"},
    "payment_one_counts": {"transaction_id": "4200002"},
    "payment_transaction": {"counts": False},
    "payment_order_idempotency": {"order_number": "ZK2", "state": "closed"},
    "payment_order_one_open": ANOTHER_ORDER,
    "payment_order_order_number_key": {**ANOTHER_ORDER, "order_number": "ZK1", "state": "closed"},
    "recovery_code_one_live": {"code_hash": "another"},
    "registration_candidate_exam": {"state": "draft"},
    "registration_registration_number_key": {
        "candidate_id": Its("another candidate"),
        "registration_number": "2024130000001",
    },
    "result_registration": {"admit_number": "24113010100102"},
    "results_publication_exam": {"publish_at": LATER, "report_until": None},
    "room_venue_number": {"capacity": 20},
    "score_merge_past": {"registration_id": Its("another registration")},
    "score_merge_registration": {"past_id": Its("another past")},
    "seat_one_a_session": {"number": 2},
    "seat_used_once": {"registration_id": Its("another registration")},
    "site_area_code": {"name": "另一市"},
    "site_area_name": {"code": "02"},
    "site_policy_exam_site": {},
    "speciality_kind_code": {"name": "另一专业"},
    "staff_member_username_key": {"name": "另一中心"},
    "venue_exam_site_number": {"name": "另一考场"},
}
"""By unique index: how the second row differs from the first, which it may not stand beside."""

FIRST: Final[Mapping[str, Mapping[str, Any]]] = {
    "registration_registration_number_key": {"registration_number": "2024130000001"},
}
"""How the first row differs from the sample, where the sample leaves the column empty."""

ALLOWED: Final[Mapping[str, tuple[str, Mapping[str, Any], Mapping[str, Any]]]] = {
    "an account bound again after it was unbound": ("binding", {"unbound_at": NOON}, {}),
    "another account bound after the first was unbound": ("binding", {"unbound_at": NOON}, {"open_id": "oOTHER"}),
    "a new recovery code after one was ended": ("recovery_code", {"ended_at": NOON}, {}),
    "a message without an id of the client's beside another": (
        "inquiry_message",
        {"client_message_id": None},
        {"client_message_id": None},
    ),
    "a new order after one was closed": ("payment_order", {"state": "closed"}, ANOTHER_ORDER),
    "a new order after one was paid": ("payment_order", {"state": "paid"}, ANOTHER_ORDER),
    "a surplus beside the payment that counts": ("payment", {}, {"transaction_id": "4200002", "counts": False}),
    "two surpluses": ("payment", {"counts": False}, {"transaction_id": "4200002", "counts": False}),
    "the same transaction number at another platform": ("payment", {}, {"platform": "alipay", "counts": False}),
    "a new admit number after one was retired": ("admit_number", {"retired_at": NOON}, {"number": "24113010100102"}),
    "a seat given again after it was freed": (
        "seat",
        {"freed_at": NOON},
        {"registration_id": Its("another registration")},
    ),
    "another seat after the first was freed": ("seat", {"freed_at": NOON}, {"number": 2}),
}
"""What the rules leave room for, because what was is kept: table, first row, second row."""

BROKEN: Final[Mapping[str, Mapping[str, Any]]] = {
    "admit_number_14_digits": {"number": "2411301010010A"},
    "area_code_digits": {"code": "1A"},
    "area_policy_after_auto_confirmation_word": {"after_auto_confirmation": "later"},
    "area_policy_modes": {"payment_mode": "by post"},
    "calendar_window_area_of_site": {"site_id": Its("site")},
    "calendar_window_edges": {"opens_at": LATER, "closes_at": NOON},
    "confirmation_point_edges": {"opens_at": LATER, "closes_at": NOON},
    "confirmation_point_hand_in_word": {"hand_in": "nobody"},
    "confirmation_slot_edges": {"opens_at": LATER, "closes_at": NOON},
    "confirmation_slot_half_word": {"half": "night"},
    "confirmation_slot_hand_in_word": {"hand_in": "nobody"},
    "exam_after_auto_confirmation_word": {"after_auto_confirmation": "later"},
    "exam_year_plausible": {"year": 24},
    "exam_layer_area_of_site": {"site_id": Its("site")},
    "exam_session_edges": {"ends_at": NOON},
    "face_login_ended_says_when": {"state": "passed"},
    "inquiry_closed_says_when": {"state": "closed"},
    "past_registration_attendance_word": {"attendance": "there"},
    "payment_amount_positive": {"amount_fen": 0},
    "payment_order_amount_positive": {"amount_fen": -1},
    "registration_confirmed_says_by_whom": {
        "state": "confirmed",
        "registration_number": "2024130000001",
        "verification_code": "AAAA1111",
    },
    "registration_forfeited_says_why": {"state": "forfeited"},
    "registration_score_merge_word": {"score_merge": "wanted"},
    "registration_seated_is_paid": {
        "state": "seated",
        "payment_state": "due",
        "registration_number": "2024130000001",
        "verification_code": "AAAA1111",
        "confirmed_by": "staff",
    },
    "registration_submitted_has_codes": {"state": "submitted"},
    "registration_version_positive": {"version": 0},
    "result_admit_number_14_digits": {"admit_number": "2411301010010A"},
    "results_publication_edges": {"publish_at": LATER},
    "room_capacity_two_digits": {"capacity": 100},
    "room_number_three_digits": {"number": 0},
    "seat_two_digits": {"number": 100},
    "site_code_digits": {"code": "X1"},
    "site_policy_payment_mode_word": {"payment_mode": "by post"},
    "speciality_level_word": {"level": "senior"},
    "staff_member_scope": {"level": "site"},
    "venue_number_two_digits": {"number": 100},
}
"""By check: the columns in which a row breaks it."""
