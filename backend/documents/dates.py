"""How days and times are written on papers: in Asia/Shanghai, in Chinese."""

from datetime import datetime

from backend.clock import EXAM_ZONE

WEEKDAYS = "一二三四五六日"


def day(moment: datetime) -> str:
    """2024年4月13日"""
    local = moment.astimezone(EXAM_ZONE)
    return f"{local.year}年{local.month}月{local.day}日"


def weekday(moment: datetime) -> str:
    """星期六"""
    return f"星期{WEEKDAYS[moment.astimezone(EXAM_ZONE).weekday()]}"


def minute(moment: datetime) -> str:
    """09:30"""
    return f"{moment.astimezone(EXAM_ZONE):%H:%M}"
