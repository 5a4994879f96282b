"""Surnames: which characters are one, which pairs are one, and how they are read."""

#: The most frequent surnames, in order: what decides when a Latin name could be read both ways.
FREQUENT = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚"
    "沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵覃武钱戴严莫孔向汤"
)

_SINGLE = (
    "褚卫尤施华戚喻柏水窦章云葛奚郎鲁昌苗凤花俞柳酆鲍费廉岑倪滕殷毕邬安常乐时傅皮卞齐康伍元卜平和穆湛祁禹狄"
    "米贝明臧计伏成谈茅庞纪舒屈项祝阮蓝闵席季麻强路娄危童颜梅盛刁骆樊凌霍虞万支柯昝管经房裘缪干解应宗宣贲郁"
    "单杭洪包诸左吉钮嵇邢滑裴荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井富巫乌焦巴弓牧隗山谷车宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘斜厉戎祖符景詹束幸司韶郜蓟薄印宿怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟贡劳逄姬申扶"
    "堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容古易慎戈庾终暨居衡步都耿满弘匡"
    "国文寇广禄阙东殴利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖"
    "代涂岳帅亢况缑海归佟牟但官迟区冼揭麦展兰初楚仝苟门母佘洛栗原才戢撒晋苑尉过芦邝冒占蔄仉牙扎揣丛尧朴楼战"
    "信喜植鹿雒由随次姒甫荔郇鄢庹仁线竹卿褟黑青折召员繁种秘乜佴妫谌幺呙卯户火来盘闭粟滚锁丘邸冶闪敬矫修剧拜"
    "妥哈把赛勉虎宛木未位麴旷凃答年朗铁问"
)
SURNAMES = frozenset(FREQUENT + _SINGLE)

# 乐正 and 子车 are left out: a family called 乐 with a child 正华 is the likelier reading
_COMPOUND = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 "
    "太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 "
    "宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 第五 单于 完颜 "
    "纳兰 叶赫 那拉 欧侯 富察 贺兰 耶律 爱新觉罗"
)
COMPOUND_SURNAMES = tuple(_COMPOUND.split(" "))

_READINGS = (
    "单:shan 仇:qiu 解:xie 曾:zeng 区:ou 查:zha 盖:ge 朴:piao 乐:yue 任:ren 华:hua 宁:ning 冼:xian 洗:xian "
    "缪:miao 翟:zhai 秘:bi 种:chong 逄:pang 繁:po 员:yun 覃:qin 召:shao 折:she 黑:he 纪:ji 葛:ge 燕:yan "
    "那:na 郇:xun 晁:chao 柏:bai 贾:jia 石:shi 宓:mi 眭:sui 乜:nie 佴:nai 谌:chen 隗:kui 幺:yao 干:gan "
    "应:ying 牟:mou 过:guo 车:che 盛:sheng 沈:shen 祭:zhai 长:chang 万:wan 叶:ye 余:yu 费:fei 石抹:shi.mo "
    "尉迟:yu.chi 长孙:zhang.sun 万俟:mo.qi 澹台:tan.tai 令狐:ling.hu 单于:chan.yu 鲜于:xian.yu "
    "亓官:qi.guan 呼延:hu.yan 拓跋:tuo.ba 夹谷:jia.gu 欧阳:ou.yang 司马:si.ma 百里:bai.li "
    "爱新觉罗:ai.xin.jue.luo"
)
#: Readings that differ from the dictionary's first one, and compound surnames with such a character.
READINGS = {key: value.replace(".", " ") for key, value in (pair.split(":") for pair in _READINGS.split(" "))}

#: Surname characters that are just as often somebody's given name: 小明 and 小燕 say nothing of a surname.
ALSO_GIVEN = frozenset("明华文宁安康燕喜凤成和玉花云龙双东向全平红海兰梅秋青荣强松国山丰弘江路水昌青杰亮")
