"""The rules for values of subscribe messages, type by type."""

import pytest

from sandbox.wechat.template_fields import fault


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thing1", "卫生专业技术资格考试报名今天截止啊啊啊啊"),
        ("number2", "123456.78"),
        ("letter1", "ABCdef"),
        ("symbol1", "★☆!"),
        ("character_string1", "340-2024-000123"),
        ("time1", "15:01"),
        ("time1", "2024年12月15日 15:01"),
        ("time1", "2024年12月15日15:01"),
        ("time1", "2024-12-15 09:00~2024-12-15 11:00"),
        ("time1", "09:00:30~11:00:00"),
        ("date1", "2024-12-15"),
        ("date1", "2024/12/15"),
        ("date1", "2024.2.29"),
        ("date1", "2024年12月"),
        ("date1", "12月15日"),
        ("date1", "2024年12月15日 15:01"),
        ("date1", "2024年12月15日~2024年12月20日"),
        ("amount1", "¥61.00"),
        ("amount1", "61元"),
        ("phone_number1", "+86-0766-66888866"),
        ("car_number1", "粤A8Z888"),
        ("name1", "测试甲"),
        ("name1", "Ceshi Jia"),
        ("phrase1", "待确认"),
        ("enum1", "通过"),
    ],
)
def test_a_value_within_its_rule_passes(key: str, value: str) -> None:
    assert fault(key, value, ("通过", "不通过")) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thing1", "卫生专业技术资格考试报名今天截止啊啊啊啊啊"),
        ("thing1", "两\n行"),
        ("thing1", ""),
        ("thing1", "  "),
        ("thing1", 5),
        ("thing1", None),
        ("number1", "1" * 33),
        ("number1", "一"),
        ("number1", "1.2.3"),
        ("letter1", "A1"),
        ("letter1", "A" * 33),
        ("symbol1", "!!!!!!"),
        ("symbol1", "a"),
        ("character_string1", "编号123"),
        ("character_string1", "1" * 33),
        ("time1", "25:00"),
        ("time1", "9点"),
        ("time1", "2024-12-15"),
        ("time1", "09:00~10:00~11:00"),
        ("time1", "2024年13月1日 09:00"),
        ("date1", "2023年2月29日"),
        ("date1", "09:00"),
        ("date1", "20241215"),
        ("date1", "2024-12/15"),
        ("amount1", "61.00元整"),
        ("amount1", "¥12345678901"),
        ("amount1", "六十一元"),
        ("phone_number1", "1" * 18),
        ("phone_number1", "电话123"),
        ("car_number1", "粤A8Z888888"),
        ("name1", "测试甲测试甲测试甲测试"),
        ("name1", "A" * 21),
        ("phrase1", "待确认待确认"),
        ("phrase1", "OK"),
        ("enum1", "也许"),
        ("unheardof1", "值"),
    ],
)
def test_a_value_beyond_its_rule_is_faulted(key: str, value: object) -> None:
    assert fault(key, value, ("通过", "不通过")) is not None
