"""What the database itself holds true of these tables beyond single columns; a migration runs every statement once.

Where area or site may be null, two nulls count as the same: a nation has one layer, not many.
"""


def _check(table: str, name: str, condition: str) -> str:
    return f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name} CHECK ({condition})"


def _unique(table: str, name: str, columns: str) -> str:
    return f"CREATE UNIQUE INDEX {table}_{name} ON {table} ({columns}) NULLS NOT DISTINCT"


_MODES = "payment_mode IN ('onsite', 'online')"
_AFTER = "after_auto_confirmation IN ('payment', 'site_review', 'review')"
_AREA_OF_SITE = "site_id IS NULL OR area_id IS NOT NULL"
_IN_ORDER = "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at"

CONSTRAINTS: tuple[str, ...] = (
    _check("area", "code_digits", "code ~ '^[0-9]{2}$'"),
    _check("site", "code_digits", "code ~ '^[0-9]{2}$'"),
    _unique("site", "area_name", "area_id, name"),
    _unique("site", "area_code", "area_id, code"),
    _check("exam", "year_plausible", "year BETWEEN 2000 AND 2100"),
    _check("exam", "after_auto_confirmation_word", _AFTER),
    _unique("exam", "kind_year", "kind, year"),
    _check("exam_layer", "area_of_site", _AREA_OF_SITE),
    _unique("exam_layer", "place", "exam_id, area_id, site_id, part"),
    _check("area_policy", "modes", f"confirmation_mode IN ('onsite', 'online') AND {_MODES}"),
    _check("area_policy", "after_auto_confirmation_word", f"after_auto_confirmation IS NULL OR {_AFTER}"),
    _unique("area_policy", "exam_area", "exam_id, area_id"),
    _check("site_policy", "payment_mode_word", f"payment_mode IS NULL OR {_MODES}"),
    _unique("site_policy", "exam_site", "exam_id, site_id"),
    _check("calendar_window", "area_of_site", _AREA_OF_SITE),
    _check("calendar_window", "edges", f"coalesce(opens_at, closes_at) IS NOT NULL AND ({_IN_ORDER})"),
    _unique("calendar_window", "place", "exam_id, area_id, site_id, stage, position"),
    _check("confirmation_point", "edges", _IN_ORDER),
    _check("confirmation_point", "hand_in_word", "hand_in IN ('self', 'unit')"),
    _unique("confirmation_point", "exam_site_name", "exam_id, site_id, name"),
    _check("confirmation_slot", "edges", "opens_at < closes_at"),
    _check("confirmation_slot", "hand_in_word", "hand_in IN ('self', 'unit')"),
    _check("confirmation_slot", "half_word", "half IN ('morning', 'afternoon', 'all_day')"),
    _unique("confirmation_slot", "exam_site_position", "exam_id, site_id, position"),
    _check("speciality", "level_word", "level IN ('junior', 'intermediate')"),
    _unique("speciality", "kind_code", "kind, code"),
    _check("exam_session", "edges", "number > 0 AND starts_at < ends_at"),
    _unique("exam_session", "exam_area_number", "exam_id, area_id, number"),
    _check("venue", "number_two_digits", "number BETWEEN 1 AND 99"),
    _unique("venue", "exam_site_number", "exam_id, site_id, number"),
    _check("room", "number_three_digits", "number BETWEEN 1 AND 999"),
    _check("room", "capacity_two_digits", "capacity BETWEEN 1 AND 99"),
    _unique("room", "venue_number", "venue_id, number"),
)
