"""What can go wrong with saved views."""

from lianfang.kernel.errors import declare

TOO_MANY = declare("view.too_many", 409, "A screen keeps at most params.most views of one user.")
TOO_LARGE = declare("view.too_large", 422, "A view holds too many filters, or one that is too long.")
NAMELESS = declare("view.nameless", 422, "A view needs a name.")
