"""What can go wrong with persons."""

from lianfang.kernel.errors import declare

NOTHING_SAID = declare(
    "person.nothing_said", 422, "A name, an ID number or a phone is needed to register somebody."
)
ID_TAKEN = declare(
    "person.id_taken", 409, "Somebody else is registered with this ID number; one of the two is wrong."
)
