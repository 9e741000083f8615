"""One valid row of each table, written with plain SQL; what it refers to is written first, once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import asyncpg

NOON = datetime(2024, 4, 13, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Its:
    """The key of the sample row of another table, or of one of OTHERS."""

    name: str


Value = object | Its | Callable[[], object]

SAMPLES: Final[Mapping[str, Mapping[str, Value]]] = {
    "area": {"name": "示例省", "code": "13"},
    "site": {"area_id": Its("area"), "name": "示例市", "code": "01"},
    "exam": {
        "code": "sample-2024",
        "name": "示例考试",
        "kind": "health_professional",
        "year": 2024,
        "exam_days": "[]",
        "subjects": "[]",
        "formats": "[]",
        "mini_programs": "[]",
        "rolling_years": 2,
        "after_auto_confirmation": "review",
        "exam_day_timetable": "[]",
        "sample": True,
        "source": "sample",
        "version": 1,
    },
    "exam_layer": {
        "exam_id": Its("exam"),
        "area_id": None,
        "site_id": None,
        "part": "calendar",
        "file": "sample.toml",
        "text": "",
        "accept_outside": False,
    },
    "area_policy": {
        "exam_id": Its("exam"),
        "area_id": Its("area"),
        "confirmation_mode": "onsite",
        "auto_confirmation": False,
        "after_auto_confirmation": None,
        "payment_mode": "online",
        "prices": "{}",
        "materials": "[]",
        "commitment_letter": False,
        "frontline_exemption": False,
        "sample": True,
    },
    "site_policy": {
        "exam_id": Its("exam"),
        "site_id": Its("site"),
        "payment_mode": None,
        "materials": "[]",
        "sample": True,
    },
    "calendar_window": {
        "exam_id": Its("exam"),
        "area_id": None,
        "site_id": None,
        "stage": "payment",
        "position": 1,
        "opens_at": NOON,
        "closes_at": LATER,
        "sample": True,
        "source": "sample",
    },
    "confirmation_point": {
        "exam_id": Its("exam"),
        "site_id": Its("site"),
        "name": "示例报名点",
        "opens_at": None,
        "closes_at": None,
        "serves": "{}",
        "hand_in": "self",
        "sample": True,
    },
    "confirmation_slot": {
        "exam_id": Its("exam"),
        "site_id": Its("site"),
        "position": 1,
        "day": date(2024, 4, 13),
        "half": "morning",
        "opens_at": NOON,
        "closes_at": LATER,
        "serves": "{}",
        "hand_in": "self",
        "sample": True,
    },
    "speciality": {
        "kind": "health_professional",
        "code": "368",
        "name": "示例专业",
        "level": "intermediate",
        "subjects": "[]",
        "sample": True,
    },
    "exam_session": {
        "exam_id": Its("exam"),
        "area_id": None,
        "number": 1,
        "subject": "基础知识",
        "specialities": "[]",
        "starts_at": NOON,
        "ends_at": LATER,
        "sample": True,
    },
    "venue": {
        "exam_id": Its("exam"),
        "site_id": Its("site"),
        "number": 1,
        "name": "示例考场",
        "address": "示例路1号",
        "sample": True,
    },
    "room": {"venue_id": Its("venue"), "number": 1, "capacity": 30},
    "candidate": {
        "id": uuid4,
        "username": "ceshi_jia",
        "username_key": "ceshi_jia",
        "password_hash": "hash",
        "name": "测试甲",
        "id_type": "resident_id_card",
        "id_number": b"encrypted",
        "id_number_index": b"one person's",
        "phone": b"encrypted",
        "recovery_question": "first_school",
        "recovery_answer_hash": "hash",
        "identity_check": "passed",
        "education_check": "passed",
        "created_at": NOON,
    },
    "binding": {
        "candidate_id": Its("candidate"),
        "platform": "wechat",
        "app_id": "wxSAMPLE",
        "open_id": "oSAMPLE",
        "bound_at": NOON,
        "last_used_at": NOON,
        "unbound_at": None,
    },
    "registration": {
        "id": uuid4,
        "candidate_id": Its("candidate"),
        "exam_id": Its("exam"),
        "state": "draft",
        "payment_state": "none",
        "version": 1,
        "registration_number": None,
        "verification_code": None,
        "form": "{}",
        "rolls": False,
        "reasons": "[]",
        "forfeited_reason": None,
        "confirmed_by": None,
        "created_at": NOON,
    },
    "form_version": {
        "registration_id": Its("registration"),
        "number": 1,
        "verification_code": "AAAA1111",
        "form": "{}",
        "submitted_at": NOON,
    },
    "material": {
        "registration_id": Its("registration"),
        "kind": "身份证",
        "picture": "materials/sample",
        "refused_because": None,
        "uploaded_at": NOON,
    },
    "correction": {
        "registration_id": Its("registration"),
        "what": "name",
        "before": "{}",
        "after": "{}",
        "evidence": "示例",
        "state": "registered",
        "registered_by": uuid4,
        "registered_at": NOON,
        "decided_by": None,
        "decided_at": None,
        "reason": None,
    },
    "overdue_review": {
        "exam_id": Its("exam"),
        "site_id": Its("site"),
        "closes_at": NOON,
        "registrations": 1,
        "told_at": NOON,
    },
    "past_registration": {
        "kind": "health_professional",
        "year": 2023,
        "id_type": "resident_id_card",
        "id_number_index": b"one person's",
        "archive_number": "SAMPLE0001",
        "attendance": "sat",
        "qualified": False,
        "passed_subjects": "[]",
        "marks": "[]",
        "form": "{}",
        "sample": True,
    },
    "rule_again": {"registration_id": Its("registration"), "since": NOON},
    "score_merge": {
        "registration_id": Its("registration"),
        "past_id": Its("past_registration"),
        "evidence": "[]",
        "merged_at": NOON,
        "merged_by": "test",
    },
    "result": {
        "registration_id": Its("registration"),
        "exam_id": Its("exam"),
        "admit_number": "24113010100101",
        "marks": "[]",
        "rolled": "[]",
        "rolls_on": "[]",
        "qualified": False,
        "sample": True,
    },
    "results_publication": {
        "exam_id": Its("exam"),
        "publish_at": NOON,
        "report_until": LATER,
        "set_at": NOON,
        "set_by": "test",
    },
    "payment_order": {
        "order_number": "ZK1",
        "registration_id": Its("registration"),
        "platform": "wechat",
        "open_id": "oSAMPLE",
        "amount_fen": 26000,
        "state": "open",
        "idempotency_key": "a-first-intention",
        "opened_at": NOON,
        "expires_at": LATER,
    },
    "payment": {
        "order_id": Its("payment_order"),
        "registration_id": Its("registration"),
        "platform": "wechat",
        "transaction_id": "4200001",
        "amount_fen": 26000,
        "paid_at": NOON,
        "counts": True,
        "recorded_at": NOON,
    },
    "refund": {
        "refund_number": "TK1",
        "payment_id": Its("payment"),
        "registration_id": Its("registration"),
        "platform": "wechat",
        "amount_fen": 26000,
        "kind": "requested",
        "reason": "考生病假",
        "state": "asked",
        "asked_by": "a clerk",
        "asked_at": NOON,
        "decided_by": None,
        "decided_at": None,
        "decision_reason": None,
        "due_at": None,
        "tries": 0,
        "succeeded_at": None,
    },
    "callback": {
        "platform": "wechat",
        "door": "payments",
        "event_id": "EVENT-1",
        "kind": "TRANSACTION.SUCCESS",
        "body": b"{}",
        "headers": "{}",
        "received_at": NOON,
    },
    "reconciliation": {
        "platform": "wechat",
        "day": date(2024, 1, 29),
        "state": "waiting",
        "attempts": 0,
        "try_at": NOON,
        "payments": 0,
        "payments_fen": 0,
        "refunds": 0,
        "refunds_fen": 0,
        "done_at": None,
    },
    "bill_difference": {
        "reconciliation_id": Its("reconciliation"),
        "kind": "missing_here",
        "order_number": "ZK1",
        "theirs_fen": 26000,
        "ours_fen": None,
    },
    "seating_plan": {
        "exam_id": Its("exam"),
        "site_id": Its("site"),
        "seed": 1,
        "candidates": 1,
        "adopted_at": NOON,
        "adopted_by": "test",
    },
    "admit_number": {
        "number": "24113010100101",
        "registration_id": Its("registration"),
        "issued_at": NOON,
        "retired_at": None,
    },
    "seat": {
        "plan_id": Its("seating_plan"),
        "registration_id": Its("registration"),
        "session_id": Its("exam_session"),
        "room_id": Its("room"),
        "number": 1,
        "freed_at": None,
    },
    "staff_member": {
        "id": uuid4,
        "username": "test.nation",
        "name": "示例中心",
        "level": "nation",
        "area_id": None,
        "site_id": None,
        "point_id": None,
        "roles": '["read"]',
        "created_at": NOON,
    },
    "face_login": {
        "id": uuid4,
        "platform": "wechat",
        "app_id": "wxSAMPLE",
        "open_id": "oSAMPLE",
        "name": "测试甲",
        "id_type": "resident_id_card",
        "id_number": b"encrypted",
        "id_number_index": b"one person's",
        "state": "begun",
        "begun_at": NOON,
        "expires_at": LATER,
        "completed_at": None,
    },
    "recovery_code": {
        "id": uuid4,
        "candidate_id": Its("candidate"),
        "code_hash": "hash",
        "issued_at": NOON,
        "expires_at": LATER,
        "ended_at": None,
    },
    "inquiry": {
        "id": uuid4,
        "kind": "account_recovery",
        "state": "open",
        "site_id": Its("site"),
        "candidate_id": Its("candidate"),
        "chat_id": Its("chat"),
        "opening_key": "a-first-question",
        "opened_at": NOON,
        "closed_at": None,
    },
    "chat": {
        "platform": "wechat",
        "app_id": "wxSAMPLE",
        "open_id": "oSAMPLE",
        "answers_left": 5,
        "entry_answers_left": 0,
    },
    "chat_delivery": {
        "message_id": Its("inquiry_message"),
        "chat_id": Its("chat"),
        "state": "sending",
        "attempts": 1,
        "due_at": NOON,
        "settled_at": None,
    },
    "pushed_message": {
        "platform": "wechat",
        "app_id": "wxSAMPLE",
        "open_id": "oSAMPLE",
        "event_id": "message.1",
        "kind": "text",
        "content": "{}",
        "sent_at": NOON,
        "received_at": NOON,
    },
    "inquiry_message": {
        "inquiry_id": Its("inquiry"),
        "author": "candidate",
        "text": "示例",
        "client_message_id": "a-first-message",
        "written_at": NOON,
    },
    "account_recovery": {
        "inquiry_id": Its("inquiry"),
        "name": "测试甲",
        "id_type": "resident_id_card",
        "id_number": b"encrypted",
        "id_number_index": b"one person's",
        "phone": b"encrypted",
        "platform": "wechat",
        "app_id": "wxSAMPLE",
        "open_id": "oSAMPLE",
        "asked_on": date(2024, 4, 13),
        "trail": "[]",
    },
    "account_change": {
        "inquiry_id": Its("inquiry"),
        "candidate_id": Its("candidate"),
        "name": "测试龑",
        "id_type": "resident_id_card",
        "id_number": b"encrypted",
        "state": "asked",
        "recommended": None,
        "note": None,
        "forwarded_by": None,
        "forwarded_at": None,
        "decided_by": None,
        "decided_at": None,
        "reason": None,
    },
    "notice": {"name": "sample", "area_id": None, "site_id": None, "withdrawn_at": None},
    "notice_version": {
        "notice_id": Its("notice"),
        "number": 1,
        "title": "示例公告",
        "text": "示例",
        "published_at": NOON,
        "member_id": Its("staff_member"),
    },
    "documents_seen": {"inquiry_id": Its("inquiry"), "member_id": Its("staff_member"), "seen_at": NOON},
    "audit_record": {
        "at": NOON,
        "recorded_at": NOON,
        "actor_kind": "system",
        "actor_id": "test",
        "act": "tested",
        "subject": "registration",
        "subject_id": "1",
    },
}

OTHERS: Final[Mapping[str, tuple[str, Mapping[str, Value]]]] = {
    "another candidate": (
        "candidate",
        {"username": "ceshi_yi", "username_key": "ceshi_yi", "id_number_index": b"another's"},
    ),
    "another inquiry": ("inquiry", {"chat_id": None, "opening_key": None}),
    "another message": ("inquiry_message", {"client_message_id": None}),
    "another chat": ("chat", {"open_id": "oOTHER"}),
    "another past": ("past_registration", {"id_number_index": b"another's", "archive_number": "SAMPLE0002"}),
    "another registration": ("registration", {"candidate_id": Its("another candidate")}),
}
"""A second person and their registration, for rules between two."""


@dataclass(slots=True)
class Rows:
    """Writes rows. `connection`: straight to PostgreSQL, past everything of ours."""

    connection: asyncpg.Connection
    keys: dict[str, Any] = field(default_factory=dict)

    async def add(self, table: str, **changed: Value) -> Any:
        """One more row of the sample, with these columns otherwise; its key."""
        values = {name: await self._resolved(value) for name, value in {**SAMPLES[table], **changed}.items()}
        columns, places = ", ".join(values), ", ".join(f"${number}" for number in range(1, len(values) + 1))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING id"
        return await self.connection.fetchval(statement, *values.values())

    async def one(self, name: str) -> Any:
        """The key of the sample row of that name, written now if it wasn't."""
        if name not in self.keys:
            table, changed = OTHERS.get(name, (name, {}))
            self.keys[name] = await self.add(table, **changed)
        return self.keys[name]

    async def _resolved(self, value: Value) -> object:
        if isinstance(value, Its):
            return await self.one(value.name)
        return value() if callable(value) else value
