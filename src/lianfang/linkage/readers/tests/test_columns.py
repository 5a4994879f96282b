"""Which column gives which field when headings are missing, double, or fit two meanings."""

from collections.abc import Callable

from lianfang.linkage.readers import Mapping, Reading, mapping_found
from lianfang.linkage.readers.tests.conftest import errors, fields_of, notes, people

Read = Callable[..., Reading]


def test_without_a_header_the_first_row_is_a_person(read_csv: Read) -> None:
    reading = read_csv(
        "张三,330106199003078881,13800000001,男,云滨湾小区3幢2单元501室\n李四,3301**********1234,13800000002,女,云滨湾3-2-502\n"
    )
    assert people(reading, "name", "sex", "address")[0] == (1, "张三", "男", "云滨湾小区3幢2单元501室")
    assert reading.sheets[0].header_rows == ()
    assert "header.none" in notes(reading)


def test_headings_that_a_program_invented(read_csv: Read) -> None:
    reading = read_csv("列1,列2,列3,列4\n1,张三,13800000001,G7301\n2,李四,13800000002,D123\n")
    assert people(reading, "name", "phone", "vehicle") == [
        (2, "张三", "13800000001", "G7301"),
        (3, "李四", "13800000002", "D123"),
    ]


def test_one_unknown_heading_is_read_by_content_and_told(read_csv: Read) -> None:
    reading = read_csv("姓名,咋找他\n张三,13800000001\n李四,13800000002\n")
    assert people(reading, "phone")[0] == (2, "13800000001")
    assert "header.by_content" in notes(reading)


def test_a_heading_that_contradicts_its_content(read_csv: Read) -> None:
    reading = read_csv(
        "姓名,身份证号,手机号\n张三,13800000001,330106199003078881\n李四,13800000002,330106199103078882\n"
    )
    assert people(reading, "id_number", "phone")[0] == (2, "330106199003078881", "13800000001")
    assert "header.content_wins" in notes(reading)


def test_two_meanings_settled_by_content(read_csv: Read) -> None:
    reading = read_csv("姓名,号码\n张三,13800000001\n李四,13800000002\n")
    assert fields_of(reading)["号码"] == "phone"
    assert "header.settled" in notes(reading)


def test_two_meanings_that_nothing_settles_ask_for_the_map(read_csv: Read) -> None:
    text = "姓名,手机号,号码\n张三,13800000001,77\n李四,13800000002,78\n"
    reading = read_csv(text)
    assert errors(reading) == ["header.ambiguous"]
    assert '"号码" = "phone"' in reading.errors[0].en
    assert reading.errors[0].row == 1
    assert reading.records.height == 2
    assert errors(read_csv(text, mapping='[[list]]\nignore = ["号码"]')) == []


def test_danwei_is_the_employer_or_the_unit(read_csv: Read) -> None:
    assert fields_of(read_csv("姓名,单位\n张三,云滨湾物业公司\n"))["单位"] == "employer"
    assert fields_of(read_csv("姓名,楼号,单位,室号\n张三,3,2单元,501\n"))["单位"] == "unit"


def test_the_second_phone_stands_in_for_a_missing_first(read_csv: Read) -> None:
    reading = read_csv("姓名,联系电话1,联系电话2\n张三,13800000001,13900000001\n李四,,13900000002\n")
    assert people(reading, "phone") == [(2, "13800000001"), (3, "13900000002")]
    assert "header.second_column" in notes(reading)


def test_duplicate_headings_are_told(read_csv: Read) -> None:
    assert "header.duplicate" in notes(read_csv("姓名,电话,电话\n张三,13800000001,\n"))


def test_two_groups_side_by_side_are_not_mixed(read_csv: Read) -> None:
    reading = read_csv("姓名,电话,姓名,电话\n张三,,李四,13800000002\n")
    assert people(reading, "name", "phone") == [(2, "张三", None)]
    assert "header.side_by_side" in notes(reading)


def test_other_peoples_names_and_phones_are_left_out(read_csv: Read) -> None:
    reading = read_csv(
        "姓名,手机号,户主姓名,紧急联系人,紧急联系人电话,网格员\n张三,,李四,王五,13900000001,赵六\n"
    )
    assert people(reading, "name", "phone") == [(2, "张三", None)]


def test_a_list_of_heads_has_only_their_names(read_csv: Read) -> None:
    reading = read_csv("户主姓名,户主电话,地址\n张三,13800000001,云滨湾3-2-501\n")
    assert people(reading, "name", "phone") == [(2, "张三", "13800000001")]
    assert "header.fallback" in notes(reading)


def test_the_registered_home_is_origin_unless_there_is_nothing_else(read_csv: Read) -> None:
    both = read_csv("姓名,户籍地址,现住址\n张三,河南省某县,云滨湾3-2-501\n")
    assert people(both, "address", "origin") == [(2, "云滨湾3-2-501", "河南省某县")]
    alone = read_csv("姓名,户籍地址\n张三,云滨湾3-2-501\n")
    assert people(alone, "address", "origin") == [(2, "云滨湾3-2-501", None)]


def test_door_numbers(read_csv: Read) -> None:
    joined = read_csv("姓名,地址,门牌号\n张三,云滨湾小区,3-2-501\n")
    assert people(joined, "address") == [(2, "云滨湾小区3-2-501")]
    room = read_csv("姓名,小区,楼栋,房号\n张三,云滨湾,3幢,501\n")
    assert people(room, "building", "room") == [(2, "3幢", "501")]
    whole = read_csv("姓名,手机号,门牌号\n张三,13800000001,云滨湾3-2-501\n")
    assert people(whole, "address") == [(2, "云滨湾3-2-501")]


def test_a_time_beside_the_date_is_no_second_date(read_csv: Read) -> None:
    reading = read_csv("日期,时间,姓名\n2月3日,08:30,张三\n,9:15,李四\n")
    assert people(reading, "date") == [(2, "2月3日"), (3, None)]


def test_surname_and_given_name(read_csv: Read) -> None:
    assert people(read_csv("姓,名,手机号\n欧阳,凌霄,13800000001\n"), "name") == [(2, "欧阳凌霄")]
    assert people(read_csv("Surname,Given name,Phone\nSmith,John,13800000001\n"), "name") == [
        (2, "Smith John")
    ]


def test_a_file_without_people_is_an_error_that_shows_its_headings(read_csv: Read) -> None:
    reading = read_csv("物资,数量\n口罩,500\n酒精,30\n")
    assert errors(reading) == ["header.no_person"]
    assert "物资" in reading.errors[0].zh
    assert reading.lists == ()


def test_what_the_map_says_wins(read_csv: Read) -> None:
    text = "登记表\nA列,B列,姓名\n甲,13800000001,不是名字\n"
    said = """
[[list]]
file = "名单.*"
kind = "gate"
header_row = 2
ignore = ["姓名"]
[list.columns]
"A列" = "name"
"@B" = "phone"
"""
    reading = read_csv(text, mapping=said)
    assert people(reading, "name", "phone") == [(3, "甲", "13800000001")]
    assert reading.lists[0].kind == "gate"


def test_a_map_for_a_column_that_is_not_there_names_those_that_are(read_csv: Read) -> None:
    reading = read_csv("姓名,手机号\n张三,13800000001\n", mapping='[[list]]\ncolumns = {"电话号" = "phone"}')
    assert errors(reading) == ["map.no_such_column"]
    assert "姓名、手机号" in reading.errors[0].zh


def test_the_mapping_found_can_be_printed_and_passed_back(read_csv: Read) -> None:
    text = "登记表,,,,\n姓名,电话,电话,号码,户主姓名\n张三,,13800000001,330106199003078881,李四\n"
    first = read_csv(text)
    printed = mapping_found(first).dump()
    assert Mapping.parse(printed) == mapping_found(first)
    again = read_csv(text, mapping=printed)
    assert again.records.equals(first.records)
    assert again.lists == first.lists
    assert not again.errors
