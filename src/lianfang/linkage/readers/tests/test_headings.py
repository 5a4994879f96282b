"""Headings are recognised by meaning: what offices write above a column, and the field it gives."""

import pytest

from lianfang.linkage.readers.vocabulary import is_meaningless, meaning_of

ONE_MEANING = """
姓名                    name
名字                    name
姓名(必填)              name
*姓名                   name
1.您的姓名:             name
1、您的姓名（必填）*     name
Q1. 您的姓名            name
请填写您的姓名           name
旅客姓名                name
乘车人                  name
机主姓名                name
用户姓名                name
登记姓名                name
姓　名                  name
來訪人姓名              name
被登记人姓名             name
居民姓名                name
Name                   name
Full Name *            name
Passenger name         name
证件号                  id_number
身份证号码              id_number
身份证号/护照号          id_number
公民身份号码             id_number
證件號碼                id_number
掩码证件号              id_number
证件号码（身份证）        id_number
旅客证件号码             id_number
您的身份证号码           id_number
护照号码                id_number
ID No.                 id_number
National ID number     id_number
手机号                  phone
手机号码*               phone
联系电话1               phone
联系电话2               phone
联系方式                phone
您的联系电话是           phone
聯繫電話                phone
本人手机号码（11位）     phone
乘车人手机号             phone
Mobile phone           phone
Tel.                   phone
性别                    sex
性 别                   sex
性别（男/女）            sex
Gender                 sex
出生日期                birth
出生年月                birth
Date of Birth          birth
年龄（周岁）             age
年龄(岁)                age
现住址                  address
现居住地址               address
居住地址                address
详细地址                address
家庭住址                address
您的详细住址             address
居住详细地址（精确到门牌号） address
現住址                  address
楼栋单元室              address
小区/楼栋/门牌           address
Home address           address
小区                    compound
所在小区                compound
小区名称                compound
幢号                    building
楼号                    building
单元                    unit
单元号                  unit
室号                    room
所属社区                community
所属网格                grid
户号                    household
家庭编号                household
与户主关系              relation
與戶主關係              relation
Relation to head       relation
乘车日期                date
航班日期                date
登记时间                date
进出时间                date
扫码时间                date
提交答卷时间             date
Visit date             date
车次                    vehicle
航班号                  vehicle
车牌号                  vehicle
车次/航班号/车牌号        vehicle
车厢                    seat
座位号                  seat
来自何地                origin
您从哪里来               origin
出发地                  origin
常驻基站                cell_area
位置区                  cell_area
小区(cell)             cell_area
基站小区                cell_area
Cell area              cell_area
体温（℃）               temperature
今日体温                temperature
工作单位                employer
国籍                    nationality
备注                    remark
备注说明（选填）          remark
常驻基站区域             cell_area
从何地返回               origin
返回车次或航班            vehicle
户籍人口姓名             name
现住址(请填写到门牌号)    address
身份证号(选填)           id_number
"""

#: Somebody else's name or number, or no field at all.
NO_FIELD = [
    "紧急联系人", "紧急联系人电话", "联系人", "联系人电话", "登记人", "填表人",
    "网格员", "网格员电话", "房东姓名", "房东电话",
    "监护人姓名", "走访人", "包保责任人",
    "Emergency contact", "Emergency contact phone", "单位地址", "单位电话",
    "序号", "No.", "民族", "文化程度", "是否发热", "健康码", "事由", "签名", "入网日期",
]  # fmt: skip


@pytest.mark.parametrize("line", ONE_MEANING.strip().splitlines())
def test_a_heading_gives_its_field(line: str) -> None:
    heading, field = line.rsplit(maxsplit=1)
    assert meaning_of(heading.strip()).fields[:1] == (field,)


@pytest.mark.parametrize("heading", NO_FIELD)
def test_a_heading_about_somebody_or_something_else_gives_none(heading: str) -> None:
    meaning = meaning_of(heading)
    assert meaning.fields == ()
    assert meaning.role in ("other_person", "known", "index")


def test_the_heads_name_is_the_persons_only_if_there_is_no_other() -> None:
    assert meaning_of("户主姓名").fallback
    assert meaning_of("业主姓名").fallback


def test_the_registered_home_is_not_the_address() -> None:
    assert meaning_of("户籍地址").fields == ("origin",)
    assert meaning_of("户籍地址").instead == "address"


def test_below_a_group_heading_a_word_means_what_the_group_says() -> None:
    assert meaning_of("电话", "紧急联系人").role == "other_person"
    assert meaning_of("姓名", "户主").fallback
    assert meaning_of("单元", "住址").fields == ("unit",)


@pytest.mark.parametrize("heading", ["列1", "Column1", "F1", "Unnamed: 3", "字段2", "", None, "A", "3"])
def test_headings_that_programs_invent_mean_nothing(heading: str | None) -> None:
    assert is_meaningless(heading)


@pytest.mark.parametrize("heading", ["姓名", "配偶", "Name", "备注1"])
def test_other_headings_mean_something(heading: str) -> None:
    assert not is_meaningless(heading)
