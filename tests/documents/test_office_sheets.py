from dataclasses import replace

import pytest

from backend.documents.admit_card import ExamFormat
from backend.documents.application_form import read_scanned_text
from backend.documents.rendering import Renderer
from backend.documents.returned_papers import BOXES_A_PAPER, Due, answer_card_box_data, computer_exam_return_data
from backend.documents.room_record import room_record_data
from backend.documents.score_report import Outcome
from backend.documents.sheets import ROOMS_A_PAPER
from backend.documents.violations import violation_record_data
from backend.violations.offences import Severity
from tests.documents import candidate_examples, material_examples, office_examples
from tests.documents.papers import PAPERS
from tests.documents.reading import codes_on, collisions_of, edges_of, pages_of, picture_of
from tests.documents.room_examples import id_number_of


async def pdf_of(renderer: Renderer, name: str, content: object) -> bytes:
    return (await renderer.render(name, PAPERS[name].data(content))).pdf


async def page_of(renderer: Renderer, name: str, content: object) -> str:
    return pages_of(await pdf_of(renderer, name, content))[0]


@pytest.mark.parametrize("name", ["violation_record", "violation_list"])
async def test_what_is_reported_of_a_violation_has_the_whole_document_number(renderer: Renderer, name: str) -> None:
    assert id_number_of(5) in await page_of(renderer, name, PAPERS[name].plain())


@pytest.mark.parametrize("make", [office_examples.violation_record, office_examples.longest_violation_record])
async def test_a_violation_record_is_one_page_with_its_receipt_to_cut_off(renderer: Renderer, make: object) -> None:
    record = make()  # type: ignore[operator]
    (page,) = pages_of(await pdf_of(renderer, "violation_record", record))
    receipt = page[page.index("沿此线裁下") :]
    assert record.name in receipt
    assert record.admit_number in receipt
    assert all(article.name in receipt for article in record.articles)
    assert "考生签名" in receipt


@pytest.mark.parametrize("severity", Severity)
async def test_the_rule_that_was_broken_is_ticked_and_its_item_told(renderer: Renderer, severity: Severity) -> None:
    record = replace(office_examples.violation_record(), severity=severity, item=4)
    page = await page_of(renderer, "violation_record", record)
    ordinary, serious = ("√一般违纪违规，第（4）项", "√严重违纪违规，第（4）项")
    assert (ordinary in page) == (severity is Severity.ORDINARY)
    assert (serious in page) == (severity is Severity.SERIOUS)


@pytest.mark.parametrize("make", [office_examples.violation_record, office_examples.longest_violation_record])
async def test_a_violation_records_barcode_is_its_number(renderer: Renderer, make: object) -> None:
    record = make()  # type: ignore[operator]
    found = codes_on(picture_of(await pdf_of(renderer, "violation_record", record), dots_an_inch=150))
    assert list(found.values()) == [record.record_number]


async def test_a_record_without_a_number_has_no_barcode(renderer: Renderer) -> None:
    pdf = await pdf_of(renderer, "violation_record", office_examples.blank_violation_record())
    assert codes_on(picture_of(pdf)) == {}


def test_a_record_number_too_long_for_a_barcode_is_refused() -> None:
    with pytest.raises(ValueError, match="Code128 of 40 characters"):
        violation_record_data(replace(office_examples.violation_record(), record_number="W" * 40))


async def test_the_violation_list_counts_people_and_not_lines(renderer: Renderer) -> None:
    sheet = office_examples.violation_list()
    twice = replace(sheet, violations=(*sheet.violations, sheet.violations[0]))
    assert "人数：3" in await page_of(renderer, "violation_list", twice)


async def test_a_room_record_counts_the_absent_and_names_them(renderer: Renderer) -> None:
    page = await page_of(renderer, "room_record", office_examples.room_record())
    assert "应考人数30实考人数27缺考人数3违纪人数1" in page
    assert "1224010203000112测试甲乙" in page
    assert "考试机黑屏" in page


async def test_only_a_paper_exam_has_a_sealed_bag_and_only_a_computer_exam_machines(renderer: Renderer) -> None:
    record = office_examples.room_record()
    by_computer = await page_of(renderer, "room_record", record)
    on_paper = await page_of(renderer, "room_record", replace(record, exam_format=ExamFormat.PAPER))
    assert "末位考生签名" in on_paper
    assert "末位考生签名" not in by_computer
    assert "启用备用机（台）" in by_computer
    assert "启用备用机（台）" not in on_paper


async def test_a_room_nobody_counted_yet_leaves_its_numbers_blank(renderer: Renderer) -> None:
    page = await page_of(renderer, "room_record", office_examples.blank_room_record())
    assert "应考人数实考人数缺考人数违纪人数" in page


@pytest.mark.parametrize("name", ["violation_record", "violation_list", "room_record", "spare_paper_return"])
async def test_a_story_longer_than_a_page_goes_on_overleaf_and_loses_no_word(renderer: Renderer, name: str) -> None:
    pdf = await pdf_of(renderer, name, long_story_on(name))
    assert "".join(pages_of(pdf)).count("䶮") == 300
    assert all(min(edges) > 5 for edges in edges_of(pdf))
    assert collisions_of(pdf) == []


def long_story_on(name: str) -> object:
    story = "监考人员当场记录䶮。" * 300
    paper = replace(PAPERS[name].blank(), exam_name="示例考试")  # type: ignore[misc]
    match name:
        case "violation_record":
            return replace(paper, what=story)
        case "violation_list":
            return replace(paper, violations=(replace(office_examples.violation_line(1), what=story),))
        case "spare_paper_return":
            return replace(paper, uses=(material_examples.spare_use(1, story),))
    told = office_examples.room_violation(1, "测试甲", story)
    return replace(paper, rooms=(replace(office_examples.blank_room_report(), violations=(told,)),))


async def test_the_second_page_of_a_room_record_tells_whose_it_is(renderer: Renderer) -> None:
    pages = pages_of(await pdf_of(renderer, "room_record", office_examples.longest_room_record()))
    assert "（续）" not in pages[0]
    assert all(page.startswith("示例数据试室情况记录单（续）") and "试室123" in page for page in pages[1:3])
    assert "（续）" not in pages[3]


@pytest.mark.parametrize("count", [0, ROOMS_A_PAPER + 1])
def test_records_of_no_rooms_or_of_too_many_are_refused(count: int) -> None:
    record = office_examples.blank_room_record()
    with pytest.raises(ValueError, match=f"1 to {ROOMS_A_PAPER} rooms"):
        room_record_data(replace(record, rooms=record.rooms * count))


async def test_a_hand_over_tells_which_seal_was_broken_and_two_sign_on_either_side(renderer: Renderer) -> None:
    sheet = material_examples.material_handover()
    broken = replace(sheet.materials[1], intact=False, remark="右下角破损")
    page = await page_of(renderer, "material_handover", replace(sheet, materials=(sheet.materials[0], broken)))
    assert "000001—000012√完好破损" in page
    assert "B0001—B0004完好√破损" in page
    assert "交付人签名（一）：" in page
    assert "接收人签名（二）：" in page


async def test_computer_exams_things_are_summed_up_and_an_uncounted_column_has_no_sum(renderer: Renderer) -> None:
    sheet = material_examples.computer_exam_return()
    assert "合计666666333636" in await page_of(renderer, "computer_exam_return", sheet)
    uncounted = replace(sheet.lines[0], usb_keys=Due(due=1, returned=None))
    totals = computer_exam_return_data(replace(sheet, lines=(uncounted, *sheet.lines[1:])))["totals"]
    assert totals[3] == {"due": "3", "returned": None}  # type: ignore[index]


async def test_spare_bags_that_were_not_opened_are_those_that_remain(renderer: Renderer) -> None:
    page = await page_of(renderer, "spare_paper_return", material_examples.spare_paper_return())
    assert "专业实务3122282" in page


@pytest.mark.parametrize("make", [material_examples.answer_card_box, material_examples.longest_answer_card_box])
async def test_a_boxs_barcode_reads_from_its_side(renderer: Renderer, make: object) -> None:
    sheet = make()  # type: ignore[operator]
    found = codes_on(picture_of(await pdf_of(renderer, "answer_card_box", sheet), dots_an_inch=150))
    assert list(found.values()) == [sheet.boxes[0].box_number]


async def test_every_box_has_a_page_that_says_which_of_how_many_it_is(renderer: Renderer) -> None:
    pages = pages_of(await pdf_of(renderer, "answer_card_box", material_examples.answer_card_box()))
    assert ["第1箱共2箱" in page for page in pages] == [True, False]
    assert "第2箱共2箱" in pages[1]


@pytest.mark.parametrize("count", [0, BOXES_A_PAPER + 1])
def test_a_paper_of_no_boxes_or_of_too_many_is_refused(count: int) -> None:
    sheet = material_examples.blank_answer_card_box()
    with pytest.raises(ValueError, match="1 to 100 boxes"):
        answer_card_box_data(replace(sheet, boxes=sheet.boxes * count))


@pytest.mark.parametrize("of_area", [True, False])
async def test_the_list_of_offices_is_the_areas_or_the_sites(renderer: Renderer, of_area: bool) -> None:
    page = await page_of(renderer, "office_list", replace(office_examples.office_list(), of_area=of_area))
    assert ("考区办公室设置一览表" in page) == of_area
    assert ("石家庄" in page) == (not of_area)


async def test_a_score_report_tells_each_subject_its_year_score_line_and_outcome(renderer: Renderer) -> None:
    page = await page_of(renderer, "score_report", candidate_examples.score_report())
    assert "基础知识2023年7160合格" in page
    assert "专业实践能力2024年6060合格" in page
    assert "全部科目合格" in page


async def test_a_subject_without_a_score_has_none_on_the_report(renderer: Renderer) -> None:
    page = await page_of(renderer, "score_report", candidate_examples.longest_score_report())
    assert "专业知识2024年—60缺考" in page
    assert "专业实践能力2024年—60成绩无效" in page
    assert "尚有科目未合格" in page


async def test_scores_that_do_not_roll_say_so(renderer: Renderer) -> None:
    report = candidate_examples.score_report()
    assert "两年为一个周期" in await page_of(renderer, "score_report", report)
    once = await page_of(renderer, "score_report", replace(report, rolling_years=1, qualified=None))
    assert "两年为一个周期" not in once
    assert Outcome.PASSED in once
    assert "全部科目合格" not in once


async def test_a_score_reports_qr_code_reads_at_150_dots_an_inch(renderer: Renderer) -> None:
    report = candidate_examples.score_report()
    assert list(codes_on(picture_of(await pdf_of(renderer, "score_report", report))).values()) == [report.qr_text]
    without = await pdf_of(renderer, "score_report", replace(report, qr_text=None))
    assert codes_on(picture_of(without)) == {}


@pytest.mark.parametrize(
    "make", [candidate_examples.nurse_application_form, candidate_examples.longest_nurse_application_form]
)
async def test_a_nurses_form_is_one_page_whose_barcode_the_same_scanner_reads(renderer: Renderer, make: object) -> None:
    pdf = await pdf_of(renderer, "nurse_application_form", make())  # type: ignore[operator]
    assert len(pages_of(pdf)) == 1
    (text,) = codes_on(picture_of(pdf, dots_an_inch=150)).values()
    assert read_scanned_text(text) == ("2012010203000001", "7K2M9X")


async def test_a_nurses_form_has_the_labels_and_notes_of_the_published_one(renderer: Renderer) -> None:
    page = await page_of(renderer, "nurse_application_form", candidate_examples.blank_nurse_application_form())
    assert [label for label in NURSE_LABELS if label not in page] == []


NURSE_LABELS = [
    *("报名申请表", "网报号", "用户名", "验证码", "确认考点", "姓名", "性别", "民族", "出生日期", "证件类型"),
    *("证件编号", "健康状况", "联系电话", "1.专业实务；2.实践能力", "专业代码", "最高学历", "毕业专业", "毕业时间"),
    *("毕业学校", "学位", "学制", "专业学习经历", "单位所属", "工作单位", "单位性质", "从事本专业年限"),
    *("学校（应届毕业生）或单位人事、档案所在地（非应届毕业生）审查意见", "考点审查意见", "考区审核意见"),
    *("①", "②", "考试申请人签名："),
]
