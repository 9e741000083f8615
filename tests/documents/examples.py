"""Cards and forms to print: ordinary ones, and ones as long as they come. Every person and place is made up."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

from backend.clock import EXAM_ZONE
from backend.documents.admit_card import AdmitCard, ExamFormat, Sitting
from backend.documents.application_form import ApplicationForm, SubjectLine
from backend.documents.photos import sample_photo
from backend.seating.seals import Seals

EXAM_NAME = "2024年度卫生专业技术资格考试"
SUBJECTS = ("基础知识", "相关专业知识", "专业知识", "专业实践能力")
FIRST_DAY = datetime(2024, 4, 13, 9, 0, tzinfo=EXAM_ZONE)
PRINTED_AT = datetime(2024, 4, 1, 1, 30, tzinfo=UTC)
RARE_NAME = "测试䶮𬱖㛃𠅤"
LONG_NAME = "测试甲阿卜杜热合曼·买买提吐尔逊江·依布拉音"
LONG_EMPLOYER = "示例自治区测试市样例区" * 5 + "人民医院院"
"""60 characters."""


def sitting(index: int) -> Sitting:
    starts_at = FIRST_DAY + timedelta(days=index // 2, hours=5 * (index % 2))
    return Sitting(
        subject=SUBJECTS[index],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        venue="测试卫生职业学院（示例校区）",
        address="测试市样例区学府路 1 号实训楼 2 层机房",
        room=f"{index + 1:03d}",
        seat=f"{index + 7:02d}",
    )


def admit_card(number: int = 1) -> AdmitCard:
    admit_number = f"2401020301{number:04d}"
    return AdmitCard(
        exam_name=EXAM_NAME,
        exam_format=ExamFormat.COMPUTER,
        admit_number=admit_number,
        name=RARE_NAME,
        gender="女",
        id_type="居民身份证",
        id_number="110105194912310002",
        level="初级（师）",
        speciality="护理学",
        speciality_code="203",
        area="河北",
        site="石家庄",
        site_phone="0000-0000000",
        sittings=tuple(sitting(index) for index in range(4)),
        qr_text=Seals(["the examples' key"]).seal(f"{admit_number}:EXAMPLE234"),
        photo=sample_photo(number),
        printed_at=PRINTED_AT,
        sample=True,
    )


def longest_admit_card() -> AdmitCard:
    """Everything at its longest, and another venue for each subject, so that no two rows share one."""
    sittings = tuple(
        replace(sitting(index), venue=LONG_EMPLOYER[:-1] + venue, address=LONG_EMPLOYER[:-1] + address)
        for index, (venue, address) in enumerate(zip("甲乙丙丁", "戊己庚辛", strict=True))
    )
    return replace(
        admit_card(),
        exam_name="2024年度卫生专业技术资格考试（人机对话考试第二批次）示例考区补充场次",
        name=LONG_NAME,
        id_type="外国人永久居留身份证",
        level="中级（主管护师、主治医师）",
        speciality="中西医结合骨伤科学与康复治疗技术示例专业",
        area="新疆生产建设兵团",
        site="第十四师昆玉市示例考点考试管理机构",
        sittings=sittings,
    )


def application_form() -> ApplicationForm:
    return ApplicationForm(
        exam_name=EXAM_NAME,
        registration_number="2024010203000001",
        verification_code="7K2M9X",
        username="ceshijia",
        confirmation_point="测试市样例区卫生健康局人事股",
        photo=sample_photo(1),
        name=RARE_NAME,
        gender="女",
        birth_date=date(1949, 12, 31),
        ethnicity="汉族",
        id_type="居民身份证",
        id_number="110105194912310002",
        phone="00000000000",
        archive_number="2301020300000001",
        last_year_speciality="护理学（203）",
        level="初级（师）",
        speciality="护理学",
        speciality_code="203",
        subjects=tuple(SubjectLine(name=name, taken=name != "专业知识") for name in SUBJECTS),
        current_qualification="护士",
        current_qualification_date=date(2019, 5, 20),
        licence_class="护士执业",
        highest_education="大学专科",
        degree="无",
        graduation_date=date(2018, 6, 30),
        study_years="3 年",
        school="测试卫生职业学院",
        school_note="无",
        major="护理",
        major_note="无",
        employer="测试市样例区人民医院",
        employer_parent="测试市样例区卫生健康局",
        employer_nature="公立医院",
        years_in_speciality=5,
        printed_at=PRINTED_AT,
        sample=True,
    )


def longest_application_form() -> ApplicationForm:
    return replace(
        application_form(),
        exam_name="2024年度卫生专业技术资格考试（人机对话考试第二批次）示例考区补充场次",
        username="ceshijia-with-a-user-name-as-long-as-they-come",
        confirmation_point=LONG_EMPLOYER,
        name=LONG_NAME,
        ethnicity="外国血统中国籍人士",
        id_type="外国人永久居留身份证",
        phone="+86 000 0000 0000 转 00000",
        last_year_speciality="中西医结合骨伤科学与康复治疗技术示例专业（000）",
        level="中级（主管护师、主治医师）",
        speciality="中西医结合骨伤科学与康复治疗技术示例专业",
        current_qualification="执业助理医师（中西医结合专业）",
        licence_class="中西医结合类别执业助理医师",
        highest_education="硕士研究生（学术学位）",
        degree="医学硕士（中西医结合临床）",
        study_years="五年一贯制（含实习一年）",
        school=LONG_EMPLOYER,
        school_note=LONG_EMPLOYER,
        major="中西医结合骨伤科学与康复治疗技术示例专业",
        major_note="中西医结合骨伤科学与康复治疗技术示例专业",
        employer=LONG_EMPLOYER,
        employer_parent=LONG_EMPLOYER,
        employer_nature="社会办医疗机构（非营利性）",
    )


def empty_application_form() -> ApplicationForm:
    """A draft of which nothing is filled in yet."""
    blank = {field.name: None for field in fields(ApplicationForm)}
    subjects = tuple(SubjectLine(name=name, taken=False) for name in SUBJECTS)
    given = {"exam_name": EXAM_NAME, "subjects": subjects, "printed_at": PRINTED_AT, "sample": False}
    return ApplicationForm(**{**blank, **given})  # type: ignore[arg-type]
