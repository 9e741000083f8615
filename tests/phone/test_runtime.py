"""The phone is held to what a mini-program's runtime can do."""

import re
from pathlib import Path

import pytest

from sandbox import phone_page
from tests.phone.hand import Hand
from tests.phone.watch import Watch

MAY_FETCH = {"runtime.js", "sandbox_control.js", "texts.js"}
BEYOND = re.compile(
    r"\b(EventSource|WebSocket|XMLHttpRequest|sendBeacon|innerHTML|outerHTML|insertAdjacentHTML|eval)\b"
)
COMMENTS = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
PHOTO = "/api/v1/registrations/1/photo"
CANNOT: list[tuple[str, dict[str, object]]] = [
    ("request", {"method": "PATCH", "path": "/api/v1/account", "data": {}}),
    ("request", {"method": "OPTIONS", "path": "/api/v1/account"}),
    ("request", {"method": "POST", "path": "/api/v1/account", "data": "bytes"}),
    ("request", {"method": "POST", "path": "/api/v1/account", "data": "blob"}),
    ("request", {"method": "POST", "path": "/api/v1/account", "data": "form"}),
    ("request", {"method": "POST", "path": "/api/v1/account", "data": "raw text"}),
    ("request", {"method": "GET", "path": "https://example.org/api/v1/exams"}),
    ("request", {"method": "PUT", "path": "/sandbox/clock", "data": {"now": "2024-01-01T00:00:00+08:00"}}),
    ("uploadFile", {"path": PHOTO, "name": "picture", "file": "blob"}),
    ("uploadFile", {"path": PHOTO, "file": "raw text"}),
    ("downloadFile", {"path": "/elsewhere.pdf"}),
]
"""The runtime's call, and what is asked of it; `bytes`, `blob` and `form` stand for such a thing made in the page."""
NOTE_MULTIPART = """() => {
  window.appended = [];
  const append = FormData.prototype.append;
  FormData.prototype.append = function (name, value, ...more) {
    window.appended.push(`${name}: ${value.constructor.name}`);
    return append.call(this, name, value, ...more);
  };
}"""
"""The browser's debugger doesn't show a multipart body that holds a file."""
TRY_IN_PAGE = """async ([call, ...given]) => {
  const { createRuntime } = await import("./runtime.js");
  const runtime = createRuntime({ person: () => null, sheets: {}, sandbox: {}, onCall: () => {} });
  const made = { blob: new Blob(["bytes"]), bytes: new Uint8Array([1, 2]), form: new FormData() };
  const [asked] = given;
  const data = made[asked.data] ?? asked.data;
  const file = made[asked.file] ?? asked.file;
  return runtime[call]({ ...asked, data, file }).then(() => "sent", (error) => error.constructor.name);
}"""


@pytest.mark.browser
async def test_everything_the_phone_sends_a_mini_program_could_send(hand: Hand, watch: Watch) -> None:
    await hand.page.evaluate(NOTE_MULTIPART)
    await hand.arrive()
    await hand.enter_exam()
    await hand.fill_in_everything()
    await hand.submit()
    await hand.numbers()

    assert {sent.method for sent in watch.sent} <= {"GET", "POST", "PUT", "DELETE"}
    with_body = [sent for sent in watch.sent if sent.content_type]
    uploads = [sent for sent in with_body if not str(sent.content_type).startswith("application/json")]
    assert [sent.path.rsplit("/", 1)[1] for sent in uploads] == ["photo"]
    assert await hand.page.evaluate("appended") == ["file: File"]
    assert not [sent for sent in watch.sent if sent.method == "GET" and sent.content_type]
    assert {sent.method for sent in with_body} == {"POST", "PUT"}


@pytest.mark.browser
async def test_what_a_mini_program_cannot_send_is_refused_before_it_leaves(hand: Hand, watch: Watch) -> None:
    await hand.page.locator(".timeline").wait_for(state="attached")
    await hand.page.wait_for_load_state("networkidle")
    sent_before = len(watch.sent)
    refused = {str(tried): await hand.page.evaluate(TRY_IN_PAGE, list(tried)) for tried in CANNOT}
    assert set(refused.values()) == {"RuntimeRefusal"}, refused
    assert watch.sent[sent_before:] == []


@pytest.mark.browser
async def test_what_a_mini_program_can_send_is_sent(hand: Hand, watch: Watch) -> None:
    await hand.button("选择人物").wait_for()
    asked = {"method": "GET", "path": "/api/v1/code-lists"}
    assert await hand.page.evaluate(TRY_IN_PAGE, ["request", asked]) == "sent"
    assert "/api/v1/code-lists" in [sent.path for sent in watch.sent]


def test_no_module_but_the_runtime_reaches_the_network_or_parses_markup() -> None:
    modules = {path.name: COMMENTS.sub("", path.read_text(encoding="utf-8")) for path in modules_of_the_page()}
    assert len(modules) > 20
    fetching = {name for name, text in modules.items() if re.search(r"\bfetch\(", text)}
    assert fetching == MAY_FETCH
    assert [name for name, text in modules.items() if BEYOND.search(text)] == []
    assert [name for name, text in modules.items() if re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)] == []


def modules_of_the_page() -> list[Path]:
    return sorted(phone_page.FOLDER.rglob("*.js"))
