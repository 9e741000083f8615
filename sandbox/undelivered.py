"""Notifications on their way, as plain data: they are part of the state."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class FormNotification:
    """One notification and how far its delivery is. The fields are those of the event; a delivery adds its own."""

    id: str
    url: str
    fields: dict[str, str]
    about: str
    """The platform's record that it is about, by its number."""
    attempts: int = 0
