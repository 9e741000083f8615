"""Papers for an area that confirms online: uploaded one by one, looked at by nobody but their owner and the site."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from backend.registrations.materials import Materials
from backend.registrations.reading import Reading
from backend.wording import Language
from miniprogram_api.pacing import SENT
from miniprogram_api.registrations import RegistrationOut, reply
from miniprogram_api.requests import Caller, Precondition, Upload
from miniprogram_api.shapes import Text
from miniprogram_api.typed_routes import Reply, Routes

routes = Routes()
Kind = Annotated[Text, Field(max_length=60)]
JPEG = "image/jpeg"


@routes.add("POST", "/registrations/{registration_id}/materials/{kind}", refusals=(409, 412, 413), pace=SENT)
async def upload_material(
    registration_id: UUID,
    kind: Kind,
    caller: Caller,
    upload: Upload,
    on: Precondition,
    materials: Materials,
    reading: Reading,
    language: Language,
) -> Annotated[Reply, RegistrationOut]:
    """One paper, as JPEG or PNG, under the area's own word for it (percent-encoded); re-encoded."""
    await materials.upload(
        caller.candidate_id, registration_id, kind, upload, expected_version=on.version, actor=caller.actor
    )
    return await reply(caller, registration_id, reading, language)


@routes.add("GET", "/registrations/{registration_id}/materials/{kind}", produces=JPEG)
async def show_material(registration_id: UUID, kind: Kind, caller: Caller, materials: Materials) -> Reply:
    """One of one's own papers as it is kept."""
    picture = await materials.picture(caller.candidate_id, registration_id, kind)
    return Reply(body=picture, headers={"Cache-Control": "private, no-store"}, content_type=JPEG)
