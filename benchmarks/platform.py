"""WeChat as benchmarks need it, nothing kept on disk, nothing pushed: `python -m benchmarks.platform FOLDER PORT`."""

import asyncio
import sys
from pathlib import Path

import uvloop

from benchmarks.delivering import FIELDS, TEMPLATE
from sandbox.app import serve
from sandbox.settings import SandboxSettings, Template
from zhunkao.demo.sandbox import sandbox_keys


async def play(folder: Path, port: int) -> None:
    keys = sandbox_keys(folder)
    wechat = keys.wechat_app(templates={TEMPLATE: Template(keys=tuple(FIELDS))})
    await serve(SandboxSettings(wechat=wechat, wechatpay=keys.merchant(), port=port))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(play(Path(sys.argv[1]), int(sys.argv[2])))
