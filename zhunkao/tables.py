"""Every module that declares tables: the roof knows all capabilities, none of them knows the others."""

from typing import Final

MODELS: Final = (
    "backend.audit",
    "backend.events",
    "backend.exams.models",
    "backend.candidates.models",
    "backend.registrations.models",
    "backend.payments.models",
    "backend.seating.models",
    "backend.staff.models",
)
