"""The kinds of comparison that a model file may name, and the options each takes."""

import inspect
from collections.abc import Callable, Mapping

from lianfang.linkage.engine.comparisons.address import Address
from lianfang.linkage.engine.comparisons.base import Comparison
from lianfang.linkage.engine.comparisons.chinese_id import ChineseId
from lianfang.linkage.engine.comparisons.chinese_name import ChineseName
from lianfang.linkage.engine.comparisons.chinese_place import ChinesePlace
from lianfang.linkage.engine.comparisons.code import Code
from lianfang.linkage.engine.comparisons.date_digits import DateDigits
from lianfang.linkage.engine.comparisons.facts import Birth, Cell, Equal, Relation
from lianfang.linkage.engine.comparisons.name_part import NamePart
from lianfang.linkage.engine.comparisons.number import Number
from lianfang.linkage.engine.comparisons.number_user import NumberUser
from lianfang.linkage.engine.comparisons.phone import Phone
from lianfang.linkage.engine.comparisons.registrant import Registrant
from lianfang.linkage.engine.comparisons.signer import Signer
from lianfang.linkage.engine.comparisons.text import Text

KINDS: Mapping[str, Callable[..., Comparison]] = {
    "chinese_name": ChineseName,
    "chinese_id": ChineseId,
    "chinese_place": ChinesePlace,
    "phone": Phone,
    "number_user": NumberUser,
    "registrant": Registrant,
    "signer": Signer,
    "birth": Birth,
    "cell": Cell,
    "relation": Relation,
    "equal": Equal,
    "name": NamePart,
    "text": Text,
    "code": Code,
    "date": DateDigits,
    "address": Address,
    "number": Number,
}


def options_of(kind: str) -> Mapping[str, bool]:
    """The options of a kind, and whether each must be given. Raises KeyError for an unknown kind."""
    parameters = inspect.signature(KINDS[kind]).parameters.values()
    return {p.name: p.default is inspect.Parameter.empty for p in parameters if p.name != "name"}
