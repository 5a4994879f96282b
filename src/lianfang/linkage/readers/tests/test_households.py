"""Visit forms: members inherit what stands on the household's first row. Ordinary lists keep their gaps."""

from collections.abc import Callable

from lianfang.linkage.readers import Reading
from lianfang.linkage.readers.tests.conftest import notes, people

Read = Callable[..., Reading]
HEADER = "户号,现住址,姓名,与户主关系,手机号\n"


def test_members_inherit_number_and_address_but_not_the_phone(read_csv: Read) -> None:
    reading = read_csv(
        HEADER + "1,云滨湾3-2-501,张三,户主,13800000001\n,,李四,妻,\n,,张小三,子,\n"
        "2,云滨湾3-2-502,王五,户主,\n,,王小五,女,\n"
    )
    assert people(reading, "household", "address", "phone") == [
        (2, "1", "云滨湾3-2-501", "13800000001"),
        (3, "1", "云滨湾3-2-501", None),
        (4, "1", "云滨湾3-2-501", None),
        (5, "2", "云滨湾3-2-502", None),
        (6, "2", "云滨湾3-2-502", None),
    ]
    assert "rows.filled_down" in notes(reading)
    assert reading.lists[0].kind == "visit"


def test_a_missing_unit_is_not_taken_from_the_household_before(read_csv: Read) -> None:
    reading = read_csv(
        "户号,小区,楼栋,单元,室号,姓名,与户主关系\n1,云滨湾,3,2,501,张三,户主\n,,,,,李四,妻\n2,云滨湾,4,,502,王五,户主\n,,,,,王小五,子\n"
    )
    assert people(reading, "building", "unit")[3] == (5, "4", None)


def test_a_head_without_a_number_starts_a_household_that_nobody_knows(read_csv: Read) -> None:
    reading = read_csv(
        HEADER + "1,云滨湾3-2-501,张三,户主,\n,,李四,妻,\n2,云滨湾3-2-502,王五,户主,\n,,王小五,子,\n"
        ",,赵六,户主,\n,,钱七,妻,\n"
        "3,云滨湾3-2-503,孙八,户主,\n,,周九,妻,\n"
    )
    assert people(reading, "address")[4:6] == [(6, None), (7, None)]


def test_a_household_goes_on_behind_a_printed_header_but_not_behind_a_total(read_csv: Read) -> None:
    reading = read_csv(
        HEADER
        + "1,云滨湾3-2-501,张三,户主,\n"
        + HEADER
        + ",,李四,妻,\n2,云滨湾3-2-502,王五,户主,\n,,王小五,子,\n小计,5人,,,\n,,赵六,母,\n"
    )
    assert people(reading, "household") == [(2, "1"), (4, "1"), (5, "2"), (6, "2"), (8, None)]


def test_behind_a_rejected_row_nobody_inherits(read_csv: Read) -> None:
    reading = read_csv(
        HEADER + "1,云滨湾3-2-501,张三,户主,\n,,李四,妻,\n2,云滨湾,3-2-502,王五,户主,,多\n,,王小五,子,\n"
        "3,云滨湾3-2-503,赵六,户主,\n,,钱七,妻,\n"
    )
    assert people(reading, "household") == [(2, "1"), (3, "1"), (5, None), (6, "3"), (7, "3")]


def test_a_rejected_first_row_gives_nothing_to_those_below(read_csv: Read) -> None:
    reading = read_csv(
        HEADER + "1,云滨湾,3-2-501,张三,户主,,多\n,,李四,妻,\n2,云滨湾3-2-502,王五,户主,\n,,王小五,子,\n"
    )
    assert people(reading, "household")[0] == (3, None)


def test_visit_forms_without_relation_are_told_by_their_title(read_csv: Read) -> None:
    text = "户号,现住址,姓名,手机号\n1,云滨湾3-2-501,张三,\n,,李四,\n2,云滨湾3-2-502,王五,\n,,王小五,\n"
    assert people(read_csv(text, name="入户走访.csv"), "household")[1] == (3, "1")
    assert people(read_csv(text, name="名单.csv"), "household")[1] == (3, None)


def test_an_ordinary_list_with_missing_addresses_keeps_its_gaps(read_csv: Read) -> None:
    reading = read_csv(
        "姓名,手机号,住址\n张三,13800000001,云滨湾3-2-501\n李四,13800000002,\n王五,13800000003,\n"
    )
    assert people(reading, "address")[1:] == [(3, None), (4, None)]


def test_a_register_with_a_number_on_every_row_keeps_missing_addresses(read_csv: Read) -> None:
    reading = read_csv(
        HEADER + "1,云滨湾3-2-501,张三,户主,\n1,,李四,妻,\n2,云滨湾3-2-502,王五,户主,\n3,,赵六,户主,\n",
        name="入户走访.csv",
    )
    assert people(reading, "address")[3] == (5, None)
