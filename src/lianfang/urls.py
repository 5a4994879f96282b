"""Addresses. The API mounts itself under api/; field/ is the phone app, everything else the desk."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from lianfang import pages
from lianfang.api import docs
from lianfang.api.app import api, nowhere

urlpatterns = [
    path("health", pages.health),
    path("assets/<path:path>", pages.asset),
    path("api/", nowhere),  # before the API, whose own front page would stand here
    path("api/docs", docs.page),
    path("api/docs/<str:name>", docs.asset),
    path("api/", api.urls),
    path("api/<path:rest>", nowhere),
    path("field", RedirectView.as_view(url="/field/")),
    path("field/assets/<path:path>", pages.field_asset),
    re_path(r"^field/(?P<name>sw\.js|manifest\.webmanifest|mark[\w-]*\.(?:svg|png))$", pages.field_file),
    re_path(r"^field/(?P<path>.*)$", pages.field),
    path("r/assets/<path:path>", pages.resident_asset),
    re_path(r"^r/(?P<token>[\w-]*)$", pages.resident),
    re_path(r"^(?!api/)(?P<path>.*)$", pages.desk),
]
