"""The rows of an exam, derived from all of its files. Pure: a publication and the ids of what it names in, rows out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.clock import EXAM_ZONE
from backend.exams.file_shape import NationalFile, SessionShape
from backend.exams.publication import ROLLING_YEARS, Place, Publication, PublishedFile
from backend.exams.room_layout import usual_columns

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """Keys of the rows a publication speaks of, by their names."""

    areas: Mapping[str, int]
    sites: Mapping[tuple[str, str], int]

    def of(self, place: Place) -> Row:
        """`area_id` and `site_id` of a place, None where it is wider."""
        area, site = place
        return {
            "area_id": self.areas[area] if area else None,
            "site_id": self.sites[area, site] if area and site else None,
        }


def exam_row(file: PublishedFile, national: NationalFile) -> Row:
    results, military = national.results, national.military
    return {
        "code": national.exam,
        "name": national.name,
        "kind": national.kind,
        "year": national.year,
        "exam_days": [day.isoformat() for day in sorted(national.exam_days)],
        "subjects": list(national.subjects),
        "formats": list(national.formats),
        "mini_programs": list(national.mini_programs),
        "rolling_years": national.rolling_years or ROLLING_YEARS.get(national.kind, 1),
        "eligibility_cutoff": national.eligibility_cutoff,
        "results_rule": {"within": results.within, "after": results.after} if results else None,
        "after_auto_confirmation": national.after_auto_confirmation,
        "fresh_graduates_confirm_at": national.fresh_graduates_confirm_at,
        "military": {
            "self_registration": military.self_registration,
            "payment": military.payment,
            "results_public": military.results_public,
        }
        if military
        else None,
        "exam_day_timetable": [
            {"anchor": step.anchor, "minute": step.minute, "step": step.step, "instruction": step.instruction}
            for step in national.exam_day
        ],
        "sample": national.sample,
        "source": file.file.source,
    }


def layer_rows(publication: Publication, ids: Ids) -> Iterator[Row]:
    for file in publication.downwards:
        yield {
            **ids.of(file.place),
            "part": file.shape.part,
            "file": file.file.name,
            "text": file.file.text,
            "accept_outside": file.accepted,
        }


def area_policy_rows(publication: Publication, ids: Ids) -> Iterator[Row]:
    """One row for each of the 32 areas: an area that nobody speaks of holds the exam as the nation says."""
    for area, area_id in ids.areas.items():
        policy = publication.policy(area)
        yield {
            "area_id": area_id,
            "confirmation_mode": policy.confirmation_mode,
            "auto_confirmation": policy.auto_confirmation,
            "after_auto_confirmation": policy.after_auto_confirmation,
            "payment_mode": policy.payment_mode,
            "prices": dict(policy.prices),
            "materials": list(policy.materials),
            "commitment_letter": policy.commitment_letter,
            "frontline_exemption": policy.frontline_exemption,
            "sample": policy.sample,
        }


def site_policy_rows(publication: Publication, ids: Ids) -> Iterator[Row]:
    for key, site in publication.sites.items():
        yield {
            "site_id": ids.sites[key],
            "payment_mode": site.facts.payment_mode,
            "phone": site.facts.contact.phone if site.facts.contact else None,
            "confirmation_place": site.facts.confirmation_place,
            "materials": list(site.facts.materials),
            "sample": site.sample,
        }


def window_rows(publication: Publication, ids: Ids) -> Iterator[Row]:
    for place in dict.fromkeys(file.place for file in publication.downwards):
        for stage, file in publication.speakers(place).items():
            spans = file.shape.windows[stage]
            windows = sorted((span.window() for span in spans), key=lambda window: window.start())
            for position, window in enumerate(windows):
                yield {
                    **ids.of(file.place),
                    "stage": stage.value,
                    "position": position,
                    "opens_at": window.opens_at,
                    "closes_at": window.closes_at,
                    "sample": file.shape.sample,
                    "source": file.file.source,
                }


def point_rows(publication: Publication, ids: Ids) -> Iterator[Row]:
    for key, site in publication.sites.items():
        for point in site.points:
            window = point.window()
            yield {
                "site_id": ids.sites[key],
                "name": point.name,
                "phone": point.phone,
                "address": point.address,
                "opens_at": window.opens_at if window else None,
                "closes_at": window.closes_at if window else None,
                "serves": point.serves.stored(),
                "hand_in": point.hand_in,
                "sample": site.sample,
            }


def slot_rows(publication: Publication, ids: Ids) -> Iterator[Row]:
    for key, site in publication.sites.items():
        for position, slot in enumerate(site.facts.confirmation_slots):
            window = slot.window()
            yield {
                "site_id": ids.sites[key],
                "position": position,
                "day": slot.day,
                "half": slot.half,
                "opens_at": window.opens_at,
                "closes_at": window.closes_at,
                "serves": slot.serves.stored(),
                "hand_in": slot.hand_in,
                "sample": site.sample,
            }


def venue_rows(publication: Publication, ids: Ids) -> Iterator[Row]:
    for key, site in publication.sites.items():
        for number, venue in enumerate(site.facts.venues, start=1):
            yield {
                "site_id": ids.sites[key],
                "number": number,
                "name": venue.name,
                "address": venue.address,
                "sample": site.sample,
            }


def room_rows(publication: Publication, ids: Ids, venues: Mapping[tuple[int, int], int]) -> Iterator[Row]:
    """`venues`: (site id, venue number) → venue id, of those that the files still speak for."""
    for key, site in publication.sites.items():
        for venue_number, venue in enumerate(site.facts.venues, start=1):
            venue_id = venues.get((ids.sites[key], venue_number))
            for number, seats in enumerate(venue.rooms if venue_id else (), start=1):
                yield {
                    "venue_id": venue_id,
                    "number": number,
                    "capacity": seats,
                    "columns": usual_columns(seats),
                }


def session_rows(publication: Publication, ids: Ids) -> Iterator[Row]:
    for file in publication.downwards:
        for session in file.shape.sessions:
            yield {
                "area_id": ids.of(file.place)["area_id"],
                "number": session.number,
                "subject": session.subject,
                "specialities": list(session.specialities),
                **_sitting(session),
                "sample": file.shape.sample,
            }


def _sitting(session: SessionShape) -> Row:
    return {
        "starts_at": datetime.combine(session.day, session.starts, EXAM_ZONE),
        "ends_at": datetime.combine(session.day, session.ends, EXAM_ZONE),
    }
