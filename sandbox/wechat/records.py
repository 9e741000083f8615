"""What WeChat remembers of the mini-program and its users."""

from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.chats import ChatRecord
from sandbox.console import TemplateRecord

LASTING = -1
"""An accept balance that no message uses up."""


@dataclass(slots=True, kw_only=True)
class LoginCode:
    """What `wx.login` gave. Times are Unix seconds, real time."""

    open_id: str
    issued_at: float
    used: bool = False


class TokenKind(StrEnum):
    """The two token calls don't touch each other's tokens."""

    STABLE = "stable"
    PLAIN = "plain"


@dataclass(slots=True, kw_only=True)
class AccessToken:
    """A server token. Times are Unix seconds, real time."""

    value: str
    kind: TokenKind
    expires_at: float


@dataclass(slots=True, kw_only=True)
class FaceVerification:
    """A certificate for one face. Times are Unix seconds, real time."""

    out_seq_no: str
    open_id: str
    cert_hash: str
    cert_no: str
    created_at: float
    verify_ret: int = 10300


@dataclass(slots=True, kw_only=True)
class WeChatRecords:
    """WeChat's branch of the state."""

    codes: dict[str, LoginCode] = field(default_factory=dict)
    session_keys: dict[str, str] = field(default_factory=dict)
    """By open id: the one of the newest login."""
    tokens: list[AccessToken] = field(default_factory=list)
    """Oldest first, spent ones included for a day, so that they are told from unknown ones."""
    forced_refreshes: list[float] = field(default_factory=list)
    """When force_refresh was granted, Unix seconds."""
    accepts: dict[str, dict[str, int]] = field(default_factory=dict)
    """Open id, then template id: how many messages may still be sent, or LASTING."""
    templates: dict[str, TemplateRecord] = field(default_factory=dict)
    messages_sent: int = 0
    faces: dict[str, FaceVerification] = field(default_factory=dict)
    """By verify_id."""
    chats: dict[str, ChatRecord] = field(default_factory=dict)
    """By open id."""
    pictures: dict[str, str] = field(default_factory=dict)
    """What people showed in the chat, by name: base64."""
    messages_pushed: int = 0
