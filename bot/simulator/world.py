"""People, chats and messages: what Telegram's servers would remember."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.simulator.errors import ControlError

Json = dict[str, Any]
Role = Literal["customer", "staff"]

STAFF_GROUP_ID = -1000000000001


@dataclass
class Person:
    """Somebody with a Telegram account."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "ru"
    role: Role = "customer"
    phone: str = ""

    def user(self) -> Json:
        """Return the Bot API's User."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.last_name:
            user["last_name"] = self.last_name
        if self.username:
            user["username"] = self.username
        return user | {"language_code": self.language_code}


@dataclass
class Stored:
    """A message, with what the Bot API does not show of it."""

    message: Json
    history: list[Json] = field(default_factory=list)
    deleted: bool = False
    # A message that brought a reply keyboard can never be edited, says TDLib.
    locked: bool = False
    delivered: bool = False


@dataclass
class Chat:
    """A private chat of the bot with one person, or a group."""

    id: int
    type: Literal["private", "supergroup"]
    title: str = ""
    username: str = ""
    members: list[int] = field(default_factory=list)
    messages: dict[int, Stored] = field(default_factory=dict)
    keyboard: Json | None = None
    keyboard_of: int = 0
    started: bool = False
    blocked: bool = False
    pinned: list[int] = field(default_factory=list)
    last_message_id: int = 0

    @property
    def is_private(self) -> bool:
        """Tell whether it is a chat with one person."""
        return self.type == "private"

    def find(self, message_id: int) -> Stored | None:
        """Return a message that was not deleted."""
        stored = self.messages.get(message_id)
        return None if stored is None or stored.deleted else stored

    def visible(self) -> Iterator[Stored]:
        """Walk over the messages that were not deleted, oldest first."""
        return (stored for stored in self.messages.values() if not stored.deleted)


class World:
    """Everybody and everything, kept in memory."""

    def __init__(self, regulars: Sequence[Person] = ()) -> None:
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.profile: dict[str, Any] = {}
        # Whom the shop knows from before: they wrote to the bot once, in a time without a record.
        self.regulars = tuple(regulars)
        self._private_message_id = 0
        self.populate()

    def populate(self) -> None:
        """Bring in the people that a first visitor of the chat page meets."""
        for person in (
            Person(700000001, "Анна", "Смирнова", "anna_smirnova", "ru", phone="+79161234501"),
            Person(700000002, "John", "Baker", "john_baker", "en", phone="+447911123456"),
            Person(700000101, "Ольга", "Чернова", "olga_manager", "ru", "staff", "+79161234511"),
            Person(700000102, "Иван", "Складнев", "ivan_packer", "ru", "staff", "+79161234512"),
            Person(700000103, "Пётр", "Быстров", "petr_courier", "ru", "staff", "+79161234513"),
        ):
            self.add_person(person)
        staff = [p.id for p in self.people.values() if p.role == "staff"]
        self.chats[STAFF_GROUP_ID] = Chat(
            STAFF_GROUP_ID, "supergroup", "FrozenFood staff", members=staff, started=True
        )
        self.welcome_regulars()

    def welcome_regulars(self) -> None:
        """Bring in those of the regulars who are not here yet; all of them have started the bot."""
        for person in self.regulars:
            if person.id not in self.people:
                self.add_person(person)
            self.chats[person.id].started = True

    def forget_everything(self) -> None:
        """Start again with empty chats.

        The message counters stay, so that no id is used twice, and so does what the bot has said
        of itself, which it says only when it starts.
        """
        counters = {chat.id: chat.last_message_id for chat in self.chats.values()}
        self.people, self.chats = {}, {}
        self.populate()
        for chat_id, chat in self.chats.items():
            chat.last_message_id = counters.get(chat_id, 0)

    def add_person(self, person: Person) -> Chat:
        """Register a person, with a chat that they have not started yet."""
        self.people[person.id] = person
        chat = Chat(person.id, "private", username=person.username, members=[person.id])
        return self.chats.setdefault(person.id, chat)

    def free_person_id(self) -> int:
        """Return an id that nobody has."""
        return max([700000199, *self.people]) + 1

    def person(self, user_id: int) -> Person:
        """Return a person.

        Raises:
            ControlError: Nobody has this id.
        """
        try:
            return self.people[user_id]
        except KeyError:
            raise ControlError(f"there is no person {user_id}") from None

    def chat_for(self, user_id: int, chat_id: int | None = None) -> Chat:
        """Return a chat that a person takes part in, by default their own with the bot.

        Raises:
            ControlError: There is no such chat, or the person is no member.
        """
        chat = self.chats.get(chat_id or user_id)
        if chat is None:
            raise ControlError(f"there is no chat {chat_id or user_id}")
        if user_id not in chat.members:
            raise ControlError(f"person {user_id} is not in chat {chat.id}")
        return chat

    def next_message_id(self, chat: Chat) -> int:
        """Count on: all private chats share one counter, each supergroup has its own."""
        if chat.is_private:
            self._private_message_id += 1
            return self._private_message_id
        chat.last_message_id += 1
        return chat.last_message_id

    def chat_view(self, chat: Chat) -> Json:
        """Return the Bot API's Chat as messages carry it."""
        if not chat.is_private:
            view: Json = {"id": chat.id, "type": chat.type, "title": chat.title}
            return view | ({"username": chat.username} if chat.username else {})
        user = self.people[chat.id].user()
        names = ("first_name", "last_name", "username")
        return {"id": chat.id, "type": "private"} | {n: user[n] for n in names if n in user}

    def counters(self) -> Json:
        """Return what must outlive a restart for ids to stay unique."""
        return {"private_message_id": self._private_message_id}

    def restore_counters(self, saved: Json) -> None:
        """Go on counting from a saved state."""
        self._private_message_id = int(saved.get("private_message_id", 0))
