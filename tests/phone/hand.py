"""A person's hand on the phone: taps what it reads, knows no more of the page than a person does."""

import asyncio
import json
from typing import Any
from urllib.request import Request, urlopen

from playwright.async_api import Locator, Page, expect

from tests.phone.stack import Stack

SECTIONS = ("基本情况", "报考信息", "教育情况", "工作情况")


class Hand:
    """One person, one phone."""

    def __init__(self, page: Page, stack: Stack) -> None:
        self.page, self._stack = page, stack

    async def open(self, address: str = "/") -> None:
        await self.page.goto(f"{self._stack.url}/phone/#{address}")

    async def sandbox(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A control call from outside the page."""
        request = Request(f"{self._stack.url}{path}", json.dumps(body).encode(), method=method)
        request.add_header("Content-Type", "application/json")

        def send() -> dict[str, Any]:
            with urlopen(request, timeout=10) as answer:
                return dict(json.load(answer))

        return await asyncio.to_thread(send)

    async def set_time(self, now: str) -> None:
        await self.sandbox("PUT", "/sandbox/clock", {"now": now})

    async def come_back_at(self, now: str) -> None:
        """Another day: the page is opened anew."""
        await self.set_time(now)
        await self.open()
        await self.page.reload()

    # What stands on the screen
    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def part(self, title: str) -> Locator:
        """A section in the form's list."""
        return self.page.locator(".part", has_text=title)

    def way(self, title: str) -> Locator:
        """A way of proving who one is, where they are listed."""
        return self.page.locator(".part", has=self.page.get_by_text(title, exact=True))

    def step(self, name: str) -> Locator:
        return self.page.locator(f'[data-step="{name}"]')

    async def back(self) -> None:
        """To the screen before, once it stands: its link looks like the one just tapped."""
        title = await self.page.locator("h1").text_content()
        await self.link("返回").click()
        await expect(self.page.locator("h1")).not_to_have_text(title or "")

    async def sees(self, words: str) -> None:
        await expect(self.page.get_by_text(words).first).to_be_visible()

    # What a candidate does
    async def become_someone_new(self, platform: str = "wechat") -> None:
        """Taken from the demo's controls, with that platform's app."""
        await self.button("选择人物").click()
        await self.page.get_by_label("新人物使用的平台").select_option(platform)
        await self.button("新建一位测试人物").click()

    async def sign_in(self) -> None:
        await self.button("登录（沙箱）").click()
        await self.button("允许").click()

    async def register(self) -> None:
        """Opens an account with the sample answers."""
        await self.link("注册新账号").click()
        await expect(self.page.get_by_label("手机号")).to_be_visible()
        await self.fill_in_samples()
        await self.button("注册并绑定").click()
        await expect(self.link("选择考试")).to_be_visible()

    async def arrive(self) -> None:
        """From nobody to a candidate whose identity has been checked."""
        await self.become_someone_new()
        await self.sign_in()
        await self.register()
        await self.sees("已通过")

    async def enter_exam(self) -> None:
        await self.link("选择考试").click()
        await self.button("进入报名").click()
        await expect(self.button("检查并提交")).to_be_visible()

    async def fill_in_samples(self) -> None:
        """The demo's button beside the phone; in a narrow window it lies in the drawer."""
        opener = self.page.locator(".status-open")
        if await opener.is_visible():
            await opener.click()
        await self.page.locator("#fill-in").click()
        await expect(self.page.locator("#fill-in")).not_to_have_attribute("aria-busy", "true")

    async def fill_in(self, section: str, **typed: str) -> None:
        """One section with the sample answers, some lines of text typed over, and saved."""
        await self.part(section).click()
        await expect(self.button("保存")).to_be_visible()
        await self.fill_in_samples()
        for name, words in typed.items():
            await self.page.locator(f"#field-{name}").fill(words)
        await self.save()

    async def save(self) -> None:
        await self.button("保存").click()
        await expect(self.button("检查并提交")).to_be_visible()

    async def give_photo(self) -> None:
        await self.part("照片").click()
        await self.button("使用示例照片").click()
        await self.button("上传照片").click()
        await expect(self.button("检查并提交")).to_be_visible()

    async def fill_in_everything(self, **typed: str) -> None:
        """`typed` goes over the sample answers of the education section."""
        for section in SECTIONS:
            await self.fill_in(section, **(typed if section == "教育情况" else {}))
        await self.give_photo()

    async def submit(self) -> None:
        await self.button("检查并提交").click()
        await self.button("确认提交").click()

    async def has_office(self, act: str) -> str:
        """The site or the area acts, by the demo's buttons beside the phone; what they say of it."""
        opener = self.page.get_by_role("button", name="演示控制")
        as_drawer = await opener.is_visible()
        if as_drawer:
            await opener.click()
        await self.button(act).click()
        told = self.page.locator(".desk-told")
        await expect(told).to_contain_text("已办理")
        words = await told.inner_text()
        if as_drawer:
            await self.button("关闭").click()
        return words

    async def is_given_a_code(self) -> str:
        """At the site that was asked for the account."""
        return (await self.has_office("核对证件，发找回码")).split()[-1]

    async def is_approved(self) -> None:
        """From submitted to approved, the offices acting when their windows are open; then a day to pay on."""
        await self.has_office("现场确认")
        await self.come_back_at("2023-12-20T10:00:00+08:00")
        await expect(self.step("review")).to_contain_text("考点正在进行资格审核")
        await self.has_office("考点审核通过")
        await self.come_back_at("2024-01-10T10:00:00+08:00")
        await expect(self.step("review")).to_contain_text("考区正在审核")
        await self.has_office("考区审核通过")
        await self.come_back_at("2024-02-06T18:00:00+08:00")
        await expect(self.button("去缴费")).to_be_visible()

    async def numbers(self) -> tuple[str, str]:
        """The registration number and the verification code, off the result's screen."""
        await self.sees("报名信息已提交")
        number, code = await self.page.locator(".pair .big").all_text_contents()
        return number, code
