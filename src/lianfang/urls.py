"""Addresses. The API mounts itself under api/; everything else belongs to the desk application."""

from django.urls import path, re_path

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
    re_path(r"^(?!api/)(?P<path>.*)$", pages.desk),
]
