"""Who hands the papers in at the confirmation, as the steps view says it: message codes of wording/steps.toml."""

from backend.registrations.standing import Standing


def asks_to_fill_in(standing: Standing) -> str:
    """With where to register, in an exam whose fresh graduates do so where their school is."""
    message = "form_current_schools" if standing.schools else "form_current"
    if standing.confirmed_online:
        message = "form_current_online"
    return message


def asks_to_confirm(standing: Standing) -> str:
    """The school of a fresh graduate brings the papers, the unit where the place says so, else the candidate."""
    message = "confirmation_auto_failed" if standing.auto_failed else "confirmation_current"
    if standing.place is not None and standing.place.hand_in == "unit":
        message = "confirmation_by_unit"
    if standing.schools and standing.school:
        message = "confirmation_by_school"
    return message
