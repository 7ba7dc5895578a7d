"""What the document says of the interface, of each operation, schema and field. For whoever builds the other side, in Chinese."""

ABOUT = """\
经办端（单位的电脑）与省中心之间的全部往来。省平台照此实现，经办端不用改。`python -m center.conformance` 可逐条检验。

**身份** 管理员给单位一个一次性登记码（72 小时）。电脑自己生成 Ed25519 密钥，`POST /v1/enrol` 交公钥换得编号；私钥不离开电脑。
以后每次会话用私钥签一个断言（RFC 7523，JWT，EdDSA；iss 和 sub 是电脑编号，aud 是 `certdesk-center`，jti 只能用一次）换短期令牌。
撤销的电脑任何请求都得到 401 和给经办人看的原因。别的单位的数据一律 404，和不存在没有分别。

**签名** 规范 JSON（RFC 8785）的字节上的 Ed25519 签名，base64url 不带填充。记录签除 `signature` 以外的全部字段，
时间按 ISO 8601 原样带时区偏移。中心的公钥见 `center_keys`，可以轮换；`retired_at` 之后签的不算数。

**可重复** 断线、超时、5xx、429 之后原样重发即可：同一 uuid 同样内容是 `duplicate`，回执和第一次的相同；内容不同是 `conflict`。
收到回执才算报到。

**下发** 每个单位的变更从 1 起连续编号；`GET /v1/changes?since=…` 按序取，同一变更执行两次和一次效果相同。

**不认识的不猜** 未知的种类、字段和更高的版本按名拒绝。每个拒绝都有 `code`（给程序）和 `text`（给经办人）。

**大小** 一次最多 100 条记录，每条正文 256 KB，附件 25 MB；请求可以用 gzip（Content-Encoding），展开后同样限大小。
"""
TAGS = {
    "会话": "中心的情况、登记电脑、换令牌。",
    "下发": "中心告诉单位的：名册、照片、别处的认证、临近名单、决定、政策参数、表格版式、通知。",
    "上报": "单位告诉中心的：认证、确认表、死亡等报告、联系记录、更正。",
    "附件": "签字盖章的扫描件。tus 1.0（core 和 creation），断在任何一个字节都能接着传。",
    "模型包": "人脸模型包：策略写明用哪一个，电脑取来核对签名后安装。",
    "程序更新": "中心发布的新版程序：签名的清单，和可以分段取的文件。",
}
OPERATIONS = {
    "GET /v1/info": "不用令牌。电脑用它核对地址、协议版本和时钟；相差 5 分钟以上会提醒经办人。",
    "POST /v1/enrol": "不用令牌。同一公钥带同一登记码再来（上次的回答丢了），得到同一个编号；登记码不对、过期、用过都是 403。",
    "POST /v1/token": "不用令牌。断言过期或早于现在 10 分钟以上是 401 `clock_wrong`；jti 用过是 401 `assertion_replayed`。",
    "GET /v1/changes": "`since` 是已经处理完的最后一个编号，从 0 开始；`cursor` 用作下一次的 `since`，`more` 为真就接着取。"
    "没有新变更时返回空的一页。",
    "GET /v1/photos/{sha256}": "名册里的 `photo` 就是这里的 sha256，内容永远不变，取一次就够。支持 ETag、If-None-Match 和 Range。",
    "POST /v1/records": "按顺序逐条回答，一条不对不影响别的。`accepted` 带签名的回执；"
    "`rejected` 和 `conflict` 带代码和给经办人看的话，这一条等经办人处理。",
    "OPTIONS /v1/uploads": "支持的 tus 版本、扩展和最大长度。",
    "POST /v1/uploads": "先报记录，再传它写明的附件。`Upload-Metadata` 里 `sha256` 是文件的摘要、`record` 是记录的 uuid，都用 base64。"
    "重复登记得到原来的位置和已经收到的长度。",
    "HEAD /v1/uploads/{sha256}": "`Upload-Offset` 是已经落盘、不会再丢的长度，从这里接着传。",
    "PATCH /v1/uploads/{sha256}": "`Upload-Offset` 必须等于已有长度，否则 409。断线前收到的都留下。"
    "传满后核对整个文件的 SHA-256，不对是 460，从头再传；别人正在传是 423。",
    "GET /v1/updates/{system}/{machine}": "没有发布过是 404。清单由中心签名，电脑核对签名和摘要后才安装。",
    "GET /v1/updates/files/{sha256}/content": "用 Range 分段取，断了接着取。",
    "GET /v1/model-packs/{sha256}": "策略值 `model_pack` 写着 sha256；没有这个模型包是 404。",
    "GET /v1/model-packs/{sha256}/content": "中心签名的 zip。用 Range 分段取，断了接着取；电脑核对签名和摘要后才安装。",
}
SCHEMAS = {
    "Change": "一个变更。",
    "ChangesPage": "按序号的一页变更。",
    "EnrolRequest": "电脑用一次性登记码介绍自己。",
    "EnrolAnswer": "电脑从此的编号、所属单位，以及怎么认出中心。",
    "TokenRequest": "签名的断言（RFC 7523）。",
    "TokenAnswer": "短期令牌。",
    "PushRequest": "1 到 100 条记录。",
    "PushedRecord": "一条记录，由电脑签名。",
    "PushAnswer": "逐条的回答，顺序和上报的相同。",
    "RecordAnswer": "对一条记录的回答。",
    "Outcome": "accepted 收下；duplicate 早已收下；conflict 同编号不同内容；rejected 不收。",
    "Receipt": "中心签名的收条。",
    "Refusal": "每个拒绝都说的话。",
    "ServerInfo": "中心是谁、几点了。",
    "SigningKey": "中心的一把签名公钥。",
    "UnitInfo": "参保单位。",
    "UpdateManifest": "某种电脑该用的程序，由中心签名。",
    "ModelPackInfo": "一个已发布的模型包。",
    "RetireeBody": "kind 为 retiree：名册里的一个人，整条替换。月份写成 YYYY-MM。",
    "CustodyBody": "一段强制措施或服刑期（按政策暂停）。",
    "CertificationBody": "kind 为 certification：中心所知的一次认证，不论在哪里办的。",
    "DecisionBody": "kind 为 decision：中心对待遇或对一条记录的决定。",
    "NearListBody": "kind 为 near_list：某月 20 日前下发的临近名单；新名单替换旧的。",
}
FIELDS = {
    "number": "编号，单位之内从 1 起连续",
    "kind": "种类",
    "body": "正文，内容随种类而定",
    "changes": "变更，按编号",
    "cursor": "下一次的 since",
    "more": "后面还有",
    "server_time": "中心的时间",
    "code": "代码，给程序",
    "public_key": "Ed25519 公钥，32 字节的 base64url，不带填充",
    "desk_name": "电脑的名字，给人看",
    "unit_code": "单位编号",
    "desk_id": "电脑编号",
    "unit": "所属单位",
    "center_keys": "中心的全部签名公钥，含已经停用的",
    "grant_type": "固定值，RFC 7523",
    "assertion": "JWT（EdDSA），iss、sub、aud、iat、exp、jti 都要有",
    "access_token": "放进 Authorization: Bearer",
    "token_type": "固定值",
    "expires_in": "还有多少秒有效",
    "records": "记录",
    "uuid": "电脑生成的编号（UUID v7），小写",
    "version": "正文的版本，现在是 1",
    "captured_at": "采集时间，带时区",
    "signed_at": "签名时间，带时区",
    "operator_id": "经办人编号（单位之内）",
    "attachments": "附件的 SHA-256，随后另传",
    "signature": "签名，base64url 不带填充",
    "answers": "回答，顺序和上报的相同",
    "outcome": "结果",
    "receipt": "回执；accepted 和 duplicate 才有",
    "text": "给经办人看的话",
    "sha256": "SHA-256，小写十六进制",
    "unit_id": "单位的内部编号",
    "accepted_at": "收下的时间",
    "key_id": "用哪把钥匙签的：公钥 SHA-256 的前 16 位十六进制",
    "name": "姓名或名称",
    "protocol_version": "协议版本",
    "retired_at": "停用时间；此后签的不算数",
    "id": "编号",
    "phone": "联系电话",
    "address": "地址",
    "demo": "演示单位",
    "where": "读不懂时：哪一处",
    "system": "操作系统",
    "machine": "处理器",
    "size": "字节数",
    "models": "包里各模型的版本",
    "required_from": "从这天起必须用",
    "words": "为什么要更新，给经办人看",
    "id_number": "证件号码",
    "personnel_number": "个人编号",
    "sex": "性别",
    "birth_date": "出生日期",
    "retired_on": "退休日期",
    "first_paid_on": "首次发放日期；从未认证的人由它推算截止日期",
    "residence": "居住地：local 本地，elsewhere 异地，abroad 境外",
    "card_number": "社保卡号",
    "photo": "参考照片的 SHA-256；没有就不能人脸比对，走表格",
    "photo_taken_on": "照片日期",
    "payment": "待遇：paid 发放，suspended 暂停，terminated 停发",
    "suspended_from": "从哪个月起暂停",
    "last_paid": "最后发放的月份",
    "died_on": "死亡日期",
    "death_withdrawn": "单位撤回了先前的死亡报告",
    "lost_eligibility_on": "丧失资格的日期",
    "custody": "强制措施或服刑期",
    "started_on": "开始日期",
    "ended_on": "结束日期；空是还没有结束",
    "document": "文书",
    "retiree_id": "人员编号（名册的 id）",
    "channel": "方式：self_service 自助，assisted_face 协助人脸，unit_confirmed 单位确认",
    "signed_on": "单位领导签字的日期；unit_confirmed 从这天算",
    "state": "pending 待审，accepted 认可，rejected 退回",
    "reason": "原因，给经办人看",
    "supersedes": "替换哪条记录",
    "decision": "accepted / rejected 对记录；suspended / resumed / terminated 对待遇（职业年金相同）",
    "month": "月份，YYYY-MM",
    "record_id": "对哪条记录的决定",
    "decided_at": "决定的时间",
    "back_pay": "和恢复一起补发的月份",
    "retiree_ids": "人员编号（名册的 id）",
    "newest": "现有的最后一个编号，用来显示还剩多少；0 是没有告诉",
    "void": "只是撤销被替换的那条，自己不算数",
}
CLOSER = {
    "Change.kind": "unit、retiree、retiree_removed、photo、certification、near_list、decision、policy、form_template、notice",
    "Change.body": "retiree 见 RetireeBody，certification 见 CertificationBody，decision 见 DecisionBody，near_list 见 NearListBody；"
    "retiree_removed 是 {id}，policy 是参数名和值",
    "PushedRecord.kind": "certification、form_submission、death_report、loss_report、custody_report、follow_up、contact_change、correction",
    "PushedRecord.body": "随种类而定，人员编号都在 retiree_id；不含照片、视频和人脸特征",
    "EnrolRequest.code": "登记码，大小写和连字符都不计较",
    "UnitInfo.code": "单位编号",
    "UnitInfo.name": "单位名称",
    "ServerInfo.name": "中心的名称",
    "RetireeBody.kind": "retired 退休，resigned 退职",
    "Receipt.number": "回执号：单位编号-年月-序号",
    "Receipt.sha256": "记录签名部分的规范 JSON 的 SHA-256",
    "UpdateManifest.version": "程序版本",
    "UpdateManifest.signed_at": "签名时间",
}
