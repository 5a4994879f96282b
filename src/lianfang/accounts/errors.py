"""What can go wrong at the door, with users and with their appointments."""

from lianfang.kernel.errors import declare

SIGN_IN_REQUIRED = declare("sign_in.required", 401, "Nobody is signed in.")
SIGN_IN_WRONG = declare("sign_in.wrong", 401, "User name and password do not fit, or the account is locked.")
SIGN_IN_THROTTLED = declare("sign_in.throttled", 429, "Too many tries; params.seconds says how long to wait.")
SIGN_IN_EXPIRED = declare(
    "sign_in.expired", 401, "The first step of signing in is too long ago; begin again."
)
LINK_INVALID = declare("link.invalid", 410, "The one-time link is unknown, used, replaced or expired.")
USERS_EXIST = declare("welcome.done", 409, "There is a first administrator already.")
PASSWORD_WEAK = declare("password.weak", 422, "The password is refused; params.reasons lists why, as codes.")
PASSWORD_WRONG = declare("password.wrong", 422, "The password given to confirm a change is not the user's.")
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

CODE_WRONG = declare("code.wrong", 422, "The code is not the right one, was used already, or is too old.")
SECOND_FACTOR_NEEDED = declare(
    "second_factor.needed",
    403,
    "One's role demands a second factor; only one's own account is open until then.",
)
SECOND_FACTOR_KEPT = declare(
    "second_factor.kept", 409, "One's role demands a second factor; the last one cannot be removed."
)
AUTHENTICATOR_EXISTS = declare("authenticator.exists", 409, "There is an authenticator; remove it first.")
AUTHENTICATOR_MISSING = declare("authenticator.missing", 409, "No authenticator waits for its first code.")
PASSKEY_NEEDS_NAME = declare(
    "passkey.needs_name", 409, "Passkeys need an address by name (localhost, a domain), not by number."
)
PASSKEY_REFUSED = declare("passkey.refused", 422, "The passkey's answer does not fit; begin again.")
PASSKEY_KNOWN = declare("passkey.known", 409, "This passkey is registered already.")
PASSKEY_LIMIT = declare("passkey.limit", 409, "A user has params.most passkeys at most; remove one first.")

USER_CHANGED = declare(
    "user.changed",
    409,
    "Somebody changed this user meanwhile: params.acts (codes, oldest first) by params.by; params.version is new.",
)
USER_YOURSELF = declare("user.yourself", 409, "Nobody does this to himself; another administrator can.")
USER_NOT_YOURS = declare(
    "user.not_yours",
    403,
    "The user also holds appointments outside your area, or with more than you may give.",
)
USER_LOCKED = declare("user.locked", 409, "The user is locked; unlock him first.")
LAST_ADMINISTRATOR = declare(
    "user.last_administrator", 409, "Somebody must remain who administers everything, without an end."
)
ROLE_ABOVE = declare(
    "role.above", 403, "The role holds permissions that you lack there; params.lacking names them."
)
APPOINTMENT_NEEDED = declare(
    "appointment.needed", 422, "Who manages a part of the territory invites with an appointment in that part."
)
APPOINTMENT_EXISTS = declare(
    "appointment.exists", 409, "The user has this role over this area at that time already."
)
APPOINTMENT_PERIOD = declare(
    "appointment.period", 422, "An appointment begins today or later and ends after that."
)
APPOINTMENT_ENDED = declare("appointment.ended", 409, "The appointment has ended, or ends earlier already.")
REASON_NEEDED = declare("reason.needed", 422, "A reason of at least params.least characters is needed.")

DEVICE_UNKNOWN = declare(
    "device.unknown", 401, "This needs a device's own token (Authorization: Device …), which is unknown."
)
DEVICE_WITHDRAWN = declare(
    "device.withdrawn", 403, "The device was withdrawn; what it still sends is kept and not taken."
)
DEVICE_LOCKED = declare("device.locked", 403, "The device's user is locked; nothing is taken or given.")
DEVICE_KEY = declare("device.key", 422, "A device's public key is Ed25519: 32 bytes, as base64url.")
DEVICE_NAME = declare("device.name", 422, "A device needs a name of 1 to params.most characters.")
DEVICE_TAKEN = declare("device.taken", 409, "Another device has this id; make a new one.")
DEVICE_TOO_MANY = declare(
    "device.too_many", 409, "The user has params.most working devices already; withdraw one."
)
