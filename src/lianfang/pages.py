"""The files of the desk and of the phone app. Everything they show comes from the API."""

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
    return _one_page(Path(settings.LIANFANG_WEB))


@require_safe
@ensure_csrf_cookie
def field(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """The phone app's one page; a phone that has it asks for it no more (its service worker answers)."""
    return _one_page(Path(settings.LIANFANG_FIELD))


@require_safe
@ensure_csrf_cookie
def resident(request: HttpRequest, token: str = "") -> HttpResponseBase:
    """The page on which residents report themselves. Whether the link is one, the page asks the API."""
    response = _one_page(Path(settings.LIANFANG_RESIDENT))
    # The address opens the page: no other server is to learn it, and no search engine to list it.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _one_page(folder: Path) -> HttpResponseBase:
    page = folder / "index.html"
    if not page.is_file():
        return HttpResponse(_NOT_BUILT, status=503)
    response = FileResponse(page.open("rb"), content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def asset(request: HttpRequest, path: str) -> HttpResponseBase:
    """A script, style, font or picture. Its name carries a hash of the content, so browsers may keep it."""
    return _hashed(request, path, Path(settings.LIANFANG_WEB))


@require_safe
def field_asset(request: HttpRequest, path: str) -> HttpResponseBase:
    """The same of the phone app."""
    return _hashed(request, path, Path(settings.LIANFANG_FIELD))


@require_safe
def resident_asset(request: HttpRequest, path: str) -> HttpResponseBase:
    """The same of the residents' page."""
    return _hashed(request, path, Path(settings.LIANFANG_RESIDENT))


def _hashed(request: HttpRequest, path: str, folder: Path) -> HttpResponseBase:
    response = serve(request, path, document_root=str(folder / "assets"))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def field_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """What has to keep its name: the service worker, the manifest, the app's marks. Asked for anew every time, for
    it is by the service worker that a phone learns of a new version.
    """
    response = serve(request, name, document_root=str(settings.LIANFANG_FIELD))
    response.headers["Cache-Control"] = "no-cache"
    if name.endswith(".webmanifest"):
        response.headers["Content-Type"] = "application/manifest+json"
    return response


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For supervisors and start.py: the server answers."""
    return HttpResponse("ok", content_type="text/plain")
