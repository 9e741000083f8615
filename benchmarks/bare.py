"""The floor: a bare aiohttp handler that reads one row by key over asyncpg.

`python -m benchmarks.bare DATABASE_URL PORT`.
"""

import asyncio
import json
import sys
from uuid import UUID

import asyncpg
import uvloop
from aiohttp import web

ROW = "SELECT id, state, payment_state, version FROM registration WHERE id = $1"


async def serve(database_url: str, port: int) -> None:
    pool = await asyncpg.create_pool(database_url, min_size=10, max_size=10)

    async def read(request: web.Request) -> web.Response:
        row = await pool.fetchrow(ROW, UUID(request.match_info["id"]))
        body = json.dumps({"id": str(row["id"]), "state": row["state"], "payment_state": row["payment_state"]})
        return web.Response(body=body.encode(), content_type="application/json")

    app = web.Application()
    app.router.add_get("/registrations/{id}", read)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(serve(sys.argv[1], int(sys.argv[2])))
