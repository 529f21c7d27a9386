"""What a handler knows of the update it handles: who wrote, and where they are."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Self

from telegram import CallbackQuery, Update
from telegram.ext import Application, CallbackContext, ExtBot

from apps.analytics.dto import Stage
from apps.notifications.buttons import Press
from apps.users.dto import CustomerCard
from bot.dto import ChatState

JSONDict = dict[str, Any]
AnyApplication = Application[Any, Any, Any, Any, Any, Any]
# The update that is being handled in this task, and its context.
_present: ContextVar[tuple[object, Any] | None] = ContextVar("present", default=None)
# Where the person is in the chat, as the inbox told together with the update.
kept_chat: ContextVar[ChatState | None] = ContextVar("kept_chat", default=None)


@dataclass
class Answer:
    """The answer to a pressed button: Telegram wants exactly one, and soon."""

    query: CallbackQuery
    given: bool = False


class ShopContext(CallbackContext[ExtBot[None], JSONDict, JSONDict, JSONDict]):
    """The context of one update; nothing in it outlives the update."""

    # Set by `handlers.arrival.arrive` before any other handler runs.
    person: CustomerCard
    chat: ChatState
    press: Press
    answer: Answer | None = None
    pressed_message_id: int | None = None
    # How far the person came with this update, for the funnel.
    stage: Stage = Stage.STARTED
    # Set when the update could not be handled now, but may be later.
    failure: Exception | None = None

    @classmethod
    def from_update(cls, update: object, application: AnyApplication) -> Self:
        """Make the context of an update, and remember it for its error."""
        context = super().from_update(update, application)
        _present.set((update, context))
        return context

    @classmethod
    def from_error(
        cls,
        update: object,
        error: Exception,
        application: AnyApplication,
        job: Any = None,
        coroutine: Any = None,
    ) -> Self:
        """Return the context that the failed handler had: the library would make an empty one."""
        present = _present.get()
        if present is None or present[0] is not update:
            return super().from_error(update, error, application, job, coroutine)
        context: Self = present[1]
        context.error = error
        return context

    @property
    def customer_id(self) -> int:
        """The id of the person who wrote or pressed."""
        return self.person.id

    def reach(self, stage: Stage) -> None:
        """Note that the person came so far; a stage passed before stays passed."""
        self.stage = max(self.stage, stage)

    @property
    def language(self) -> str:
        """The language of that person."""
        return self.person.language


def query_of(update: Update) -> CallbackQuery:
    """Return the press that an update is about."""
    query = update.callback_query
    if query is None:
        raise ValueError("The update is no press of a button")
    return query
