"""Everything the sandbox remembers, as plain data: one tree that is written to the data folder as JSON."""

from dataclasses import dataclass, field

from sandbox.alipay.records import AlipayRecords
from sandbox.baidu.records import BaiduRecords
from sandbox.people import Arrival, Person
from sandbox.wechat.records import WeChatRecords
from sandbox.wechatpay.records import PayRecords


@dataclass(slots=True, kw_only=True)
class StateAnswers:
    """What the state's systems say of one document number: each `passed`, `failed` or `pending`."""

    identity: str = "passed"
    education: str = "passed"


@dataclass(slots=True, kw_only=True)
class SandboxState:
    """The root. Each platform keeps its records in a branch of its own."""

    clock_offset_seconds: float = 0.0
    people: dict[str, Person] = field(default_factory=dict)
    inboxes: dict[str, list[Arrival]] = field(default_factory=dict)
    """By user id, oldest first."""
    state_answers: dict[str, StateAnswers] = field(default_factory=dict)
    """By document number; a number not listed passes."""
    wechat: WeChatRecords = field(default_factory=WeChatRecords)
    wechatpay: PayRecords = field(default_factory=PayRecords)
    alipay: AlipayRecords = field(default_factory=AlipayRecords)
    baidu: BaiduRecords = field(default_factory=BaiduRecords)
