"""What is made of a name cell."""

import pytest

from lianfang.linkage.engine.standardise import name


@pytest.mark.parametrize(
    ("given", "form", "surname", "name_py"),
    [
        ("张伟", "full", "张", "zhang wei"),
        ("张伟(户主)", "full", "张", "zhang wei"),
        ("张 伟", "full", "张", "zhang wei"),
        ("張偉", "full", "张", "zhang wei"),
        ("张\u200b伟", "full", "张", "zhang wei"),
        ("１、张伟", "full", "张", "zhang wei"),
        ("张伟13800000000", "full", "张", "zhang wei"),
        ("姓名:张伟", "full", "张", "zhang wei"),
        ("张伟、李芳", "full", "张", "zhang wei"),
        ("张伟 李芳", "full", "张", "zhang wei"),
        ("张伟先生", "full", "张", "zhang wei"),
        ("欧阳凌霄", "full", "欧阳", "ou yang ling xiao"),
        ("欧阳 凌霄", "full", "欧阳", "ou yang ling xiao"),
        ("司马懿", "full", "司马", "si ma yi"),
        ("尉迟恭", "full", "尉迟", "yu chi gong"),
        ("单雄信", "full", "单", "shan xiong xin"),
        ("仇英", "full", "仇", "qiu ying"),
        ("解晓东", "full", "解", "xie xiao dong"),
        ("曾国藩", "full", "曾", "zeng guo fan"),
        ("区大任", "full", "区", "ou da ren"),
        ("查良镛", "full", "查", "zha liang yong"),
        ("吕布", "full", "吕", "lv bu"),
        ("阿卜杜拉·买买提", "full", None, "a bo du la mai mai ti"),
        ("阿卜杜拉买买提", "full", None, "a bo du la mai mai ti"),
        ("刘三姐", "full", "刘", "liu san jie"),
        ("王某", "masked", "王", None),
        ("王**", "masked", "王", None),
        ("王*伟", "masked", "王", None),
        ("*伟", "masked", None, None),
        ("王X", "masked", "王", None),
        ("杭州云滨科技有限公司", "company", None, None),
        ("未实名", "none", None, None),
        ("无", "none", None, None),
        ("-", "none", None, None),
        ("N/A", "none", None, None),
        ("XXX", "none", None, None),
        ("😀", "none", None, None),
        ("", "none", None, None),
        (None, "none", None, None),
    ],
)
def test_form_surname_and_pinyin(
    given: str | None, form: str, surname: str | None, name_py: str | None
) -> None:
    found = name(given)
    assert (found.name_form, found.surname, found.name_py) == (form, surname, name_py)


@pytest.mark.parametrize(
    ("given", "surname", "fragment", "sex", "age"),
    [
        ("小王", "王", None, None, "young"),
        ("老李", "李", None, None, "old"),
        ("彭小朋友", "彭", None, None, "child"),
        ("欧阳小同学", "欧阳", None, None, "child"),
        ("小欧阳", "欧阳", None, None, "young"),
        ("大李", "李", None, None, None),
        ("王阿姨", "王", None, "F", "old"),
        ("王奶奶", "王", None, "F", "old"),
        ("王大爷", "王", None, "M", "old"),
        ("老王头", "王", None, "M", "old"),
        ("王老", "王", None, None, "old"),
        ("李师傅", "李", None, None, None),
        ("王先生", "王", None, "M", None),
        ("李女士", "李", None, "F", None),
        ("张老师", "张", None, None, None),
        ("李哥", "李", None, "M", None),
        ("王总", "王", None, None, None),
        ("王", "王", None, None, None),
        ("阿明", None, "明", None, None),
        ("小明", None, "明", None, "young"),
    ],
)
def test_nicknames_keep_what_they_say(
    given: str, surname: str | None, fragment: str | None, sex: str | None, age: str | None
) -> None:
    found = name(given)
    assert (found.name_form, found.surname, found.given, found.name_sex, found.name_age) == (
        "nickname",
        surname,
        fragment,
        sex,
        age,
    )


@pytest.mark.parametrize(
    ("given", "of", "sex"),
    [
        ("王建国妻子", "王建国", "F"),
        ("张伟之子", "张伟", "M"),
        ("李四家属", "李四", None),
        ("王伟的母亲", "王伟", "F"),
        ("王伟的朋友", "王伟", None),
    ],
)
def test_a_relative_has_no_surname_of_its_own(given: str, of: str, sex: str | None) -> None:
    found = name(given)
    assert (found.name_form, found.surname, found.name_of, found.name_sex) == ("relative", None, of, sex)


@pytest.mark.parametrize(
    ("given", "name_py", "surname_py"),
    [
        ("JOHN SMITH", "john smith", "smith"),
        ("Smith, John", "john smith", "smith"),
        ("Mr. John Smith", "john smith", "smith"),
        ("José García", "garcia jose", "garcia"),
        ("Zhang Wei", "zhang wei", "zhang"),
        ("ZHANG WEI", "zhang wei", "zhang"),
        ("zhangwei", "zhang wei", "zhang"),
        ("Wei Zhang", "zhang wei", "zhang"),
        ("Xiaoming WANG", "wang xiao ming", "wang"),
        ("Wang Xiaoming", "wang xiao ming", "wang"),
        ("Wang Xiao Ming", "wang xiao ming", "wang"),
        ("Lyu Bu", "lv bu", "lv"),
        ("Ouyang Feng", "ou yang feng", "ou yang"),
    ],
)
def test_latin_names(given: str, name_py: str, surname_py: str) -> None:
    found = name(given)
    assert (found.name_form, found.name_py, found.surname_py) == ("latin", name_py, surname_py)


@pytest.mark.parametrize(("heard", "meant"), [("陈志强", "程自强"), ("林宁", "凌玲"), ("张三峰", "臧山丰")])
def test_mishearings_fold_to_the_same_sound(heard: str, meant: str) -> None:
    one, other = name(heard), name(meant)
    assert (one.surname_pyf, one.given_pyf) == (other.surname_pyf, other.given_pyf)


def test_glyph_variants_are_one_name_but_look_alikes_are_not() -> None:
    assert name("王峯").name == name("王峰").name
    assert name("李髙").name == name("李高").name
    assert name("刘堃").name != name("刘坤").name
    assert name("陈喆").name != name("陈哲").name
