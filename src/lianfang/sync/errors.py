"""What can be wrong with a fact or a photo. A refused fact is kept and shown, never dropped."""

from lianfang.kernel.errors import declare

UNREADABLE = declare(
    "fact.unreadable",
    422,
    "The payload is no JSON object with id, device, seq, at, v, kind and body; params.field.",
)
LARGE = declare("fact.large", 413, "A payload has at most params.most bytes.")
DEVICE = declare(
    "fact.device", 422, "The fact names another device than the one that sent it, or an unknown one."
)
SIGNATURE = declare(
    "fact.signature", 422, "The signature is not that of the fact's device over this payload."
)
VERSION = declare(
    "fact.version", 422, "This server reads version params.known of a fact, not params.version."
)
KIND = declare("fact.kind", 422, "This server knows no facts of kind params.kind.")
BODY = declare("fact.body", 422, "The body does not fit its kind: params.fields names what.")
ALTERED = declare("fact.altered", 409, "Another payload came under this id before.")
SEQUENCE = declare("fact.sequence", 409, "Another fact of this device has this number.")
NOT_FOUND = declare(
    "fact.not_found", 404, "What the fact speaks of is not there, or lay outside the worker's area."
)
FILE = declare("fact.file", 422, "The file is no export of facts (lianfang-facts-1).")
MANY = declare("fact.many", 422, "At most params.most facts at once.")
RETRIED = declare("fact.taken_already", 409, "The fact has been taken meanwhile.")
PHOTO_LARGE = declare(
    "photo.large", 413, "A photo has at most params.most megabytes; the phone shrinks it first."
)
PHOTO_KIND = declare("photo.kind", 422, "A photo is JPEG, PNG or WebP.")
PHOTO_TAKEN = declare("photo.taken", 409, "Another photo has this id.")
