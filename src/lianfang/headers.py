"""Response headers that keep a page to what this server itself sends."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Component kits write their styles into the page, hence 'unsafe-inline' for styles, never for scripts.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

# Gates read QR codes with a decoder in WebAssembly; the phone app alone may compile it, and nothing else than that.
FIELD_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
FIELD = "/field/"


class ContentSecurityPolicy:
    """Sets the policy on every response that brings none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = FIELD_POLICY if request.path.startswith(FIELD) else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response
