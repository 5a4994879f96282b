"""The desk application's files. Everything it shows comes from the API."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from django.views.static import serve

_NOT_BUILT = (
    "<!doctype html><meta charset=utf-8><title>Lianfang</title>"
    "<p>网页尚未构建：请运行 python3 start.py。<p>The web pages are not built yet: run python3 start.py."
)


@require_safe
@ensure_csrf_cookie
def desk(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """The application's one page, for every address that the browser's own router handles."""
    page = Path(settings.LIANFANG_WEB) / "index.html"
    if not page.is_file():
        return HttpResponse(_NOT_BUILT, status=503)
    response = FileResponse(page.open("rb"), content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def asset(request: HttpRequest, path: str) -> HttpResponseBase:
    """A script, style, font or picture. Its name carries a hash of the content, so browsers may keep it."""
    response = serve(request, path, document_root=str(Path(settings.LIANFANG_WEB) / "assets"))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For supervisors and start.py: the server answers."""
    return HttpResponse("ok", content_type="text/plain")
