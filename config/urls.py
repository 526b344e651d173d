"""Every address of the product: pages, API, health."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from config import health
from config.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics, name="metrics"),
]
if find_spec("api.urls"):
    urlpatterns.append(path("api/v1/", include("api.urls")))
if find_spec("web.urls"):
    urlpatterns.append(path("", include("web.urls")))

handler400 = "web.errors.bad_request"
handler403 = "web.errors.forbidden"
handler404 = "web.errors.not_found"
handler500 = "web.errors.server_error"
