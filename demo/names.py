"""Made-up names for the demo roster: common and rare characters, two to four syllables, nobody in particular."""

NAMES: tuple[str, ...] = (
    "霍碧珊", "向怀芝", "䶮启明", "谭𬭎远", "周㛃如", "欧阳敬之", "龙𠅤山", "彭喆", "贺堃", "瞿淼",
    "毛翀", "易犇", "曾祎", "夏侯韡", "王桂兰", "李德厚", "张淑芬", "刘国栋", "陈玉梅", "杨建业",
    "黄秀英", "吴长庚", "唐素云", "邓启文", "胡月娥", "罗正清", "肖冬秀", "蒋为民", "袁菊香", "文光照",
    "谢雪琴", "曹伯年", "戴若兰", "宋启贤", "尹翠萍", "熊楚才", "汤爱莲", "游振华", "粟春生", "阳慧君",
    "石大川", "田满秀", "覃永福", "田满绣", "滕家骏", "麻玉珍", "向怀志", "彭哲", "钟仕良", "廖美容",
    "段学诗", "申屠静", "姚岳云", "葛佩瑶", "沈砚秋", "姜百龄", "司徒念乡", "安娜·林", "符文昌", "柳荫堂",
)  # fmt: skip
"""Sixty. Pairs that look or sound alike (彭喆/彭哲, 田满秀/田满绣, 向怀芝/向怀志) are there on purpose: finding must tell them apart."""
