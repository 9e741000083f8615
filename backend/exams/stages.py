"""The stages of an exam's calendar: a fixed list, each with one meaning."""

from enum import StrEnum
from typing import Final

from backend.wording import Language, say


class Stage(StrEnum):
    """What a window is for. Candidates' stages first, in the order in which they come; then the offices'."""

    PRE_REGISTRATION = "pre_registration"
    """网上预报名: drafts, submission, withdrawal."""
    CONFIRMATION = "confirmation"
    """现场确认, or the site's confirmation of what was uploaded."""
    ONLINE_MEND = "online_mend"
    """Resubmission after an online refusal. With confirmation unless a layer gives it."""
    SCORE_MERGE = "score_merge"
    """成绩合并 asked for at the site. With site_review unless a layer gives it."""
    SUPPLEMENT = "supplement"
    """Papers found wanting at the review are handed in again."""
    PAYMENT = "payment"
    """网上缴费. Without a start it opens for a candidate when their payment falls due."""
    ADMIT_CARD = "admit_card"
    """Candidates print their admit cards."""
    SCORE_REPORT = "score_report"
    """Candidates download their score reports; set when the results are published."""

    MATERIALS_TO_SITE = "materials_to_site"
    """Confirmation points hand the confirmed papers to the site."""
    SITE_REVIEW = "site_review"
    """资格审核 by the site."""
    PERSONNEL_BUREAU_REVIEW = "personnel_bureau_review"
    """The papers lie with the local 人社局."""
    AREA_REVIEW = "area_review"
    """资格审核 by the area."""
    MILITARY_HANDOVER = "military_handover"
    """The military hands over its candidates' data."""
    CORRECTION = "correction"
    """报名信息修改: registered by the site, approved by the area."""
    SEATING = "seating"
    """考场编排."""
    NOTICE_LINKS = "notice_links"
    """Areas report where their notices stand."""
    OFFICE_REPORT = "office_report"
    """The list of exam offices is reported up."""
    RECEIVERS_REPORT = "receivers_report"
    """Who receives the exam materials is reported up."""
    MILITARY_ADMIT_CARD = "military_admit_card"
    """Sites print military candidates' admit cards; their unit collects them."""
    SIGN_IN_SHEET = "sign_in_sheet"
    """签到表: may be printed by sites from here on."""
    SIGN_IN_SHEET_RECEIVED = "sign_in_sheet_received"
    """Areas receive the sheets from the centre; sites print none."""
    MATERIALS_DELIVERY = "materials_delivery"
    """Exam materials come from above."""
    MATERIALS_PICKUP = "materials_pickup"
    """The site fetches its exam materials from the area."""
    ANSWER_CARD_RECOVERY = "answer_card_recovery"
    """The centre collects answer cards and spare papers."""
    POST_EXAM_CORRECTION = "post_exam_correction"
    """考生数据修正 after the exam, reported by sites."""
    AREA_CORRECTION_REPORT = "area_correction_report"
    """The areas' report of those corrections to the centre."""
    VIOLATIONS = "violations"
    """违纪: recorded by sites, decided by areas."""
    DESTRUCTION_RECORD = "destruction_record"
    """The record of destroyed materials reaches the centre."""

    def title(self, language: Language = "zh-CN") -> str:
        """Its name as people read it."""
        return say("stages", self.value, language)


WITH: Final = {Stage.ONLINE_MEND: Stage.CONFIRMATION, Stage.SCORE_MERGE: Stage.SITE_REVIEW}
"""Stages that go with another one where no layer gives them a window of their own."""
