"""Bills by these tests' own hand, to the letter of each format."""

import gzip
import io
import zipfile
from collections.abc import Iterable, Sequence

WECHAT_HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
WECHAT_SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
ALIPAY_HEADER = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,"
    "集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
BAIDU_HEADER = "交易时间,商户订单号,百度订单号,交易类型,交易金额,商户退款批次号"


def wechat_paid(order: str = "ZK1", *, yuan: str = "260.00", transaction: str = "4200001", name: str = "考试费") -> str:
    head = f"`2024-01-29 09:10:00,`wx1,`1900000001,`0,`,`{transaction},`{order},`oSAMPLE,`JSAPI,`SUCCESS,`OTHERS,`CNY"
    return f"{head},`{yuan},`0.00,`0,`0,`0.00,`0.00,`,`,`{name},`,`0.00000,`0.00%,`{yuan},`0.00,`"


def wechat_refunded(order: str = "ZK1", *, yuan: str = "260.00", refund: str = "R1", state: str = "SUCCESS") -> str:
    head = f"`2024-01-29 10:10:00,`wx1,`1900000001,`0,`,`4200001,`{order},`oSAMPLE,`JSAPI,`REFUND,`OTHERS,`CNY"
    numbers = f"`5030001,`{refund},`{yuan},`0.00,`ORIGINAL,`{state}"
    return f"{head},`0.00,`0.00,{numbers},`考试费,`,`0.00000,`0.00%,`0.00,`{yuan},`"


def wechat(rows: Sequence[str], *, count: str, paid: str = "0.0", back: str = "0.0") -> bytes:
    """With its sums as they are given."""
    lines = [WECHAT_HEADER, *rows, WECHAT_SUMMARY, f"`{count},`{paid},`{back},`0.0,`0.0,`{paid},`{back}"]
    return "\r\n".join(["\ufeff" + lines[0], *lines[1:], ""]).encode()


def alipay_row(kind: str = "交易", *, yuan: str = "260.00", order: str = "ZK1", refund: str = "") -> str:
    ids = f"2024012922001\t,{order}\t,{kind},考试费,2024-01-29 09:00:00,2024-01-29 09:10:00,,,,,139******00"
    return f"{ids},{yuan},{yuan},0.00,0.00,0.00,0.00,0.00,,0.00,0.00,{refund},0.00,0.00,"


def alipay(rows: Sequence[str], *, paid: int, back: int) -> bytes:
    lines = [
        "#支付宝业务明细查询",
        "#账号：[20880000000000000156]",
        "#-----------业务明细列表----------",
        ALIPAY_HEADER,
        *rows,
        "#-----------业务明细列表结束----------",
        f"#交易合计：{paid}笔，商家实收共260.00元，商家优惠共0.00元",
        f"#退款合计：{back}笔，商家实收退款共0.00元，商家优惠退款共0.00元",
        "#导出时间：[2024年01月30日 09:00:00]",
    ]
    return "\r\n".join([*lines, ""]).encode("gbk")


def baidu(rows: Sequence[str], *, count: int) -> bytes:
    return "\r\n".join([BAIDU_HEADER, *rows, f"合计,{count}", ""]).encode("utf-8-sig")


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content)
