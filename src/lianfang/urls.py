"""Addresses. The API mounts itself under api/; everything else belongs to the desk application."""

from django.urls import path, re_path

from lianfang import pages

urlpatterns = [
    path("health", pages.health),
    path("assets/<path:path>", pages.asset),
    re_path(r"^(?!api/)(?P<path>.*)$", pages.desk),
]
