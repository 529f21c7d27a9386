"""The addresses of the page "Analytics", beside the admin's own."""

from django.contrib import admin
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from apps.analytics.admin import views
from apps.analytics.downloads import FORMATS
from apps.analytics.dto import Question


class QuestionConverter(StringConverter):
    """A question by its name."""

    regex = "|".join(Question.values)

    def to_python(self, value: str) -> Question:
        """Return the question."""
        return Question(value)


class FormatConverter(StringConverter):
    """A kind of file."""

    regex = "|".join(FORMATS)


register_converter(QuestionConverter, "question")
register_converter(FormatConverter, "sheet_format")

app_name = "analytics"
urlpatterns = [
    path("", admin.site.admin_view(views.page), name="page"),
    path("<question:question>/", admin.site.admin_view(views.section), name="section"),
    path(
        "<question:question>/<sheet_format:kind>/",
        admin.site.admin_view(views.export),
        name="export",
    ),
]
