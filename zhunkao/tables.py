"""Every module that declares tables: the roof knows all capabilities, none of them knows the others."""

from typing import Final

from backend.database import configuration

MODELS: Final = (
    "backend.audit",
    "backend.events",
    "backend.privacy.models",
    "backend.exams.models",
    "backend.candidates.models",
    "backend.registrations.models",
    "backend.payments.models",
    "backend.seating.models",
    "backend.custody.models",
    "backend.results.models",
    "backend.violations.models",
    "backend.documents.models",
    "backend.staff.models",
    "backend.inquiries.models",
    "backend.inquiries.desk_models",
    "backend.notices.models",
    "backend.reminders.models",
    "backend.reminders.delivery_models",
)

TORTOISE: Final = configuration("postgres://postgres@127.0.0.1:5432/zhunkao", MODELS)
"""For tortoise's own command, which compares models with migrations and asks no database for that."""
