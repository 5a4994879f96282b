"""What can go wrong between browser and server before any app is asked."""

from lianfang.kernel.errors import declare

CSRF = declare("csrf", 403, "The page's token is missing or old; load the page again.")
UNREADABLE = declare("request.unreadable", 400, "The request is no JSON, or not what its Content-Type says.")
METHOD = declare("request.method", 405, "The address does not know this method.")
LARGE = declare("request.too_large", 413, "The request's body is larger than any that is accepted here.")
FAILED = declare("server.failed", 500, "A mistake in the program; the server's log tells more.")
