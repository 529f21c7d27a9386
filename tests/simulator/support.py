"""What several of the protocol tests need."""

import io

import pytest
from PIL import Image
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from telegram.error import BadRequest

from tests.simulator.conftest import with_bot


def picture(width=640, height=480, color="#4aa3df", kind="PNG") -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (width, height), color).save(output, kind)
    return output.getvalue()


def keys(*rows):
    return InlineKeyboardMarkup([[InlineKeyboardButton(*key) for key in row] for row in rows])


def refused(sim, job, error=BadRequest) -> str:
    with pytest.raises(error) as caught:
        with_bot(sim, job)
    return caught.value.message
