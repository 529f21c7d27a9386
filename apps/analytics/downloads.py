"""Tables to take along."""

from django.http import HttpResponse

from apps.analytics.dto import Question
from apps.analytics.periods import Period
from apps.analytics.tables import Table
from apps.core import sheets

FORMATS = ("csv", "xlsx")


def download(question: Question, period: Period, table: Table, *, kind: str) -> HttpResponse:
    """Return a table as a file, named by what it is about and its first and last day."""
    name = f"{question.value}-{period.start.isoformat()}-{period.last.isoformat()}.{kind}"
    if kind == "xlsx":
        content = sheets.xlsx_bytes(table.heading, table.rows, title=str(question.label))
        answer = HttpResponse(content, content_type=sheets.XLSX_TYPE)
    else:
        content = sheets.csv_bytes(table.heading, table.rows)
        answer = HttpResponse(content, content_type=sheets.CSV_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
