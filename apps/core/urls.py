"""The API's description, health and metrics."""

from django.urls import path
from drf_spectacular.views import SpectacularSwaggerSplitView

from apps.core import views

urlpatterns = [
    path("api/schema/", views.SchemaView.as_view(), name="schema"),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="core/docs.html"),
        name="docs",
    ),
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("metrics", views.metrics, name="metrics"),
]
