"""What can go wrong with the territory."""

from lianfang.kernel.errors import declare

BAD_CODE = declare("area.bad_code", 422, "The code fits no level of GB/T 2260 and its extensions.")
NOT_BELOW = declare("area.not_below", 422, "The code does not continue its parent's code.")
TAKEN = declare("area.code_taken", 409, "Another area has this code.")
