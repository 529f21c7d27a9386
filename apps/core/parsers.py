"""Read the bodies of requests, and nothing that we could not keep."""

import codecs
import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from apps.core.text import is_clean


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it, and only what PostgreSQL can keep.

    No NaN or Infinity, no NUL or lone surrogate in any text or name, no nesting deeper than the
    interpreter's stack, no body beyond DATA_UPLOAD_MAX_MEMORY_SIZE.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body as Python values.

        Raises:
            ParseError: The body is not JSON that we can keep.
            RequestDataTooBig: There is more of it than we read.
        """
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise RequestDataTooBig
        try:
            body = json.loads(codecs.decode(raw, "utf-8-sig"), parse_constant=_refuse_constant)
            _check(body)
            return body
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON that we can read.")) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check(value: Any) -> None:
    """Walk over every text, name and number.

    Raises:
        ValueError: There is something that can't be kept.
    """
    if isinstance(value, str):
        if not is_clean(value):
            raise ValueError("unclean text")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check(name)
            _check(inner)
    elif isinstance(value, list):
        for inner in value:
            _check(inner)
    elif isinstance(value, float) and not math.isfinite(value):
        # 1e999 reads as infinity without naming it.
        raise ValueError("not a number")
