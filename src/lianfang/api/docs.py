"""The API's description for people and programs: Swagger UI from the installed package, nothing from outside."""

import html
from importlib import resources

import ninja
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe

from lianfang.accounts.sessions import actor_of
from lianfang.kernel import clock
from lianfang.kernel.errors import ProblemError

# What the page loads, out of django-ninja's own files.
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-init.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lianfang API</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body data-csrf-token="{token}" data-api-csrf="true">
<script type="application/json" id="swagger-settings">
{{"url": "/api/openapi.json", "layout": "BaseLayout", "deepLinking": true, "validatorUrl": null}}
</script>
<main id="swagger-ui"></main>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/swagger-ui-init.js"></script>
</body></html>"""


@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """The description to read and to try, for whoever is signed in; others sign in first."""
    try:
        actor_of(request, now=clock.now())
    except ProblemError:
        return HttpResponseRedirect("/sign-in?next=/api/docs")
    return HttpResponse(_PAGE.format(token=html.escape(get_token(request))))


@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of the page's three files."""
    kind = ASSETS.get(name)
    if kind is None:
        return HttpResponse(status=404)
    file = resources.files(ninja) / "static" / "ninja" / name
    response = FileResponse(file.open("rb"), content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
