"""The statements that plan, each over a batch of registrations or events. What a rule asks stands in rules.py.

`scope`: the registrations to plan for, since when (what was due before is nobody's any more), and when that which is
wanted at once goes out. `wanted`: what the calendar and the registration ask for now, telling by telling. `compared`:
that beside what is known of them. What isn't planned yet is planned; what is planned otherwise is moved; what is
planned and not wanted is withdrawn; what has gone out stays; what is as it should be, most of it, isn't touched.
"""

from collections.abc import Sequence
from typing import Final

from backend.exams.stages import Stage
from notifications.catalogue import Entry
from notifications.rules import FORFEITED, REACHED, RULES

AREA: Final = "coalesce(registration.form #>> '{registration,area}', '')"
SITE: Final = "coalesce(registration.form #>> '{registration,site}', '')"
EMPLOYER: Final = "coalesce(registration.form #>> '{work,employer}', '')"
PARENT: Final = "coalesce(registration.form #>> '{work,employer_parent}', '')"

SCOPE: Final = """
WITH scope AS (
    SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS scope (id, since, at_once)
), moment AS (
    SELECT * FROM unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[],
        $13::boolean[], $14::date[], $15::timestamptz[], $16::timestamptz[])
        AS moment (kind, telling, area, site, point, employer, parent, by_employer, day, due_at, expires_at)
)"""
"""$1 to $3: the scope; $4: the exam; $5: now; the rest: when which telling goes out where."""

REGISTRATIONS: Final = f""", theirs AS MATERIALIZED (
    SELECT registration.*, {AREA} AS area, {SITE} AS site, coalesce(registration.confirmation_point_id, 0) AS point,
        {EMPLOYER} AS employer, {PARENT} AS parent, scope.since, scope.at_once
    FROM scope JOIN registration ON registration.id = scope.id JOIN exam ON exam.id = registration.exam_id
    WHERE registration.exam_id = $4::bigint AND {REACHED}
)"""
OF_PLACE: Final = "(moment.area, moment.site) = (registration.area, registration.site)"
OF_THEIR_PLACE: Final = f"""{OF_PLACE} AND moment.point = registration.point AND (NOT moment.by_employer
            OR (moment.employer, moment.parent) = (registration.employer, registration.parent))"""

KEEP: Final = """, known AS MATERIALIZED (
    SELECT theirs.* FROM scope CROSS JOIN LATERAL (
        SELECT id, candidate_id, kind, occasion, state, due_at, expires_at, closed_at FROM reminder
        WHERE {owner} = scope.id AND split_part(occasion, '/', 1) = ($4::bigint)::text
            AND (kind, split_part(occasion, '/', 3)) IN ({tellings}) OFFSET 0
    ) AS theirs
), compared AS MATERIALIZED (
    SELECT known.id, candidate_id, kind, occasion, wanted.registration_id, wanted.due_at, wanted.expires_at,
        wanted.due_at >= since AND (wanted.expires_at IS NULL OR wanted.due_at < wanted.expires_at)
            AND CASE known.state WHEN 'withdrawn' THEN true
                WHEN 'planned' THEN NOT wanted.at_once
                    AND (known.due_at, known.expires_at) IS DISTINCT FROM (wanted.due_at, wanted.expires_at)
                ELSE known.id IS NULL END AS is_to_plan,
        known.state = 'sent' AND known.closed_at IS NULL AND wanted.occasion IS NOT NULL
            AND known.expires_at IS DISTINCT FROM wanted.expires_at AS is_to_show,
        known.state = 'planned'
            AND (wanted.at_once OR wanted.due_at >= since OR wanted.due_at = known.due_at) IS NOT TRUE AS is_over
    FROM wanted FULL JOIN known USING (candidate_id, kind, occasion)
), kept AS (
    INSERT INTO reminder (candidate_id, registration_id, kind, occasion, due_at, expires_at, created_at)
    SELECT candidate_id, registration_id, kind, occasion, due_at, expires_at, $5::timestamptz
    FROM compared WHERE is_to_plan
    ON CONFLICT (candidate_id, kind, occasion) DO UPDATE
        SET due_at = excluded.due_at, expires_at = excluded.expires_at, state = 'planned', closed_at = NULL
        WHERE reminder.state = 'withdrawn' OR (reminder.state = 'planned'
            AND (reminder.due_at, reminder.expires_at) IS DISTINCT FROM (excluded.due_at, excluded.expires_at))
    RETURNING 1
), shown AS (
    UPDATE reminder SET expires_at = found.expires_at
    FROM compared AS found WHERE found.is_to_show
        AND reminder.id = ANY(ARRAY(SELECT id FROM compared WHERE is_to_show)) AND reminder.id = found.id
        AND reminder.state = (SELECT 'sent') AND reminder.closed_at IS NULL
), withdrawn AS (
    UPDATE reminder SET state = 'withdrawn', closed_at = $5::timestamptz
    WHERE id = ANY(ARRAY(SELECT id FROM compared WHERE is_over)) AND state = (SELECT 'planned')
    RETURNING 1
)
SELECT (SELECT count(*) FROM kept) AS planned, (SELECT count(*) FROM withdrawn) AS withdrawn,
    set_config('plan_cache_mode', 'auto', true)
"""
"""A to-do that is open shows the deadline as it is now.

How this is carried out may not go by statistics, which lag behind by a million rows: what is known is looked up person
by person (OFFSET 0), what changes by an array of ids, and no partial index is found for a state that is asked for by
SELECT. The foreign keys of what was inserted are checked after the last SELECT: one by one, and by a plan each if that
were still forced on every statement (BY_SIZE).
"""

BY_SIZE: Final = "SET LOCAL plan_cache_mode = 'force_custom_plan'"
"""A batch is one registration or thousands: how it is planned for goes by how many there are."""

ONE_DAY: Final = """CROSS JOIN LATERAL (
        SELECT (session.starts_at AT TIME ZONE 'Asia/Shanghai')::date AS day, min(session.starts_at) AS starts_at
        FROM seat JOIN exam_session AS session ON session.id = seat.session_id
        WHERE seat.registration_id = registration.id AND seat.freed_at IS NULL GROUP BY 1 ORDER BY 1 LIMIT {limit}
    ) AS sat"""


def planning(entries: Sequence[Entry]) -> str:
    """Plan what follows from the calendar, all of these tellings at once: all about registrations, or all about
    accounts, which `scope` then is. Answers how many reminders it has planned or moved, and withdrawn."""
    tellings = ", ".join(f"('{entry.kind_name}', '{entry.name}')" for entry in entries)
    if entries[0].kind.about == "account":
        found, owner, each = SCOPE, "candidate_id", _of_accounts
    else:
        found, owner, each = SCOPE + REGISTRATIONS, "registration_id", _of_registrations
    wanted = "\n    UNION ALL\n".join(each(entry) for entry in entries)
    return f"{found}, wanted AS (\n{wanted}\n){KEEP.format(owner=owner, tellings=tellings)}"


def _of_registrations(entry: Entry) -> str:
    return _on_a_day(entry) if entry.when.exam_day else _at_an_edge(entry)


def _of(entry: Entry) -> str:
    return f"moment.kind = '{entry.kind_name}' AND moment.telling = '{entry.name}'"


def _holds(entry: Entry) -> str:
    """The condition of everybody this telling is for."""
    rules = [entry.kind.whom, *([entry.when.only] if entry.when.only else [])]
    return " AND ".join(f"({RULES[rule].holds})" for rule in rules)


def _at_an_edge(entry: Entry) -> str:
    """An opening that is past, and what is told at once, goes out as soon as it is for somebody."""
    at_once = "false" if entry.when.edge == "closes" else "coalesce(moment.due_at < registration.since, true)"
    return f"""    SELECT registration.candidate_id, registration.id AS registration_id, registration.since,
        {at_once} AS at_once, '{entry.kind_name}' AS kind,
        registration.exam_id || '/' || {RULES[entry.kind.whom].again} || '/{entry.name}' AS occasion,
        CASE WHEN {at_once} THEN registration.at_once ELSE moment.due_at END AS due_at, moment.expires_at
    FROM theirs AS registration JOIN exam ON exam.id = registration.exam_id
    JOIN moment ON {_of(entry)} AND {OF_THEIR_PLACE if entry.when.at_their_place else OF_PLACE}
    WHERE {_holds(entry)}"""


def _on_a_day(entry: Entry) -> str:
    """Before the first of their own exam days, or before each of them."""
    each = entry.when.exam_day == "each"
    day, expires = (" || '-' || sat.day", "sat.starts_at") if each else ("", "moment.expires_at")
    return f"""    SELECT registration.candidate_id, registration.id AS registration_id, registration.since,
        false AS at_once, '{entry.kind_name}' AS kind,
        registration.exam_id || '/' || {RULES[entry.kind.whom].again}{day} || '/{entry.name}' AS occasion,
        moment.due_at, {expires} AS expires_at
    FROM theirs AS registration JOIN exam ON exam.id = registration.exam_id
    {ONE_DAY.format(limit="ALL" if each else "1")}
    JOIN moment ON {_of(entry)} AND {OF_PLACE} AND moment.day = sat.day
    WHERE {_holds(entry)}"""


def _of_accounts(entry: Entry) -> str:
    """Of whoever hasn't handed in a form for the exam, by the nation's calendar."""
    return f"""    SELECT candidate.id AS candidate_id, NULL::uuid AS registration_id, scope.since, false AS at_once,
        '{entry.kind_name}' AS kind, $4::bigint || '/0/{entry.name}' AS occasion, moment.due_at, moment.expires_at
    FROM scope JOIN candidate ON candidate.id = scope.id
    JOIN moment ON {_of(entry)} AND moment.area = '' AND moment.site = ''
    WHERE {_holds(entry)} AND NOT EXISTS (SELECT FROM registration
        WHERE registration.candidate_id = candidate.id AND exam_id = $4::bigint AND state <> 'draft')"""


ABOUT: Final = {
    "registration": """JOIN registration
        ON registration.id = coalesce(event.payload ->> 'registration', event.subject_id)::uuid
    JOIN exam ON exam.id = registration.exam_id""",
    "inquiry": "JOIN inquiry ON inquiry.id = event.subject_id::uuid",
    "account": "",
}


def telling_of_event(entry: Entry) -> str:
    """Plan what one event tells, for a batch of them: $1 their ids, $2 when each goes out, $3 the kind, $4 the telling,
    $5 now, $6 the variants, $7 how long it is of use, $8 to $11 when the stage is over, by exam and place.

    Several answers in one inquiry are one matter, everything else is a matter of its own.
    """
    when, about = entry.when, entry.kind.about
    matter = "event.subject_id" if about == "inquiry" else "'event-' || event.id"
    variant = f"event.payload ->> '{when.tells}'" if when.tells else f"'{_variant(entry)}'::text"
    having = [f"event.payload ->> '{key}' IN ({', '.join(map(repr, words))})" for key, words in when.having.items()]
    asked = [f"{variant} = ANY($6::text[])", *having, f"({RULES[entry.kind.whom].holds})"]
    if about == "registration":
        asked.append(REACHED)
    return f"""
WITH place AS (
    SELECT * FROM unnest($8::bigint[], $9::text[], $10::text[], $11::timestamptz[])
        AS place (exam_id, area, site, closes_at)
), told AS (
    SELECT event.candidate_id, {"registration.id" if about == "registration" else "NULL::uuid"} AS registration_id,
        {"inquiry.id" if about == "inquiry" else "NULL::uuid"} AS inquiry_id,
        {matter} || '/' || $4::text || '-' || event.id AS occasion, goes.due_at, {_expires(entry)} AS expires_at,
        event.payload || jsonb_build_object('variant', {variant}, 'of', event.subject_id) AS facts
    FROM event JOIN unnest($1::bigint[], $2::timestamptz[]) AS goes (id, due_at) ON goes.id = event.id
    {ABOUT[about]}
    WHERE event.name = '{when.event}' AND event.candidate_id IS NOT NULL AND {" AND ".join(asked)}
)
INSERT INTO reminder (candidate_id, registration_id, inquiry_id, kind, occasion, due_at, expires_at, facts, created_at)
SELECT candidate_id, registration_id, inquiry_id, $3::text, occasion, due_at, expires_at, facts, $5::timestamptz
FROM told WHERE expires_at IS NULL OR due_at < expires_at
ON CONFLICT (candidate_id, kind, occasion) DO NOTHING
"""


def _variant(entry: Entry) -> str:
    return entry.name if entry.name in entry.kind.variants else entry.kind.variants[0]


def _expires(entry: Entry) -> str:
    """The stage's end, or that of its usefulness: `least` leaves out what isn't known."""
    ends = ["event.happened_at + $7::interval"]
    if entry.when.until is Stage.SUPPLEMENT:
        ends.append("registration.supplement_until")
    elif entry.when.until is not None:
        of_exam = f"place.exam_id = exam.id AND place.area = {AREA} AND place.site = {SITE}"
        ends.append(f"(SELECT place.closes_at FROM place WHERE {of_exam})")
    return f"least({', '.join(ends)})"


def still_holds(kinds: dict[str, str]) -> str:
    """Whether the rule of a reminder's kind holds now. `kinds`: kind → rule; the statement joins ASKED."""
    cases = " ".join(f"WHEN '{kind}' THEN ({RULES[rule].holds})" for kind, rule in kinds.items())
    return f"coalesce(CASE reminder.kind {cases} END AND (registration.id IS NULL OR {REACHED}), false)"


ASKED: Final = """JOIN candidate ON candidate.id = reminder.candidate_id
    LEFT JOIN registration ON registration.id = reminder.registration_id
    LEFT JOIN exam ON exam.id = registration.exam_id LEFT JOIN inquiry ON inquiry.id = reminder.inquiry_id"""


NOT_CLOSED: Final = "(reminder.state = 'planned' OR (reminder.state = 'sent' AND reminder.closed_at IS NULL))"


def closing(holds: str) -> str:
    """Close what is done, and take back what has not gone out: $1 registrations, $2 inquiries, $3 now, $4 accounts."""
    return f"""
UPDATE reminder SET closed_at = $3::timestamptz,
    state = CASE WHEN reminder.state = 'planned' THEN 'withdrawn' WHEN found.is_forfeited THEN 'missed' ELSE 'done' END
FROM (
    SELECT reminder.id, coalesce({FORFEITED}, false) AS is_forfeited
    FROM reminder {ASKED}
    WHERE (reminder.registration_id = ANY($1::uuid[]) OR reminder.inquiry_id = ANY($2::uuid[])
            OR (reminder.candidate_id = ANY($4::uuid[])
                AND reminder.registration_id IS NULL AND reminder.inquiry_id IS NULL))
        AND {NOT_CLOSED} AND NOT {holds}
) AS found
WHERE found.id = reminder.id AND {NOT_CLOSED}
RETURNING reminder.state
"""
