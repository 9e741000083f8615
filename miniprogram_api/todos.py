"""The candidate's to-do list."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from backend.reminders import words
from backend.reminders.todos import Todo, Todos, TodoState
from backend.wording import Language
from miniprogram_api.requests import Caller
from miniprogram_api.shapes import In, Moment, Page
from miniprogram_api.typed_routes import Routes

routes = Routes()


class TodoQuery(In):
    """`after`: the `next` of the page before."""

    after: Annotated[str, Field(pattern=r"^[oc][0-9]{1,18}$")] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class TodoOut(BaseModel):
    """One to-do. `due_at`: its deadline; `page`: the mini-program's page on which it is done. One that only tells
    something is `done`; what wasn't done in time is `missed`."""

    id: int
    kind: str
    state: TodoState
    title: str
    text: str
    told_at: Moment
    due_at: Moment | None
    page: str | None
    registration: UUID | None
    inquiry: UUID | None


@routes.add("GET", "/todos")
async def list_todos(query: TodoQuery, caller: Caller, todos: Todos, language: Language) -> Page[TodoOut]:
    """What waits for the candidate, then what is done or over, each with the newest first."""
    found, following = await todos.of(caller.candidate_id, after=query.after, limit=query.limit)
    return Page(items=[_out(todo, language) for todo in found], next=following)


def _out(todo: Todo, language: Language) -> TodoOut:
    return TodoOut(
        id=todo.id,
        kind=todo.kind,
        state=todo.state,
        title=words.title(todo.kind, language),
        text=words.text(todo.kind, todo.facts, todo.until, language),
        told_at=todo.told_at,
        due_at=todo.until,
        page=todo.page,
        registration=todo.registration_id,
        inquiry=todo.inquiry_id,
    )
