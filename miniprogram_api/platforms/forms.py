"""Notifications that come as forms: the same fields the platform signed, empty ones included."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from backend.payments.platforms import BadNotification

MOST_FIELDS = 200


def read_form(body: bytes) -> Mapping[str, str]:
    """The form's fields, decoded once. Raises BadNotification `not_readable`, also where a field comes twice."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise BadNotification("not_readable") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        # Which of the two was signed nobody could tell.
        raise BadNotification("not_readable")
    return fields


def base64_of(value: str) -> str:
    """A signature as it was sent: where a `+` was taken for a space on the way, base64 has no spaces of its own."""
    return value.replace(" ", "+")
