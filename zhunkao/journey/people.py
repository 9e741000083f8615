"""The people of the journeys: plainly made up. Their document numbers have order code 000, which is never issued."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backend.candidates.document_numbers import check_character

AREA, SITE, EXAM = "河北", "示例市", "health-2024"
SITE_CLERK, AREA_CLERK = "sample.site", "sample.area"
SECOND_SITE_CLERK = "sample.site.second"
SPECIALITY: Final = "368"
SUBJECTS: Final = ("基础知识", "相关专业知识", "专业知识", "专业实践能力")

EDUCATION: Final = {
    "highest_education": "bachelor",
    "degree": "bachelor",
    "school": "示例医学院（护理学院）",
    "major": "护理学",
    "graduation_date": "2012-07-01",
    "study_years": 4,
    "school_recognised": True,
}
WORK: Final = {
    "employer": "示例市第一医院",
    "employer_nature": "public_hospital",
    "years_in_speciality": 11,
    "stamped_by": "unit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody made up. `birth` is YYYYMMDD."""

    name: str
    username: str
    birth: str
    school: str = "示例医学院（护理学院）"
    archive_number: str | None = None

    @property
    def id_number(self) -> str:
        first = f"130102{self.birth}000"
        return first + check_character(first)

    @property
    def birth_date(self) -> str:
        return f"{self.birth[:4]}-{self.birth[4:6]}-{self.birth[6:]}"


NEW: Final = Person(name="测试甲", username="ceshi_jia", birth="19900101")
RETURNING: Final = Person(name="测试乙", username="ceshi_yi", birth="19910202", archive_number="SAMPLE0002")
MOVED: Final = Person(
    name="测试丙", username="ceshi_bing", birth="19920303", archive_number="SAMPLE0003", school="示例卫生职业学院"
)
ALIPAYS: Final = Person(name="测试丁", username="ceshi_ding", birth="19930404")
BAIDUS: Final = Person(name="测试戊", username="ceshi_wu", birth="19940505")
"""Who do everything from Alipay, and from Baidu."""


def sections(person: Person, *, point: int) -> dict[str, dict[str, Any]]:
    """The whole form, section by section, as the mini-program would save it."""
    return {
        "basic": {"gender": "female", "birth_date": person.birth_date, "ethnicity": "01"},
        "registration": {
            "area": AREA,
            "site": SITE,
            "confirmation_point": point,
            "speciality": SPECIALITY,
            "level": "intermediate",
            "subjects": list(SUBJECTS),
            "current_qualification": "junior",
            "current_qualification_date": "2016-05-20",
            "archive_number": person.archive_number,
        },
        "education": {**EDUCATION, "school": person.school},
        "work": dict(WORK),
    }


def write_last_year(file: Path) -> None:
    """The national centre's file of 2023: both returning people sat, and did not pass. A sample."""
    columns = ["id_type", "id_number", "name", "archive_number", "attendance", "qualified", "passed_subjects", "sample"]
    rows = [_last_year(person) for person in (RETURNING, MOVED)]
    fields = sorted({field for row in rows for field in row} - set(columns))
    lines = [",".join(columns + fields)]
    lines += [",".join(str(row.get(column, "")) for column in columns + fields) for row in rows]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _last_year(person: Person) -> dict[str, Any]:
    form = sections(person, point=1)
    form["education"]["school"] = EDUCATION["school"]
    kept = {
        f"{section}.{name}": value
        for section, values in form.items()
        for name, value in values.items()
        if value is not None and not isinstance(value, list) and name not in ("confirmation_point", "archive_number")
    }
    return {
        **kept,
        "id_type": "resident_id_card",
        "id_number": person.id_number,
        "name": person.name,
        "archive_number": person.archive_number,
        "attendance": "sat",
        "qualified": "no",
        "passed_subjects": "基础知识",
        "sample": "yes",
    }
