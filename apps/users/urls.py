"""The addresses of this app."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from apps.users import api

router = SimpleRouter(use_regex_path=False)
router.register("users/me/addresses", api.AddressViewSet, basename="address")

urlpatterns = [
    path("auth/telegram/", api.TelegramSignInView.as_view(), name="sign-in-telegram"),
    path("auth/token/", api.StaffSignInView.as_view(), name="sign-in-staff"),
    path("auth/token/refresh/", api.RefreshView.as_view(), name="sign-in-refresh"),
    path("auth/logout/", api.SignOutView.as_view(), name="sign-out"),
    path("users/me/", api.MeView.as_view(), name="me"),
    path("users/me/sessions/", api.SessionsView.as_view(), name="me-sessions"),
    path("users/me/sessions/<uuid:session_id>/", api.SessionView.as_view(), name="me-session"),
    path("users/me/consents/", api.ConsentsView.as_view(), name="me-consents"),
    path("users/me/export/", api.ExportView.as_view(), name="me-export"),
    path("", include(router.urls)),
]
