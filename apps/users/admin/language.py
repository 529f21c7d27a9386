"""The switch of languages in the admin's user menu."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from apps.core.admin import actor_id
from apps.users import services
from apps.users.errors import UnknownLanguage


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak to this member of staff in another language, in the admin and in messages."""
    back = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("admin:index")
    answer = HttpResponseRedirect(back)
    language = request.POST.get("language", "")
    try:
        services.change_language(user_id=actor_id(request), language=language)
    except UnknownLanguage:
        return answer
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return answer
