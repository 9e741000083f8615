"""What is wrong with a form is told all together: each fault once, with its field, in the form's order."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.registrations.completeness import CODED, Holder, Offer, Speciality, check
from backend.registrations.form import Form
from backend.registrations.offer import with_level
from backend.registrations.questions import HEALTH_PROFESSIONAL, NURSE_LICENSING, QUESTIONS

TODAY = date(2023, 12, 1)
SUBJECTS = ("基础知识", "相关专业知识", "专业知识", "专业实践能力")
WHOLE: Mapping[str, Mapping[str, Any]] = {
    "basic": {"gender": "female", "birth_date": "1990-01-01", "ethnicity": "01"},
    "registration": {
        "area": "河北",
        "site": "示例市",
        "confirmation_point": 1,
        "speciality": "368",
        "level": "intermediate",
        "subjects": list(SUBJECTS),
        "current_qualification": "junior",
        "current_qualification_date": "2016-05-20",
    },
    "education": {
        "highest_education": "bachelor",
        "degree": "bachelor",
        "school": "示例医学院",
        "major": "护理学",
        "graduation_date": "2012-07-01",
        "study_years": 4,
        "school_recognised": False,
    },
    "work": {
        "employer": "示例市第一医院",
        "employer_nature": "public_hospital",
        "years_in_speciality": 0,
        "stamped_by": "unit",
    },
}
REQUIRED = HEALTH_PROFESSIONAL.required
OFFER = Offer(
    questions=HEALTH_PROFESSIONAL,
    year=2024,
    area_known=True,
    site_known=True,
    point_known=True,
    speciality=Speciality(level="intermediate", subjects=SUBJECTS),
    codes={
        "ethnicity": frozenset({"01"}),
        "health": frozenset({"good"}),
        "current_qualification": frozenset({"junior"}),
        "licence_class": frozenset({"clinical"}),
        "highest_education": frozenset({"bachelor"}),
        "degree": frozenset({"bachelor"}),
        "employer_nature": frozenset({"public_hospital"}),
    },
)
HOLDER = Holder(birth_date=date(1990, 1, 1), gender="female")


NURSE_SUBJECTS = ("专业实务", "实践能力")
STUDY: Mapping[str, Any] = {"begun": "2009-09", "ended": "2012-03", "school": "示例卫生职业学院", "major": "护理"}
NURSE: Mapping[str, Mapping[str, Any]] = {
    "basic": {**WHOLE["basic"], "health": "good"},
    "registration": {
        "area": "河北",
        "site": "示例市",
        "confirmation_point": 1,
        "speciality": "011",
        "subjects": list(NURSE_SUBJECTS),
    },
    "education": {
        **{name: value for name, value in WHOLE["education"].items() if name != "school_recognised"},
        "graduation_date": "2023-07-01",
        "studies": [STUDY],
        "fresh_graduate": False,
    },
    "work": dict(WHOLE["work"]),
}
NURSE_OFFER = replace(
    OFFER, questions=NURSE_LICENSING, speciality=Speciality(level="junior", subjects=NURSE_SUBJECTS), year=2024
)
KINDS: Mapping[str, tuple[Mapping[str, Mapping[str, Any]], Offer]] = {
    "health_professional": (WHOLE, OFFER),
    "nurse_licensing": (NURSE, NURSE_OFFER),
}
"""A whole form of each kind, and what its exam offers."""
OTHERS: Mapping[str, object] = {
    "basic.health": "good",
    "registration.current_qualification": "junior",
    "registration.current_qualification_date": "2016-05-20",
    "registration.licence_class": "clinical",
    "registration.practice_registration_date": "2016-06-01",
    "registration.archive_number": "SAMPLE0001",
    "registration.last_year_speciality": "368",
    "education.school_note": "示例校区",
    "education.major_note": "示例方向",
    "education.school_recognised": False,
    "education.studies": [STUDY],
    "education.fresh_graduate": False,
}
"""A good value for every field that some kind's form doesn't have."""


def form(whole: Mapping[str, Mapping[str, Any]] = WHOLE, /, **changed: object) -> Form:
    """The whole form, with changes by `section__field`."""
    values = {section: dict(fields) for section, fields in whole.items()}
    for place, value in changed.items():
        section, _, name = place.partition("__")
        values[section][name] = value
    return Form.model_validate(values)


def faults(given_form: Form, *, photo: bool = True, offer: Offer = OFFER, holder: Holder = HOLDER) -> list[list[str]]:
    found = check(given_form, photo=photo, offer=offer, holder=holder, today=TODAY)
    return [[fault.field, fault.code] for fault in found]


def order_of(fields: set[str]) -> list[str]:
    """The fields in the order of the paper form, the photo last of the basic ones."""
    every = [f"{section}.{name}" for section in WHOLE for name in type(getattr(Form(), section)).model_fields]
    every.insert(len(type(Form().basic).model_fields), "basic.photo")
    return [field for field in every if field in fields]


def test_a_whole_form_has_no_fault_though_it_says_no_and_nought() -> None:
    assert faults(form()) == []


def test_an_empty_form_lacks_every_required_field_and_the_photo() -> None:
    found = check(Form(), photo=False, offer=OFFER, holder=HOLDER, today=TODAY)
    assert Counter(fault.field for fault in found) == Counter([*REQUIRED, "basic.photo"])
    assert {fault.code for fault in found} == {"missing"}


@given(st.sets(st.sampled_from(REQUIRED)), st.booleans())
def test_every_missing_field_is_told_exactly_once_all_together_in_the_forms_order(
    missing: set[str], photo: bool
) -> None:
    lacking = form(**{field.replace(".", "__"): None for field in missing})
    expected = missing if photo else missing | {"basic.photo"}
    assert faults(lacking, photo=photo) == [[field, "missing"] for field in order_of(expected)]


@pytest.mark.parametrize(
    "field", ["registration.area", "registration.site", "education.school", "education.major", "work.employer"]
)
def test_a_text_of_spaces_alone_is_missing(field: str) -> None:
    assert faults(form(**{field.replace(".", "__"): "  　 "})) == [[field, "missing"]]


def test_no_subject_chosen_is_missing() -> None:
    assert faults(form(registration__subjects=[])) == [["registration.subjects", "missing"]]


@pytest.mark.parametrize(
    ("unknown", "field"),
    [
        ({"area_known": False}, "registration.area"),
        ({"site_known": False}, "registration.site"),
        ({"point_known": False}, "registration.confirmation_point"),
        ({"speciality": None}, "registration.speciality"),
    ],
)
def test_what_the_exam_does_not_offer_is_told(unknown: Mapping[str, Any], field: str) -> None:
    offer = Offer(
        **{
            **{name: getattr(OFFER, name) for name in OFFER.__slots__},
            **unknown,
        }
    )
    assert faults(form(), offer=offer) == [[field, "not_offered"]]


@pytest.mark.parametrize("field", sorted(HEALTH_PROFESSIONAL.asked & CODED.keys()))
def test_a_code_outside_its_list_is_told(field: str) -> None:
    assert faults(form(**{field.replace(".", "__"): "no_such"})) == [[field, "not_in_list"]]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"basic__gender": "male"}, ["basic.gender", "not_as_document"]),
        ({"basic__birth_date": "1990-01-02"}, ["basic.birth_date", "not_as_document"]),
        ({"registration__level": "junior"}, ["registration.level", "not_of_speciality"]),
        ({"registration__subjects": ["中医学"]}, ["registration.subjects", "not_of_speciality"]),
        ({"registration__subjects": [SUBJECTS[0], SUBJECTS[0]]}, ["registration.subjects", "twice"]),
        ({"education__graduation_date": "2023-12-02"}, ["education.graduation_date", "in_the_future"]),
        ({"education__graduation_date": "1990-01-01"}, ["education.graduation_date", "before_birth"]),
        (
            {"registration__current_qualification_date": "1989-01-01"},
            ["registration.current_qualification_date", "before_birth"],
        ),
        (
            {"registration__practice_registration_date": "2024-01-01"},
            ["registration.practice_registration_date", "in_the_future"],
        ),
    ],
)
def test_what_contradicts_document_speciality_or_time_is_told(
    changed: Mapping[str, object], expected: list[str]
) -> None:
    assert faults(form(**changed)) == [expected]


def test_a_document_that_says_nothing_of_its_holder_contradicts_nothing() -> None:
    assert faults(form(basic__gender="male"), holder=Holder(birth_date=None, gender=None)) == []


kinds = st.sampled_from(sorted(KINDS))


def changes(fields: Mapping[str, object]) -> dict[str, object]:
    """As `form` takes them."""
    return {field.replace(".", "__"): value for field, value in fields.items()}


def in_the_forms_order(fields: Iterable[str], code: str) -> list[list[str]]:
    return [[field, code] for field in order_of(set(fields))]


def test_every_kind_asks_for_fields_of_the_form_each_once() -> None:
    every = set(
        order_of({f"{section}.{name}" for section in WHOLE for name in type(getattr(Form(), section)).model_fields})
    )
    for kind, questions in QUESTIONS.items():
        asked = [*questions.required, *questions.of_the_employed, *questions.optional]
        assert len(asked) == len(set(asked)), kind
        assert set(asked) <= every, kind
        assert every - set(asked) <= OTHERS.keys(), kind


@given(st.data(), kinds)
def test_what_is_missing_on_a_kinds_form_is_told_exactly(data: st.DataObject, kind: str) -> None:
    whole, offer = KINDS[kind]
    missing = data.draw(st.sets(st.sampled_from(offer.questions.required_of(form(whole)))))
    lacking = form(whole, **changes(dict.fromkeys(missing)))
    assert faults(lacking, offer=offer) == in_the_forms_order(missing, "missing")


@given(st.data(), kinds)
def test_what_is_on_the_other_form_alone_is_refused_by_its_field(data: st.DataObject, kind: str) -> None:
    whole, offer = KINDS[kind]
    given_too = data.draw(st.sets(st.sampled_from(sorted(OTHERS.keys() - offer.questions.asked))))
    filled_in = form(whole, **changes({field: OTHERS[field] for field in given_too}))
    assert faults(filled_in, offer=offer) == in_the_forms_order(given_too, "not_of_form")


@given(st.sets(st.sampled_from(NURSE_LICENSING.of_the_employed)))
def test_a_fresh_graduate_may_have_no_employer_yet_and_nobody_else(missing: set[str]) -> None:
    lacking = changes(dict.fromkeys(missing))
    fresh = {
        "education__fresh_graduate": True,
        "education__graduation_date": "2024-06-30",
        "work__stamped_by": "school",
    }
    assert faults(form(NURSE, **lacking, **fresh), offer=NURSE_OFFER) == []
    assert faults(form(NURSE, **lacking), offer=NURSE_OFFER) == in_the_forms_order(missing, "missing")


@given(
    st.booleans(), st.sampled_from(["unit", "file_holder", "school"]), st.dates(date(2020, 1, 1), date(2026, 12, 31))
)
def test_the_school_stamps_for_fresh_graduates_alone_who_graduate_in_the_exams_year(
    fresh: bool, stamped_by: str, graduation: date
) -> None:
    found = faults(
        form(
            NURSE,
            education__fresh_graduate=fresh,
            work__stamped_by=stamped_by,
            education__graduation_date=graduation.isoformat(),
        ),
        offer=NURSE_OFFER,
    )
    expected = []
    if fresh and graduation.year != NURSE_OFFER.year:
        expected.append(["education.graduation_date", "not_this_year"])
    if not fresh and graduation > TODAY:
        expected.append(["education.graduation_date", "in_the_future"])
    if fresh != (stamped_by == "school"):
        expected.append(["work.stamped_by", "stamped_by_school" if fresh else "not_stamped_by_school"])
    assert found == expected


@given(st.sets(st.sampled_from(NURSE_SUBJECTS), min_size=1))
def test_a_nurse_takes_both_subjects(taken: set[str]) -> None:
    expected = [] if len(taken) == 2 else [["registration.subjects", "every_subject"]]
    assert faults(form(NURSE, registration__subjects=sorted(taken)), offer=NURSE_OFFER) == expected


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"begun": None}, "incomplete"),
        ({"ended": None}, "incomplete"),
        ({"school": " "}, "incomplete"),
        ({"major": None}, "incomplete"),
        ({"ended": "2009-08"}, "ends_before_it_begins"),
    ],
)
def test_a_line_of_studies_is_filled_in_and_ends_after_it_begins(changed: Mapping[str, object], code: str) -> None:
    studies = [STUDY, {**STUDY, **changed}]
    assert faults(form(NURSE, education__studies=studies), offer=NURSE_OFFER) == [["education.studies", code]]


@pytest.mark.parametrize("month", ["2009-13", "2009-00", "2009-9", "2009-09-01", "09-2009", "2009年9月", ""])
def test_a_month_is_written_as_year_and_month(month: str) -> None:
    with pytest.raises(ValidationError):
        form(NURSE, education__studies=[{**STUDY, "begun": month}])


@given(kinds)
def test_a_form_has_its_specialitys_level_once_it_is_handed_in(kind: str) -> None:
    whole, offer = KINDS[kind]
    handed_in = with_level(form(whole), offer)
    assert offer.speciality is not None and handed_in.registration.level == offer.speciality.level
    assert faults(handed_in, offer=offer) == []
    assert with_level(handed_in, offer) == handed_in


def test_today_itself_is_not_in_the_future() -> None:
    assert faults(form(education__graduation_date=TODAY.isoformat())) == []


def test_faults_of_every_kind_are_told_together() -> None:
    bad = form(
        basic__gender="male",
        registration__area=None,
        registration__level="junior",
        education__degree="no_such",
        work__stamped_by=None,
    )
    assert faults(bad, photo=False) == [
        ["basic.gender", "not_as_document"],
        ["basic.photo", "missing"],
        ["registration.area", "missing"],
        ["registration.level", "not_of_speciality"],
        ["education.degree", "not_in_list"],
        ["work.stamped_by", "missing"],
    ]
