"""Where a journey plays: the addresses, the record, exam time, and the services through which staff act."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from backend.clock import EXAM_ZONE
from zhunkao.journey.people import Person
from zhunkao.journey.phone import Phone, Platform
from zhunkao.journey.record import Record
from zhunkao.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a journey plays: the addresses, the record, and the services through which staff act."""

    http: aiohttp.ClientSession
    api_url: str
    sandbox_url: str
    output: Path
    record: Record
    built: Services

    def phone(self, person: Person, platform: Platform) -> Phone:
        return Phone(
            person=person,
            platform=platform,
            http=self.http,
            api_url=self.api_url,
            sandbox_url=self.sandbox_url,
            record=self.record,
        )

    async def at(self, when: str) -> None:
        """Move exam time, `2023-12-01 09:00`; the offices' clock follows."""
        now = datetime.strptime(when, "%Y-%m-%d %H:%M").replace(tzinfo=EXAM_ZONE)
        url = f"{self.sandbox_url}/sandbox/clock"
        async with self.http.put(url, json={"now": now.isoformat()}) as response:
            status = response.status
        self.record.exam_time = when
        wrong = None if status == 200 else f"the sandbox answered {status}"
        self.record.add(
            by="clock",
            person="",
            does="考试时间",
            call="PUT /sandbox/clock",
            status=status,
            answer={"now": when},
            wrong=wrong,
        )
        await self.built.clock.synchronise()

    def staff(self, does: str, call: str, answer: dict[str, Any], *, wrong: str | None = None) -> None:
        self.record.add(by="staff", person="工作人员", does=does, call=call, answer=answer, wrong=wrong)


async def save_pdf(stage: Stage, phone: Phone, paper: str, *, does: str, note: str = "") -> None:
    """Download a paper of the registration and keep it in the output folder. Its name says whose it is beside the
    WeChat candidate's, and `note` what it is beside the last one."""
    path = phone.mine(f"/{paper}.pdf")
    answer = await phone.api("GET", path, does=does, expect=200)
    stage.record.insist(answer.body.startswith(b"%PDF-"), f"{path} is no PDF")
    parts = [paper, "" if phone.platform == "wechat" else phone.platform, note]
    await asyncio.to_thread(_keep, stage.output / f"{'-'.join(filter(None, parts))}.pdf", answer.body)


def _keep(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
