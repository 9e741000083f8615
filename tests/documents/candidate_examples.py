"""Candidates' other papers to print: score reports and nurses' forms. Every person and place is made up."""

from dataclasses import replace
from datetime import date, datetime

from backend.clock import EXAM_ZONE
from backend.documents.nurse_application_form import NurseApplicationForm, Study
from backend.documents.photos import sample_photo
from backend.documents.score_report import Outcome, Score, ScoreReport
from tests.documents.examples import LONG_EMPLOYER, RARE_NAME, SUBJECTS
from tests.documents.office_examples import blank_of
from tests.documents.room_examples import (
    BLANK_PAPER,
    LONG_SHEET,
    LONG_SPECIALITY,
    LONGEST_NAME,
    PAPER,
    SHEET,
    id_number_of,
)

NURSES = "2012年护士执业资格考试"
NURSE_SUBJECTS = ("专业实务", "实践能力")


def score(subject: str, points: int | None, outcome: Outcome, year: int = 2024) -> Score:
    return Score(subject=subject, year=year, score=points, pass_line=60, outcome=outcome)


def score_report() -> ScoreReport:
    return ScoreReport(
        **SHEET,
        name=RARE_NAME,
        gender="女",
        id_type="居民身份证",
        id_number=id_number_of(7),
        admit_number="24010203000107",
        archive_number="2401020300000107",
        level="初级（师）",
        speciality="护理学",
        speciality_code="203",
        photo=sample_photo(7),
        scores=(
            score(SUBJECTS[0], 71, Outcome.PASSED, 2023),
            score(SUBJECTS[1], 64, Outcome.PASSED),
            score(SUBJECTS[2], 82, Outcome.PASSED),
            score(SUBJECTS[3], 60, Outcome.PASSED),
        ),
        qualified=True,
        rolling_years=2,
        published_at=datetime(2024, 6, 20, 10, 0, tzinfo=EXAM_ZONE),
        issued_by="测试人才交流服务中心（示例）",
        qr_text="ZK2|24010203000107|示例",
    )


def longest_score_report() -> ScoreReport:
    return replace(
        score_report(),
        **LONG_SHEET,
        name=LONGEST_NAME,
        id_type="外国人永久居留身份证",
        level="中级（主管护师、主治医师）",
        speciality=LONG_SPECIALITY.removesuffix("（000）"),
        speciality_code="000",
        scores=(
            score(SUBJECTS[0], 99, Outcome.PASSED, 2023),
            score(SUBJECTS[1], 59, Outcome.FAILED),
            score(SUBJECTS[2], None, Outcome.ABSENT),
            score(SUBJECTS[3], None, Outcome.VOID),
        ),
        qualified=False,
    )


def nurse_application_form() -> NurseApplicationForm:
    return NurseApplicationForm(
        **{**PAPER, "exam_name": NURSES},
        registration_number="2012010203000001",
        verification_code="7K2M9X",
        username="ceshijia",
        confirmation_point="测试卫生职业学院学生处",
        photo=sample_photo(1),
        name=RARE_NAME,
        gender="女",
        ethnicity="汉族",
        birth_date=date(1950, 8, 1),
        id_type="居民身份证",
        id_number=id_number_of(7),
        health="良好",
        phone="00000000000",
        subjects=NURSE_SUBJECTS,
        speciality_code="011",
        highest_education="大学专科",
        major="护理",
        graduation_date=date(2012, 6, 30),
        school="测试卫生职业学院",
        degree="无",
        study_years="3 年",
        studies=(
            Study(begun="2009-09", ended="2011-06", school="测试卫生职业学院", major="护理"),
            Study(begun="2011-07", ended="2012-03", school="测试市样例区人民医院（实习）", major="护理"),
        ),
        employer_parent="测试市样例区卫生健康局",
        employer="测试市样例区人民医院",
        employer_nature="公立医院",
        years_in_speciality=0,
    )


def longest_nurse_application_form() -> NurseApplicationForm:
    return replace(
        nurse_application_form(),
        exam_name="2012年护士执业资格考试（示例考区补充场次）应届毕业生及社会考生",
        username="ceshijia-with-a-user-name-as-long-as-they-come",
        confirmation_point=LONG_EMPLOYER,
        name=LONGEST_NAME,
        ethnicity="外国血统中国籍人士",
        id_type="外国人永久居留身份证",
        health="良好（有既往病史，已治愈，附证明）",
        phone="+86 000 0000 0000 转 00000",
        highest_education="硕士研究生（学术学位）",
        major=LONG_SPECIALITY,
        school=LONG_EMPLOYER,
        degree="医学硕士（中西医结合临床）",
        study_years="五年一贯制（含实习一年）",
        studies=tuple(
            Study(begun=f"{2005 + index}-09", ended=f"{2006 + index}-06", school=LONG_EMPLOYER, major=LONG_SPECIALITY)
            for index in range(4)
        ),
        employer_parent=LONG_EMPLOYER,
        employer=LONG_EMPLOYER,
        employer_nature="社会办医疗机构（非营利性）",
    )


def blank_nurse_application_form() -> NurseApplicationForm:
    given = {**BLANK_PAPER, "exam_name": NURSES, "subjects": NURSE_SUBJECTS, "studies": ()}
    form: NurseApplicationForm = blank_of(NurseApplicationForm, **given)
    return form
