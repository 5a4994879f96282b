"""Kinds of findings about people, lists and households, and what a human has to decide."""
# ruff: noqa: E501  (a sentence is read as a whole)

from lianfang.linkage.findings.kind import Kind, Severity

E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFO  # noqa: E741

KINDS_OF_PEOPLE: tuple[Kind, ...] = (
    # ---- people and lists
    Kind(
        "list.duplicate", W, "name", "同一名单内重复", "Twice in one list",
        "{file}中第{row}行{name:name}与第{other_row}行{other_name:name}认定为同一人，重复登记。两行相同的有：{same:fields}。",
        "In {file}, row {row} ({name:name}) and row {other_row} ({other_name:name}) are taken for one person, entered twice. Equal in both rows: {same:fields}.",
        "保留一行，另一行注销。", "Keep one row, cancel the other.",
    ),
    Kind(
        "list.repeat", I, "name", "同一名单内多次出现", "Several entries in one list",
        "{name:name}在{file}中出现{n}次（第{rows}行）。这类名单本来就会多次登记同一个人，不算重复。",
        "{name:name} stands {n} times in {file} (rows {rows}). Lists of this kind may hold a person several times; this is no duplicate.",
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
        "{name:name}在{lists}上（如{file}第{row}行），但居民登记里没有找到此人。可用来查找的有：{known:fields}。",
        "{name:name} is on {lists} (e.g. {file} row {row}) but was not found in the resident register. Looked for by: {known:fields}.",
        "上门或电话核实；住在辖区的补登记。", "Visit or phone; register whoever lives here.",
        50, "未登记：核实是否居住、何时何地来、补登记",
        "Not registered: living here? Since when, from where? If so, register",
    ),
    Kind(
        "register.perhaps", I, "name", "在名单上，可能就是登记中的某人", "On a list; perhaps somebody in the register",
        "{name:name}在{lists}上（如{file}第{row}行），可能就是{other_file}第{other_row}行的{other_name:name}（{probability:percent}），还不能确定。",
        "{name:name} is on {lists} (e.g. {file} row {row}) and may be {other_name:name} in {other_file} row {other_row} ({probability:percent}); it is not certain.",
        "先确认是否同一人；不是的，再补登记。", "First find out whether they are one person; if not, register them.",
    ),
    Kind(
        "register.missing_vague", I, "name", "在名单上、线索不足以对应登记", "On a list, too vague to place",
        "{file}第{row}行的{name:name}，可用来查找的只有{known:fields}，不足以判断是登记中的哪一人，也可能未登记。",
        "{name:name} in {file} row {row} can be looked for by {known:fields} only: too little to say who in the register this is, or whether they are in it.",
        "再次登记时问全名和电话。", "Ask for the full name and phone next time.",
    ),
    Kind(
        "register.unseen", I, "name", "已登记但各名单均未出现", "Registered but seen nowhere",
        "{name:name}在居民登记中（{file}第{row}行），但本次其他名单都没有此人。",
        "{name:name} is in the register ({file} row {row}) but on none of the other lists.",
        "核实是否仍居住、是否外出。", "Check whether this person still lives here or is away.",
        5, "是否仍居住？是否外出、何时返回？",
        "Still living here? Away, and back when?",
    ),
    Kind(
        "address.moved", W, "address", "住址与登记不同，疑似搬迁", "Lives elsewhere than registered: moved?",
        "{name:name}登记住{address:address}（{file}第{row}行，{register_date:day}），而{other_file}第{other_row}行（{date:day}）记为{new_address:address}。",
        "{name:name} is registered at {address:address} ({file} row {row}, {register_date:day}), but {other_file} row {other_row} ({date:day}) says {new_address:address}.",
        "核实现住址，更新登记。", "Check where they live now and update the register.",
        30, "核实现住址：登记{address:address}，另记{new_address:address}",
        "Where do they live now? Registered {address:address}, also told {new_address:address}",
    ),
    # ---- households that do not fit
    Kind(
        "household.child_alone", E, "household", "孩子独自一户", "Child living alone",
        "{file}第{row}行{name:name}（{years}岁）所在的户{household}里没有成年人。",
        "{name:name} ({years} years, {file} row {row}) is in household {household}, which has no adult.",
        "立即核实监护人；无人照看的报社区。", "Find the guardian at once; tell the community if nobody looks after the child.",
        80, "{name:name}（{years}岁）户内无成年人：谁在照看？",
        "{name:name} ({years}) has no adult in the household: who looks after the child?",
    ),
    Kind(
        "household.two_heads", W, "relation", "一户两个户主", "Two heads in one household",
        "{file}中户{household}有两个户主：第{row}行{name:name}和第{other_row}行{other_name:name}。",
        "Household {household} in {file} has two heads: row {row} {name:name} and row {other_row} {other_name:name}.",
        "核实是一户还是两户、谁是户主。", "Check whether it is one household or two, and who heads it.",
        15, "户主是谁：{name:name}还是{other_name:name}？",
        "Who heads the household: {name:name} or {other_name:name}?",
    ),
    Kind(
        "household.spouse_sex", W, "relation", "配偶性别相同", "Spouses of the same sex",
        "{file}第{row}行{name:name}与户主{other_name:name}（第{other_row}行）登记为配偶，但性别同为{sex:sex}。",
        "{file} row {row}: {name:name} is entered as spouse of {other_name:name} (row {other_row}), yet both are {sex:sex}.",
        "核对与户主关系和性别。", "Check the relation and the sexes.",
        10, "核对与户主{other_name:name}的关系和性别",
        "Check the relation to {other_name:name}, the head, and the sexes",
    ),
    Kind(
        "household.spouse_age", W, "relation", "配偶年龄不可能", "Spouse too young",
        "{file}第{row}行{name:name}登记为户主{other_name:name}（第{other_row}行）的配偶，但只有{years}岁。",
        "{file} row {row}: {name:name}, {years} years old, is entered as spouse of {other_name:name} (row {other_row}).",
        "核对与户主关系和出生日期。", "Check the relation and the date of birth.",
        10, "核对与户主{other_name:name}的关系（登记为配偶，{years}岁）",
        "Check the relation to {other_name:name}, the head (entered as spouse, {years} years old)",
    ),
    Kind(
        "household.generation", W, "relation", "父母子女年龄不符", "Parent and child do not fit in age",
        "{file}第{row}行{name:name}（{birth_year}年生）登记为户主{other_name:name}（第{other_row}行，{other_birth_year}年生）的{relation:relation}，年龄差只有{gap}岁。",
        "{file} row {row}: {name:name} (born {birth_year}) is entered as {relation:relation} of {other_name:name} (row {other_row}, born {other_birth_year}); the gap is {gap} years.",
        "核对与户主关系和出生日期。", "Check the relation and the dates of birth.",
        10, "核对与户主{other_name:name}的关系（登记为{relation:relation}，相差{gap}岁）",
        "Check the relation to {other_name:name}, the head (entered as {relation:relation}, {gap} years apart)",
    ),
    Kind(
        "household.address", W, "address", "同户不同住址", "One household, two addresses",
        "{file}中户{household}：第{row}行{name:name}住{address:address}，而第{other_row}行{other_name:name}住{other_address:address}。",
        "Household {household} in {file}: row {row} {name:name} lives at {address:address}, row {other_row} {other_name:name} at {other_address:address}.",
        "核实是否同住，更正户号或住址。", "Check whether they live together; correct the number or the address.",
        10, "是否与{other_name:name}同住（{address:address}／{other_address:address}）？",
        "Living together with {other_name:name} ({address:address} / {other_address:address})?",
    ),
    Kind(
        "household.two_in_flat", I, "household", "一处住所两户", "Two households in one flat",
        "{address:address}登记了{n}户：{households}（如{file}第{row}行{name:name}、第{other_row}行{other_name:name}）。可能合租，也可能前租户未注销。",
        "{address:address} has {n} households: {households} (e.g. {file} row {row} {name:name}, row {other_row} {other_name:name}). They may share it, or a former tenant was never cancelled.",
        "核实现住哪几户。", "Check which of them live there now.",
        8, "此处登记了{n}户，现住哪几户？",
        "{n} households are entered here: which of them live here now?",
    ),
    # ---- for a human to decide
    Kind(
        "review.same_person", W, "name", "疑似同一人，请人判断", "Perhaps the same person: please decide",
        "{file}第{row}行{name:name}与{other_file}第{other_row}行{other_name:name}可能是同一人（{probability:percent}）：{why_zh:free}（按双方在各名单上的全部记录）。目前{now:now}。",
        "{name:name} ({file} row {row}) and {other_name:name} ({other_file} row {other_row}) may be the same person ({probability:percent}): {why_en:free} (going by all rows of both). For now they count as {now:now}.",
        "打电话或上门确认是否同一人。", "Phone or visit to find out whether they are one person.",
        18, "与{other_file}第{other_row}行{other_name:name}是否同一人？",
        "The same person as {other_name:name} in {other_file} row {other_row}?",
    ),
    Kind(
        "row.rejected", W, "", "无法读取的行", "Row that could not be read",
        "{file}第{row}行未读入：{why_zh:free}",
        "{file} row {row} was not read: {why_en:free}",
        "整行在 rejected.csv 里；更正后重新导入。", "The whole row is in rejected.csv; correct it and import again.",
    ),
)  # fmt: skip
