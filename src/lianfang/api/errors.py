"""What can go wrong between browser and server before any app is asked."""

from lianfang.kernel.errors import declare

CSRF = declare("csrf", 403, "The page's token is missing or old; load the page again.")
