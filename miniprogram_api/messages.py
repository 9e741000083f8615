"""What the platforms push to us: messages of their customer-service chats, events, and the check of our address."""

from aiohttp import web

from backend.inquiries.pushes import Pushes
from miniprogram_api.sign_in import PlatformName
from miniprogram_api.typed_routes import Reply, Routes, Urgency

callback_routes = Routes(Urgency.APART)


@callback_routes.add("GET", "/callbacks/{platform}/messages", produces="text/plain", likewise=(400,))
async def message_address_checked(platform: PlatformName, request: web.Request, pushes: Pushes) -> Reply:
    """A platform asks whether this address is ours."""
    return await _received(platform, request, pushes, b"")


@callback_routes.add("POST", "/callbacks/{platform}/messages", produces="text/plain", likewise=(400,), refusals=(413,))
async def message_pushed(platform: PlatformName, request: web.Request, pushes: Pushes) -> Reply:
    """A message or an event: verified on the raw bytes, kept, answered at once; acted on afterwards."""
    return await _received(platform, request, pushes, await request.read())


async def _received(platform: PlatformName, request: web.Request, pushes: Pushes, body: bytes) -> Reply:
    reply = await pushes.receive(platform, dict(request.query), body)
    return Reply(body=reply.body, status=reply.status, content_type="text/plain")
