"""Words of the help: which chapter of the manual belongs to which screen, what each section of the notice is about, the tour."""

CHAPTER = {
    "login": "登录和锁定",
    "home": "首页：今天先办谁",
    "find": "查找老人",
    "visit": "一次现场认证",
    "lists": "名单提醒",
    "forms": "确认表",
    "records": "认证记录",
    "reports": "统计",
    "sync": "上报同步",
    "settings": "设置",
    "person": "个人页",
    "audit": "稽核与操作日志",
    "roster_import": "导入名册",
    "plans": "日程",
    "home_visits": "上门认证",
    "away": "上门认证",
    "selftest": "自检",
}
"""Screen → heading of the manual's chapter for F1."""
FIRST_CHAPTER = "这个程序帮您做什么"
SECTION = {
    "一": "认证对象",
    "二": "认证周期",
    "三": "认证方式",
    "三(一)": "自助认证",
    "三(二)": "确认表（社会化认证）",
    "四": "注意事项",
    "四(一)": "社保卡照片",
    "四(二)": "名单、核实、提醒",
    "四(三)": "暂停、恢复、补发、停发",
    "四(四)": "去世、退还",
    "四(五)": "强制措施、服刑",
    "五": "工作要求",
    "五(一)": "专人负责",
    "五(二)": "告知与协助",
    "五(三)": "丧失资格、停发",
    "五(四)": "弄虚作假",
}
"""Section of the notice → what it is about, in the list."""
MANUAL, NOTICE = "使用手册", "通知原文"
NOTHING = "没有找到，请换个词，例如：补发、照片、U 盘。"
TOUR: tuple[tuple[str, str, str], ...] = (
    ("", "欢迎使用", "用一分钟认认地方。不想看，随时可以点“跳过”；以后在“帮助”里还能再看。"),
    ("rail_home", "首页", "每天先看这里：谁这个月不认证下月就停发，谁快到期，表格哪天前要报。"),
    ("rail_find", "查找认证", "老人来了，从这里找到他，一步一步办完，最后打印回执。"),
    ("rail_forms", "确认表", "不能刷脸的，填表、签字、盖章、扫描，每月 30 日前报。"),
    ("rail_side", "老人屏幕", "给老人看的大字画面，会说话。有第二块屏幕时自动打开。"),
    ("rail_help", "帮助", "哪一屏不会用，按 F1。通知原文也在里面。没有网也不要紧，照常办，一条不丢。"),
)
"""Steps of the tour: object name of what is shown ("" nothing), title, sentence."""
