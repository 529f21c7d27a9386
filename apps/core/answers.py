"""A problem as an answer, for doors outside DRF: JSON for programs, a page for people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from apps.core.problems import Problem

_JSON_PATHS = ("/api/", "/webhooks/")


def problem_answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a problem as whoever asked can read it."""
    for_program = request.path.startswith(_JSON_PATHS)
    return problem_response(problem) if for_program else problem_page(request, problem)


def problem_response(problem: Problem) -> HttpResponse:
    """Return a problem as JSON."""
    response = JsonResponse(
        problem.as_json(), status=problem.status, content_type="application/problem+json"
    )
    return _with_patience(response, problem)


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a problem as a page with a way on; it asks no database and no session."""
    facts = {
        "problem": problem,
        "language": get_language(),
        "home": "/admin/" if request.path.startswith("/admin/") else "/app/",
        "again": request.get_full_path() if request.method == "GET" else "",
    }
    page = render_to_string("core/problem.html", facts)
    return _with_patience(HttpResponse(page, status=problem.status), problem)


def _with_patience(response: HttpResponse, problem: Problem) -> HttpResponse:
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    return response
