"""A test's hands and eyes in the simulator: people who write, press, and wait for the bot."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx

Json = dict[str, Any]

ANNA, JOHN = 700000001, 700000002
OLGA, IVAN, PETR = 700000101, 700000102, 700000103
STAFF_GROUP_ID = -1000000000001


class NothingCame(AssertionError):
    """The bot has not done in time what the test waited for."""


class SimulatorClient:
    """The control API of a running simulator."""

    def __init__(self, base_url: str, *, patience: float = 10.0) -> None:
        self.base_url = base_url.rstrip("/")
        self.patience = patience
        self._http = httpx.Client(base_url=self.base_url, timeout=patience + 40)

    def __enter__(self) -> SimulatorClient:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, **query: Any) -> Json:
        """Ask the control API."""
        return _answer(self._http.get(f"/sim/{path}", params=query))

    def post(self, path: str, **body: Any) -> Json:
        """Do something by the control API."""
        return _answer(self._http.post(f"/sim/{path}", json=body))

    def person(self, user_id: int, *, chat_id: int | None = None) -> Actor:
        """Return somebody who acts in their own chat, or in a group."""
        return Actor(self, user_id, chat_id or user_id)

    def new_person(self, first_name: str, *, language_code: str = "ru", **more: Any) -> Actor:
        """Bring in a person that nobody has met."""
        body = {"first_name": first_name, "language_code": language_code, **more}
        return self.person(int(self.post("people", **body)["id"]))

    def fault(self, method: str, kind: str, **details: Any) -> None:
        """Plan that a call goes wrong: error (code, retry_after), latency (seconds) or drop."""
        self.post("faults", method=method, kind=kind, **details)

    def calls(self, method: str = "", *, after: int = 0) -> list[Json]:
        """Return what the bot has called."""
        found: list[Json] = self.get("calls", method=method, after=after)["calls"]
        return found

    def refusals(self) -> list[Json]:
        """Return the calls that were answered by 4xx, injected faults included."""
        return [call for call in self.calls() if 400 <= call["code"] < 500]

    def init_data(self, user_id: int, *, auth_date: int = 0, start_param: str = "") -> str:
        """Return signed launch data of a person."""
        query = {"user": user_id, "auth_date": auth_date, "start_param": start_param}
        return str(self.get("init-data", **query)["init_data"])

    def reset(self) -> None:
        """Forget all chats, calls and faults."""
        self.post("reset")

    def wait_for(self, check: Callable[[], Any], *, what: str, seconds: float = 0.0) -> Any:
        """Return the first truthy answer of a check, made anew after every event.

        Raises:
            NothingCame: There was none in time.
        """
        deadline = time.monotonic() + (seconds or self.patience)
        while True:
            sequence = int(self.get("wait")["seq"])
            if found := check():
                return found
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise NothingCame(what)
            self.get("wait", after=sequence, timeout=min(remaining, 5.0))


class Actor:
    """One person in one chat."""

    def __init__(self, sim: SimulatorClient, user_id: int, chat_id: int) -> None:
        self.sim = sim
        self.user_id = user_id
        self.chat_id = chat_id

    def messages(self, *, history: bool = False) -> list[Json]:
        """Return the chat's messages, oldest first."""
        query = {"history": 1} if history else {}
        found: list[Json] = self.sim.get(f"chats/{self.chat_id}/messages", **query)["messages"]
        return found

    def says(self, text: str, *, reply_to: int = 0) -> Json:
        """Write text."""
        return self._do("say", text=text, reply_to=reply_to)

    def edits(self, message_id: int, text: str) -> Json:
        """Change a message of one's own."""
        return self._do("edit", message_id=message_id, text=text)

    def starts(self, payload: str = "") -> Json:
        """Press START, perhaps by a deep link."""
        return self._do("start", payload=payload)

    def shares_contact(self) -> Json:
        """Share one's own phone number."""
        return self._do("contact")

    def shares_location(self, latitude: float, longitude: float) -> Json:
        """Share a place."""
        return self._do("location", latitude=latitude, longitude=longitude)

    def sends_photo(self, data: bytes, *, caption: str = "") -> Json:
        """Send a photo."""
        encoded = base64.b64encode(data).decode()
        return self._do("file", kind="photo", data=encoded, caption=caption)

    def blocks(self, *, blocked: bool = True) -> None:
        """Block the bot, or let it speak again."""
        self._do("block", blocked=blocked)

    def pays(self, message_id: int) -> Json:
        """Press the pay button of an invoice and return the outcome."""
        return self._do("pay", message_id=message_id)

    def sees(self, text: str = "", *, seconds: float = 0.0) -> Json:
        """Wait for a message of the bot that holds a text, and return the newest such one.

        Raises:
            NothingCame: There was none in time.
        """

        def newest() -> Json | None:
            found = [m for m in self.messages() if _from_bot(m) and text in shown_text(m)]
            return found[-1] if found else None

        message: Json = self.sim.wait_for(newest, what=self._story(text), seconds=seconds)
        return message

    def buttons(self) -> list[str]:
        """Return what stands on the keys of the bot's newest message that has some."""
        keyed = [m for m in self.messages() if _keys(m)]
        return [key["text"] for key in _keys(keyed[-1])] if keyed else []

    def presses(self, label: str, *, message_id: int = 0, seconds: float = 0.0) -> Json:
        """Press a button by a part of its text, and wait until the bot has answered the press.

        Returns the answer to an inline button ({text, alert, url}), or the message that a button
        of the reply keyboard has sent.

        Raises:
            NothingCame: There is no such button, or the bot did not answer.
        """
        what = f"the button {label!r}; there are {self.buttons()}"
        found = self.sim.wait_for(
            lambda: self._find_key(label, message_id), what=what, seconds=seconds
        )
        if isinstance(found, str):
            return self._do("keyboard", text=found)
        message, row, column = found
        return self._press(label, seconds, message_id=message["message_id"], row=row, column=column)

    def asks_inline(self, query: str = "", *, offset: str = "") -> Json:
        """Type the bot's name and some words, and return what the bot offers.

        Raises:
            NothingCame: It did not answer.
        """
        sequence = int(self.sim.get("wait")["seq"])
        query_id = self._do("inline", query=query, offset=offset)["inline_query_id"]
        return self._answered("inline_answer", query_id, sequence, what=f"{query!r} inline")

    def sends_result(self, answer: Json, title: str) -> Json:
        """Send one of the offered results, by a part of its title, to this chat."""
        chosen = next(result for result in answer["results"] if title in result["title"])
        return self._do("inline/choose", inline_query_id=answer["id"], result_id=chosen["id"])

    def forges(self, data: str, *, message_id: int) -> Json:
        """Press a button that may not be there, as a malicious client can."""
        return self._press(data, 0.0, message_id=message_id, data=data)

    def _press(self, label: str, seconds: float, **what: Any) -> Json:
        sequence = int(self.sim.get("wait")["seq"])
        query_id = self._do("press", **what)["callback_query_id"]
        event = self._answered(
            "callback_answer", query_id, sequence, what=f"the press of {label!r}", seconds=seconds
        )
        return {name: event[name] for name in ("text", "alert", "url")}

    def _answered(
        self, kind: str, query_id: str, sequence: int, *, what: str, seconds: float = 0.0
    ) -> Json:
        deadline = time.monotonic() + (seconds or self.sim.patience)
        while (remaining := deadline - time.monotonic()) > 0:
            news = self.sim.get("wait", after=sequence, timeout=min(remaining, 5.0))
            for event in news["events"]:
                if event["kind"] == kind and event["id"] == query_id:
                    found: Json = event
                    return found
            sequence = news["seq"]
        raise NothingCame(f"no answer to {what}")

    def _find_key(self, label: str, message_id: int) -> tuple[Json, int, int] | str | None:
        exact = re.compile(rf"^{re.escape(label)}$")
        for matches in (exact.search, lambda text: label in text):
            for message in reversed(self.messages()):
                if message_id and message["message_id"] != message_id:
                    continue
                rows = message.get("reply_markup", {}).get("inline_keyboard", [])
                for row, keys in enumerate(rows):
                    for column, key in enumerate(keys):
                        if "callback_data" in key and matches(key["text"]):
                            return message, row, column
            chat = next(c for c in self.sim.get("state")["chats"] if c["id"] == self.chat_id)
            for keys in (chat["keyboard"] or {}).get("keyboard", []):
                for key in keys:
                    if matches(key["text"]):
                        return str(key["text"])
        return None

    def _do(self, path: str, **body: Any) -> Json:
        return self.sim.post(path, user_id=self.user_id, chat_id=self.chat_id, **body)

    def _story(self, text: str) -> str:
        seen = "\n".join(f"  {m['from']['first_name']}: {shown_text(m)!r}" for m in self.messages())
        return f"nothing with {text!r} came; the chat:\n{seen}"


def shown_text(message: Json) -> str:
    """Return the words of a message: its text or its caption."""
    return str(message.get("text") or message.get("caption") or "")


def download_url(base_url: str, token: str, path: str) -> str:
    """Return where a file of the bot can be fetched."""
    return f"{base_url}/file/bot{token}/{quote(path)}"


def _keys(message: Json) -> list[Json]:
    return [k for row in message.get("reply_markup", {}).get("inline_keyboard", []) for k in row]


def _from_bot(message: Json) -> bool:
    return bool(message["from"]["is_bot"])


def _answer(response: httpx.Response) -> Json:
    body: Json = response.json()
    if response.is_error:
        raise AssertionError(f"{response.request.url.path}: {body.get('error', body)}")
    return body
