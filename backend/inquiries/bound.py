"""Whose chat it is."""

from uuid import UUID

from backend.candidates.models import Binding
from backend.inquiries.models import Chat


async def bound_to(chat: Chat) -> UUID | None:
    """The candidate to whom this platform user is bound now."""
    user = {"platform": chat.platform, "app_id": chat.app_id, "open_id": chat.open_id}
    binding = await Binding.filter(**user, unbound_at=None).first().values_list("candidate_id", flat=True)
    return UUID(str(binding)) if binding else None
