"""Every kind of finding, declared once: code, severity, sentences, what to do, points for the work list.

Templates name values as `{column:type}`. The type says how a value is written in each language and whether
it is
hidden when a text is masked: see `sentences.py`. `{file}`, `{row}`, `{name}` and their `other_` twins need
no type
beyond that; they are looked up from the records.
"""
# ruff: noqa: E501  (a sentence is read as a whole)

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad: an error cannot be true, a warning needs a human, an info is good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


SEVERITY_ZH: dict[str, str] = {"error": "错误", "warning": "需核实", "info": "提示"}


@dataclass(frozen=True)
class Kind:
    """One kind of finding.

    `points` is the urgency that the work list gives it (0 = not a task for a visitor); `ask_zh` is the line
    printed
    there, a template like the others.
    """

    code: str
    severity: Severity
    field: str
    title_zh: str
    title_en: str
    zh: str
    en: str
    action_zh: str
    action_en: str
    points: int = 0
    ask_zh: str = ""


E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFO  # noqa: E741

_KINDS: tuple[Kind, ...] = (
    # ---- a value that cannot be
    # -------------------------------------------------------------------------------
    Kind(
        "id.checksum", E, "id_number", "证件号码校验位错误", "ID number fails its check digit",
        "{file}第{row}行{name:name}的证件号码{id:id}校验位不符：前17位算出的末位应为{expected}。至少有一位数字写错。",
        "{file} row {row}, {name:name}: ID number {id:id} fails its check digit (the first 17 digits give {expected}). At least one digit is wrong.",
        "看身份证原件，更正号码。", "Look at the identity card and correct the number.",
        40, "核对身份证号码（名单上是{id:id}，校验位不符）",
    ),
    Kind(
        "id.typo", E, "id_number", "证件号码写错，另有正确号码", "ID number mistyped; a right one is known",
        "{file}第{row}行{name:name}的证件号码{id:id}校验位不符；同一人在{other_file}第{other_row}行的有效号码是{better:id}。",
        "{file} row {row}, {name:name}: ID number {id:id} fails its check digit; the same person's valid number in {other_file} row {other_row} is {better:id}.",
        "对照原件后改用有效号码。", "Compare with the card, then use the valid number.",
    ),
    Kind(
        "id.malformed", E, "id_number", "证件号码不可能", "ID number cannot exist",
        "{file}第{row}行{name:name}的证件号码{id:id}不可能：{problem:problem}。",
        "{file} row {row}, {name:name}: ID number {id:id} cannot exist: {problem:problem}.",
        "看身份证原件，更正号码。", "Look at the identity card and correct the number.",
        35, "核对身份证号码（名单上是{id:id}：{problem:problem}）",
    ),
    Kind(
        "id.ruined", E, "id_number", "证件号码被表格软件毁坏", "ID number ruined by a spreadsheet",
        "{file}第{row}行{name:name}的证件号码成了{id}：表格软件把它当作数字，末几位已经丢失，无法恢复。",
        "{file} row {row}, {name:name}: the ID number has become {id}: a spreadsheet took it for a number and its last digits are lost.",
        "请提供名单的单位把该列设为“文本”后重新导出；不要猜号码。",
        "Ask the sender to format the column as text and export again; never guess the digits.",
        15, "抄录身份证号码（名单上的号码已损坏）",
    ),
    Kind(
        "id.birth", E, "birth", "出生日期与证件号码不符", "Date of birth disagrees with the ID number",
        "{file}第{row}行{name:name}的出生日期写{birth}，而证件号码{id:id}里是{id_birth}。",
        "{file} row {row}, {name:name}: date of birth {birth}, but the ID number {id:id} says {id_birth}.",
        "看身份证原件，更正其中之一。", "Look at the identity card and correct one of them.",
        25, "核对出生日期：{birth}还是{id_birth}？",
    ),
    Kind(
        "id.sex", E, "sex", "性别与证件号码不符", "Sex disagrees with the ID number",
        "{file}第{row}行{name:name}的性别写{sex:sex}，而证件号码{id:id}的第17位表示{id_sex:sex}。",
        "{file} row {row}, {name:name}: sex {sex:sex}, but digit 17 of the ID number {id:id} means {id_sex:sex}.",
        "看身份证原件，更正其中之一。", "Look at the identity card and correct one of them.",
        25, "核对性别与身份证号码（名单写{sex:sex}，号码表示{id_sex:sex}）",
    ),
    Kind(
        "id.shared", E, "id_number", "两人同一证件号码", "Two people with one ID number",
        "{file}第{row}行的{name:name}与{other_file}第{other_row}行的{other_name:name}用同一证件号码{id:id}，但其他信息表明不是同一人。",
        "{name:name} ({file} row {row}) and {other_name:name} ({other_file} row {other_row}) carry the same ID number {id:id}, but everything else says they are two people.",
        "两人都看原件：有一人的号码是别人的。", "See both cards: one of the two carries somebody else's number.",
        45, "核对身份证号码{id:id}：{other_name:name}也用此号码",
    ),
    Kind(
        "birth.age", W, "age", "年龄与出生日期不符", "Age disagrees with the date of birth",
        "{file}第{row}行{name:name}的年龄写{age}岁，而按出生日期{birth}应为{years}岁（虚岁已考虑）。",
        "{file} row {row}, {name:name}: age {age}, but born {birth} makes {years} (traditional counting allowed for).",
        "核对出生日期。", "Check the date of birth.",
        10, "核对年龄：写{age}岁，按出生日期应为{years}岁",
    ),
    Kind(
        "birth.ambiguous", W, "birth", "出生日期有歧义", "Date of birth can be read in several ways",
        "{file}第{row}行{name:name}的出生日期写作“{text}”，可以有几种读法，未采用。",
        "{file} row {row}, {name:name}: date of birth “{text}” can be read in several ways and was not used.",
        "问清年、月、日，按 2020-05-15 的格式重写。", "Ask for year, month and day; write it like 2020-05-15.",
        10, "问清出生日期（名单写“{text}”）",
    ),
    Kind(
        "birth.unreadable", W, "birth", "出生日期读不出", "Date of birth unreadable",
        "{file}第{row}行{name:name}的出生日期写作“{text}”，读不出一个可能的日期（不存在、在将来或写法不明），未采用。",
        "{file} row {row}, {name:name}: date of birth “{text}” gives no possible date (it does not exist, lies ahead, or cannot be understood) and was not used.",
        "核对出生日期。", "Check the date of birth.",
        10, "核对出生日期（名单写“{text}”）",
    ),
    Kind(
        "birth.impossible", E, "birth", "出生日期不可能", "Date of birth impossible",
        "{file}第{row}行{name:name}的出生日期{birth}不可能：在{as_of}时{years}岁。",
        "{file} row {row}, {name:name}: date of birth {birth} is impossible: age {years} on {as_of}.",
        "核对出生日期。", "Check the date of birth.",
        20, "核对出生日期：{birth}不可能",
    ),
    Kind(
        "date.ambiguous", I, "date", "登记日期有歧义", "Date of the entry can be read in several ways",
        "{file}第{row}行{name:name}的日期写作“{text}”，可以有几种读法，未采用。",
        "{file} row {row}, {name:name}: the date “{text}” can be read in several ways and was not used.",
        "请提供名单的单位改用 2020-05-15 的格式。", "Ask the sender to write dates like 2020-05-15.",
    ),
    Kind(
        "phone.malformed", W, "phone", "电话号码不可能", "Phone number cannot exist",
        "{file}第{row}行{name:name}的电话{phone:phone}不是11位手机号，也不是固定电话。",
        "{file} row {row}, {name:name}: phone {phone:phone} is neither an 11-digit mobile number nor a landline.",
        "问清电话并更正。", "Ask for the phone number and correct it.",
        8, "问清电话号码（名单写{phone:phone}）",
    ),
    Kind(
        "phone.shared", W, "phone", "一个电话多人使用", "One phone on unusually many people",
        "电话{phone:phone}登记在{n}人名下（{homes}处住址、{surnames}个姓），多于一家人会共用的：{people:names}。首次出现在{file}第{row}行。",
        "Phone {phone:phone} is given for {n} people ({homes} addresses, {surnames} surnames), more than a family would share: {people:names}. First seen in {file} row {row}.",
        "找到号码真正的使用人（可能是房东、单位或填表人），补上其他人的电话。",
        "Find who really uses it (a landlord, an employer, whoever filled in the form) and ask the others for theirs.",
    ),
    # ---- fields of one person that contradict each other
    # ----------------------------------------------------------
    Kind(
        "conflict.id_number", E, "id_number", "一人两个有效证件号码", "One person, two valid ID numbers",
        "同一人有两个有效证件号码：{file}第{row}行{name:name}为{value:id}，{other_file}第{other_row}行{other_name:name}为{other_value:id}。",
        "One person, two valid ID numbers: {value:id} in {file} row {row} ({name:name}), {other_value:id} in {other_file} row {other_row} ({other_name:name}).",
        "看原件；若是两个人，请在“疑似”里拆分。", "See the card; if they are two people, split them in the review queue.",
        45, "看身份证原件：{value:id}还是{other_value:id}？",
    ),
    Kind(
        "conflict.birth", W, "birth", "出生日期互相矛盾", "Dates of birth contradict",
        "{name:name}的出生日期互相矛盾：{file}第{row}行为{value}，{other_file}第{other_row}行为{other_value}（{other_n}份名单一致）。未写出的按证件号码推算。",
        "Dates of birth of {name:name} contradict: {value} in {file} row {row}, {other_value} in {other_file} row {other_row} (given by {other_n} lists). Where not written, the ID number tells it.",
        "看身份证原件。", "See the identity card.",
        20, "核对出生日期：{value}还是{other_value}？",
    ),
    Kind(
        "conflict.sex", W, "sex", "性别互相矛盾", "Sexes contradict",
        "{name:name}的性别互相矛盾：{file}第{row}行为{value:sex}，{other_file}第{other_row}行为{other_value:sex}（{other_n}份名单一致）。未写出的按证件号码推算。",
        "Sex of {name:name} contradicts: {value:sex} in {file} row {row}, {other_value:sex} in {other_file} row {other_row} (given by {other_n} lists). Where not written, the ID number tells it.",
        "核对性别；也可能是两个人。", "Check; they may also be two people.",
        20, "核对性别：{value:sex}还是{other_value:sex}？",
    ),
    Kind(
        "conflict.name", W, "name", "姓名不同且不同音", "Names differ beyond homophones",
        "认定为同一人，但姓名不同音：{file}第{row}行为{value:name}，{other_file}第{other_row}行为{other_value:name}（{other_n}份名单一致）。",
        "Taken for one person, yet the names differ beyond homophones: {value:name} in {file} row {row}, {other_value:name} in {other_file} row {other_row} (given by {other_n} lists).",
        "确认是否同一人、哪个姓名正确（曾用名？抄错？）。", "Confirm that it is one person and which name is right (former name, slip?).",
        20, "核对姓名：{value:name}还是{other_value:name}？",
    ),
    Kind(
        "conflict.phone", I, "phone", "电话可能已更换", "Phone probably changed",
        "{name:name}登记的电话{value:phone}（{file}第{row}行）没有其他名单使用，而{other_n}份其他名单一致为{other_value:phone}（如{other_file}第{other_row}行）。",
        "The registered phone {value:phone} of {name:name} ({file} row {row}) appears in no other list, while {other_n} other lists agree on {other_value:phone} (e.g. {other_file} row {other_row}).",
        "下次联系时核对，更新登记。", "Check at the next contact and update the register.",
        3, "核对电话：{value:phone}还是{other_value:phone}？",
    ),
    # ---- people and lists
    # ---------------------------------------------------------------------------------------------
    Kind(
        "list.duplicate", W, "name", "同一名单内重复", "Twice in one list",
        "{file}中第{row}行{name:name}与第{other_row}行{other_name:name}是同一人，重复登记。依据：{same:fields}。",
        "In {file}, row {row} ({name:name}) and row {other_row} ({other_name:name}) are the same person, entered twice. Evidence: {same:fields}.",
        "保留一行，另一行注销。", "Keep one row, cancel the other.",
    ),
    Kind(
        "list.repeat", I, "name", "同一名单内多次出现", "Several entries in one list",
        "{name:name}在{file}中出现{n}次（第{rows}行），日期、车次或号码不同，属正常的多次登记。",
        "{name:name} stands {n} times in {file} (rows {rows}) with other dates, vehicles or numbers: entries that may repeat.",
        "统计人数时只算一人。", "Count one person only.",
    ),
    Kind(
        "person.several_lists", I, "name", "一人在多份名单", "One person in several lists",
        "{name:name}（{file}第{row}行）出现在{n}份名单：{places_zh}。",
        "{name:name} ({file} row {row}) is on {n} lists: {places_en}.",
        "已合并为一人一档，无需处理。", "Merged into one file; nothing to do.",
    ),
    Kind(
        "register.missing", W, "name", "在名单上但未登记", "On a list but not in the register",
        "{name:name}在{lists}上（如{file}第{row}行），但居民登记里没有此人。已知：{known:fields}。",
        "{name:name} is on {lists} (e.g. {file} row {row}) but not in the resident register. Known: {known:fields}.",
        "上门或电话核实；住在辖区的补登记。", "Visit or phone; register whoever lives here.",
        50, "未登记：核实是否居住、何时何地来、补登记",
    ),
    Kind(
        "register.missing_vague", I, "name", "在名单上、线索不足以对应登记", "On a list, too vague to place",
        "{file}第{row}行的{name:name}只有{known:fields}，不足以判断是登记中的哪一人，也可能未登记。",
        "{name:name} in {file} row {row} gives only {known:fields}: too little to say who in the register this is, or whether they are in it.",
        "再次登记时问全名和电话。", "Ask for the full name and phone next time.",
    ),
    Kind(
        "register.unseen", I, "name", "已登记但各名单均未出现", "Registered but seen nowhere",
        "{name:name}在居民登记中（{file}第{row}行），但本次其他名单都没有此人。",
        "{name:name} is in the register ({file} row {row}) but on none of the other lists.",
        "核实是否仍居住、是否外出。", "Check whether this person still lives here or is away.",
        5, "是否仍居住？是否外出、何时返回？",
    ),
    Kind(
        "address.moved", W, "address", "住址与登记不同，疑似搬迁", "Lives elsewhere than registered: moved?",
        "{name:name}登记住{address:address}（{file}第{row}行，{register_date:day}），而{other_file}第{other_row}行（{date:day}）记为{new_address:address}。",
        "{name:name} is registered at {address:address} ({file} row {row}, {register_date:day}), but {other_file} row {other_row} ({date:day}) says {new_address:address}.",
        "核实现住址，更新登记。", "Check where they live now and update the register.",
        30, "核实现住址：登记{address:address}，另记{new_address:address}",
    ),
    # ---- households that do not fit
    # ---------------------------------------------------------------------------------
    Kind(
        "household.child_alone", E, "household", "孩子独自一户", "Child living alone",
        "{file}第{row}行{name:name}（{years}岁）所在的户{household}里没有成年人。",
        "{name:name} ({years} years, {file} row {row}) is in household {household}, which has no adult.",
        "立即核实监护人；无人照看的报社区。", "Find the guardian at once; tell the community if nobody looks after the child.",
        80, "{name:name}（{years}岁）户内无成年人：谁在照看？",
    ),
    Kind(
        "household.two_heads", W, "relation", "一户两个户主", "Two heads in one household",
        "{file}中户{household}有两个户主：第{row}行{name:name}和第{other_row}行{other_name:name}。",
        "Household {household} in {file} has two heads: row {row} {name:name} and row {other_row} {other_name:name}.",
        "核实是一户还是两户、谁是户主。", "Check whether it is one household or two, and who heads it.",
        15, "户主是谁：{name:name}还是{other_name:name}？",
    ),
    Kind(
        "household.spouse_sex", W, "relation", "配偶性别相同", "Spouses of the same sex",
        "{file}第{row}行{name:name}与户主{other_name:name}（第{other_row}行）登记为配偶，但性别同为{sex:sex}。",
        "{file} row {row}: {name:name} is entered as spouse of {other_name:name} (row {other_row}), yet both are {sex:sex}.",
        "核对与户主关系和性别。", "Check the relation and the sexes.",
        10, "核对与户主{other_name:name}的关系和性别",
    ),
    Kind(
        "household.spouse_age", W, "relation", "配偶年龄不可能", "Spouse too young",
        "{file}第{row}行{name:name}登记为户主{other_name:name}（第{other_row}行）的配偶，但只有{years}岁。",
        "{file} row {row}: {name:name}, {years} years old, is entered as spouse of {other_name:name} (row {other_row}).",
        "核对与户主关系和出生日期。", "Check the relation and the date of birth.",
        10, "核对与户主{other_name:name}的关系（登记为配偶，{years}岁）",
    ),
    Kind(
        "household.generation", W, "relation", "父母子女年龄不符", "Parent and child do not fit in age",
        "{file}第{row}行{name:name}（{birth_year}年生）登记为户主{other_name:name}（第{other_row}行，{other_birth_year}年生）的{relation:relation}，年龄差只有{gap}岁。",
        "{file} row {row}: {name:name} (born {birth_year}) is entered as {relation:relation} of {other_name:name} (row {other_row}, born {other_birth_year}); the gap is {gap} years.",
        "核对与户主关系和出生日期。", "Check the relation and the dates of birth.",
        10, "核对与户主{other_name:name}的关系（登记为{relation:relation}，相差{gap}岁）",
    ),
    Kind(
        "household.address", W, "address", "同户不同住址", "One household, two addresses",
        "{file}中户{household}：第{row}行{name:name}住{address:address}，而第{other_row}行{other_name:name}住{other_address:address}。",
        "Household {household} in {file}: row {row} {name:name} lives at {address:address}, row {other_row} {other_name:name} at {other_address:address}.",
        "核实是否同住，更正户号或住址。", "Check whether they live together; correct the number or the address.",
        10, "是否与{other_name:name}同住（{address:address}／{other_address:address}）？",
    ),
    Kind(
        "household.two_in_flat", I, "household", "一处住所两户", "Two households in one flat",
        "{address:address}登记了{n}户：{households}（如{file}第{row}行{name:name}、第{other_row}行{other_name:name}）。可能合租，也可能前租户未注销。",
        "{address:address} has {n} households: {households} (e.g. {file} row {row} {name:name}, row {other_row} {other_name:name}). They may share it, or a former tenant was never cancelled.",
        "核实现住哪几户。", "Check which of them live there now.",
        8, "此处登记了{n}户，现住哪几户？",
    ),
    # ---- for a human to decide
    # ----------------------------------------------------------------------------------------
    Kind(
        "review.same_person", W, "name", "疑似同一人，请人判断", "Perhaps the same person: please decide",
        "{file}第{row}行{name:name}与{other_file}第{other_row}行{other_name:name}可能是同一人（{probability:percent}）：{why_zh:free}",
        "{name:name} ({file} row {row}) and {other_name:name} ({other_file} row {other_row}) may be the same person ({probability:percent}): {why_en:free}",
        "打电话或上门确认，在“疑似”里决定。", "Phone or visit, then decide in the review queue.",
        18, "与{other_file}第{other_row}行{other_name:name}是否同一人？",
    ),
    Kind(
        "row.rejected", W, "", "无法读取的行", "Row that could not be read",
        "{file}第{row}行未读入：{why_zh:free}",
        "{file} row {row} was not read: {why_en:free}",
        "整行在 rejected.csv 里；更正后重新导入。", "The whole row is in rejected.csv; correct it and import again.",
    ),
)  # fmt: skip

CATALOGUE: dict[str, Kind] = {kind.code: kind for kind in _KINDS}
if len(CATALOGUE) != len(_KINDS):
    raise ValueError("a finding code is declared twice")
