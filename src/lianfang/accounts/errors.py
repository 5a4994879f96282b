"""What can go wrong at the door."""

from lianfang.kernel.errors import declare

SIGN_IN_REQUIRED = declare("sign_in.required", 401, "Nobody is signed in.")
SIGN_IN_WRONG = declare("sign_in.wrong", 401, "User name and password do not fit, or the account is locked.")
SIGN_IN_THROTTLED = declare("sign_in.throttled", 429, "Too many tries; params.seconds says how long to wait.")
LINK_INVALID = declare("link.invalid", 410, "The one-time link is unknown, used, replaced or expired.")
USERS_EXIST = declare("welcome.done", 409, "There is a first administrator already.")
PASSWORD_WEAK = declare("password.weak", 422, "The password is refused; params.reasons lists why, as codes.")
USERNAME_INVALID = declare("username.invalid", 422, "A user name has 2 to 60 letters, digits, . _ or -.")
USERNAME_TAKEN = declare("username.taken", 409, "Another user has this name.")
TOKEN_INVALID = declare("token.invalid", 401, "The access token is unknown, revoked or expired.")
TOKEN_REFUSED = declare(
    "token.refused", 403, "This is for whoever signed in himself; access tokens do not open it."
)
TOKEN_NAME = declare("token.name", 422, "A token needs a name of 1 to params.most characters.")
TOKEN_PERMISSIONS = declare(
    "token.permissions", 422, "A token needs one permission or more, of those that its user holds."
)
TOKEN_EXPIRY = declare("token.expiry", 422, "A token ends after 1 to params.most days.")
TOKEN_TOO_MANY = declare("token.too_many", 409, "There are params.most working tokens already; revoke one.")
