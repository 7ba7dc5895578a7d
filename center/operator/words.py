"""What stands on the pages for the codes of the protocol and of our own tables."""

KINDS = {
    "certification": "人脸认证",
    "form_submission": "资格认证确认表",
    "death_report": "死亡报告",
    "loss_report": "丧失资格报告",
    "custody_report": "强制措施或服刑报告",
    "follow_up": "联系记录",
    "contact_change": "联系方式变更",
    "correction": "更正",
}
STATES = {"": "已收到", "pending": "待审", "accepted": "已认可", "rejected": "已退回"}
CHANNELS = {"self_service": "自助认证", "assisted_face": "协助认证（人脸）", "unit_confirmed": "单位确认（表格）"}
PAYMENTS = {"paid": "正常发放", "suspended": "暂停发放", "terminated": "停发"}
DECISIONS = {"suspended": "暂停", "resumed": "恢复", "terminated": "停发"}
STEPS = {
    "suspend": "暂停发放",
    "resume": "恢复发放",
    "shift": "改暂停月份并补发",
    "terminate": "停发",
    "form_waits": "先审表格",
    "next_month": "下月恢复",
    "by_hand": "人工决定",
    "unknown": "缺首次发放日期",
}
STEP_HINTS = {
    "suspend": "过了截止月还没有认证。职业年金同时暂停。",
    "resume": "已经认证。恢复当月一并补发暂停的月份，职业年金相同。",
    "shift": "补录的认证覆盖了前几个月，这些月补发；之后仍未认证，继续暂停。",
    "terminate": "已去世或丧失领取资格。",
    "form_waits": "确认表已经报来、还没有审。审完再生成一次，结果就有了；这次不动。",
    "next_month": "本月才认证，按规定下月恢复并补发；这次不动。",
    "by_hand": "有强制措施或服刑期，或查不到从哪月暂停。请打开本人页面决定。",
    "unknown": "名册没有首次发放日期，也没有认证过，算不出截止日期。请补名册。",
}
ROLES = {"admin": "系统管理员", "clerk": "经办", "viewer": "查看"}
REASONS = {
    "gravely_ill": "重病",
    "disabled": "伤残",
    "very_old": "高龄行动不便",
    "abroad_online_failed": "境外居住线上认证未通过",
    "no_card": "未申领社保卡",
    "other": "其他特殊原因",
}
RETURN_REASONS = (
    "单位公章不清楚或没有盖",
    "缺单位领导签字",
    "扫描件看不清",
    "表上内容与名册不一致",
    "扫描件不是本人的表",
)
FIELDS = {
    "reason": "原因",
    "reason_text": "原因说明",
    "how_verified": "核实方式",
    "verified_by": "核实人",
    "verified_on": "核实日期",
    "signed_on": "领导签字日期",
    "batch": "批次",
    "channel": "方式",
    "decision": "经办人决定",
    "advice": "程序建议",
    "override_reason": "改判理由",
    "liveness": "活体检测",
    "policy_version": "政策版本",
    "clock_skew_s": "电脑时钟偏差（秒）",
    "simulated": "演示数据",
    "supersedes": "替换记录",
    "on": "日期",
    "until": "到",
    "last_paid": "最后发放月",
    "overpaid": "多发月份",
    "certified_after": "去世后的认证",
    "document": "证明材料",
    "note": "备注",
    "at": "时间",
    "way": "联系方法",
    "result": "结果",
    "next_on": "下次联系",
    "corrects": "更正哪条记录",
    "because": "为什么更正",
    "evidence_sha256": "单位留存的证据",
}
"""Other fields of a body are not shown."""
VALUES = {
    **REASONS,
    **CHANNELS,
    "confirmed": "确认本人",
    "refused": "不是本人",
    "match": "相符",
    "unsure": "不确定",
    "mismatch": "不符",
    "none": "没有结果",
    "pass": "通过",
    "passed": "通过",
    "doubt": "存疑",
    "phone": "电话",
    "text_message": "短信",
    "letter": "寄信",
    "visit": "上门",
    "family": "找家属",
    "reminded": "已提醒",
    "guided_to_self_service": "已教会自助认证",
    "desk_appointment": "约好来单位",
    "home_visit_planned": "约好上门",
    "found_dead": "得知去世",
    "found_abroad": "得知在境外",
    "found_lost": "得知丧失资格",
    "not_reached": "没有联系上",
}
ACTIONS = {
    "unit_registered": "登记或修改单位",
    "code_made": "生成登记码",
    "desk_enrolled": "电脑登记",
    "desk_signed_in": "电脑登录",
    "desk_revoked": "撤销电脑",
    "signing_key_made": "生成签名密钥",
    "signing_key_rotated": "更换签名密钥",
    "roster_put": "名册写入",
    "roster_imported": "导入名册",
    "photos_imported": "导入照片",
    "retiree_removed": "移出名册",
    "draft_made": "上传待确认文件",
    "draft_dropped": "放弃待确认文件",
    "record_accepted": "收到记录",
    "record_rejected": "拒收记录",
    "record_conflict": "记录冲突",
    "attachment_announced": "登记附件",
    "attachment_kept": "收到附件",
    "attachment_seen": "查看附件",
    "form_accepted": "认可表格",
    "form_rejected": "退回表格",
    "certification_accepted": "认可认证",
    "certification_rejected": "撤销认证",
    "near_list_sent": "下发临近名单",
    "payment_run": "停发恢复名单",
    "payment_suspended": "暂停发放",
    "payment_resumed": "恢复发放",
    "payment_terminated": "停发",
    "package_imported": "导入上报包",
    "package_refused": "拒收上报包",
    "answer_fetched": "取回执包",
    "form_layout_sent": "下发表格版式",
    "policy_sent": "下发政策参数",
    "update_published": "发布程序",
    "model_pack_published": "发布模型包",
    "operator_put": "新建账号或改密码",
    "operator_rights": "修改账号权限",
    "signed_in": "登录",
    "signed_out": "退出",
    "sign_in_failed": "登录失败",
    "sign_in_locked": "登录被锁",
    "sign_in_unknown": "登录失败（无此账号）",
}


def masked(id_number: str) -> str:
    """For lists: the first three and the last four."""
    return id_number[:3] + "*" * (len(id_number) - 7) + id_number[-4:] if len(id_number) > 9 else "*" * len(id_number)


def shown(value: object) -> str:
    """A body's value as text."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(shown(one) for one in value)
    if isinstance(value, (str, int, float)):
        return VALUES.get(str(value), str(value))
    return ""
