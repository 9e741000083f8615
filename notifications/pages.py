"""The page of the mini-program that a reminder opens."""

from uuid import UUID

from notifications.catalogue import Kind


def page(kind: Kind, registration_id: UUID | None, inquiry_id: UUID | None) -> str:
    """With the registration or inquiry it is about, where it has one."""
    return kind.page.format(registration=registration_id, inquiry=inquiry_id)
