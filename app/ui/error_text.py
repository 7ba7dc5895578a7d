"""AppError code → what happened and what to do. One sentence each; ``{name}`` takes the error's parameter."""

from app.errors import AppError

ERROR_TEXT: dict[str, str] = {
    "account.wrong": "账号或密码不对，还可以再试 {remaining} 次。",
    "account.locked": "密码错误次数太多，请 {minutes} 分钟后再试，或请管理员重设密码。",
    "account.disabled": "这个账号已停用，请联系管理员。",
    "account.not_allowed": "这个账号没有这项权限，请换一位复核员或管理员。",
    "account.same_person": "需要另一位同事，不能是同一个人。",
    "account.unknown": "没有这个账号。",
    "account.login_taken": "这个账号名已经有人用了，请换一个。",
    "account.name_missing": "请填写账号和姓名。",
    "account.weak": "密码太简单：至少 {least} 位，不要用同一个字符重复。",
    "camera.absent": "没有找到摄像头。请插好 USB 线，或换一个插口，再点“重试”；也可以走确认表。",
    "camera.busy": "摄像头被别的程序占用。请关掉微信、会议软件等，再点“重试”。",
    "camera.denied": "没有使用摄像头的权限。请管理员在系统设置里允许本程序使用摄像头。",
    "camera.unplugged": "摄像头断开了。请插好 USB 线，程序会自动继续。",
    "camera.black": "画面全黑。请打开镜头盖，或看看镜头有没有被遮住。",
    "camera.frozen": "画面停住不动了。请拔下摄像头再插上，程序会自动继续。",
    "camera.stalled": "摄像头没有送来画面。请拔下再插上，程序会自动继续。",
    "camera.failed": "摄像头出错了，正在重新连接。一直不行请换一个 USB 插口，或走确认表。",
    "case.unknown": "没有找到这张确认表。",
    "case.dead": "此人已登记去世，不能再办确认表。",
    "case.closed_to_changes": "这张确认表已经打印或报送，不能再改；要改请先退回到填写状态。",
    "case.verified_in_future": "核实日期不能在今天之后，请改正。",
    "case.incomplete": "确认表还不完整，不能打印。",
    "disk.full": "磁盘满了，没有存上。请先清出一些空间（例如清空回收站），再试一次；已经存好的都还在。",
    "engine.failed": "识别程序没有启动起来。可以先走确认表；请管理员在“设置”里运行自检。",
    "engine.timeout": "识别程序没有反应，正在重新启动，请稍等。",
    "engine.died": "识别程序意外退出，正在重新启动，请稍等。",
    "engine.visit": "识别程序正在处理另一次认证，请返回后重新开始本次采集。",
    "models.missing": "识别模型文件缺失（{file}）。请管理员重新安装程序或模型包。",
    "models.damaged": "识别模型文件损坏（{file}）。请管理员重新安装程序或模型包。",
    "pack.unsigned": "这个模型包没有省中心的有效签名，不能安装。请向省中心重新索取。",
    "pack.damaged": "模型包文件损坏，不能安装。请重新复制或下载后再试。",
    "pack.too_large": "模型包过大，本机不能安装。请向省中心核实文件。",
    "evidence.empty": "这个文件是空的，请重新选择。",
    "evidence.too_big": "文件太大（最多 {most_mb} MB），请拍一张小一点的照片或短一点的视频。",
    "evidence.twice": "这份材料已经加过了。",
    "evidence.unreadable": "这个文件打不开，请换一张 JPG 或 PNG 图片。",
    "keys.lost": "这台电脑上的密钥找不到了。请输入安装时打印的恢复码。",
    "keys.damaged": "密钥文件损坏。请用备份恢复，或联系管理员。",
    "keys.code_wrong": "恢复码不对，请对照打印件再输一次。",
    "keys.store_locked": "系统钥匙串被锁住了，请先解锁再打开程序。",
    "outbox.conflict": "同一编号有两条不同的记录，已停止，请联系管理员。",
    "pdf.unreadable": "这个 PDF 文件打不开，可能已损坏，请重新生成。",
    "print.no_printer": "没有找到打印机。请接好打印机后再试；也可以“另存为 PDF”以后打印。",
    "print.refused": "打印机“{printer}”没有接受这份文件。请换一台打印机，或请管理员查看打印队列。",
    "print.vanished": "找不到打印机“{printer}”了。请检查电源和连线，或换一台打印机再打。",
    "print.queue_stopped": "打印机“{printer}”的队列停住了，没有打印。请检查纸张和打印机，再打一次。",
    "print.failed": "打印机“{printer}”没有打成。记录已经存好，可以再打一次或换一台打印机。",
    "print.cancelled": "这次打印被取消了，没有打出来；需要时再打一次。",
    "print.bad_file": "要打印的文件打不开，请重新生成后再打。",
    "file.not_written": "没有存上“{name}”。请换一个文件夹，或看看磁盘是不是满了、文件是不是正开着。",
    "printer.absent": "没有找到打印机。请接好打印机后再试；也可以“另存为 PDF”以后打印。",
    "printer.failed": "打印没有成功：{detail}。记录已经存好，可以稍后再打印。",
    "printer.stopped": "打印机队列停住了。请检查纸张和打印机状态，再试一次。",
    "record.unknown": "没有找到这条记录。",
    "record.conflict": "同一编号的记录内容不同，已停止，请联系管理员。",
    "retiree.unknown": "名册里没有这个人，可能刚被省中心移出，请重新查找。",
    "store.busy": "数据正被另一个窗口使用，请关掉多余的窗口再试。",
    "store.damaged": "数据文件损坏了。请不要删除任何文件，用“恢复备份”找回数据，或联系管理员。",
    "store.newer": "数据是更新版本的程序存的，请先升级本程序。",
    "store.wrong_key_or_damaged": "数据文件打不开：密钥不符或文件损坏。请用恢复码或备份恢复。",
    "sync.address": "中心地址不对，应以 https:// 开头。",
    "sync.answer_unreadable": "省中心的回答看不懂，可能版本不同，请稍后再试或联系管理员。",
    "sync.center_busy": "省中心现在忙，程序会自动再试。",
    "sync.clock": "电脑的日期或时间不对，请改正后再同步。",
    "sync.not_enrolled": "这台电脑还没有登记到省中心，请管理员在“设置”里登记。",
    "sync.offline": "连不上省中心。不用管它，照常办理；有网后会自动补报。",
    "sync.other_unit": "登记码是另一个单位的，本机已有别的单位的数据，不能混用。",
    "sync.refused": "省中心没有接受：{text}",
    "sync.revoked": "省中心已停用这台电脑的登记，暂时不能上报；记录都还存着。请联系省中心。{text}",
    "sync.running": "正在同步，请稍等。",
    "sync.timeout": "省中心没有及时回答，程序会自动再试。",
    "sync.tls": "省中心的安全证书不对，为安全起见没有连接。请联系管理员。",
    "sync.unknown_change": "省中心下发了本程序不认识的内容（{kind}），请升级程序。",
    "template.damaged": "表格模板文件损坏（{name}），请联系管理员重新安装。",
    "vault.damaged": "这份图片或材料损坏了，请用备份恢复。",
    "vault.missing": "没有找到这份图片或材料。",
    "vault.unreadable": "这份图片或材料读不出来，请检查磁盘。",
    "vault.unwritable": "写不进数据文件夹，请检查磁盘和权限；已经存好的都还在。",
    "visit.blocked": "现在不能继续刷脸认证，请看上面的说明。",
    "visit.not_decided": "还没有作出判断，请先完成上一步。",
    "visit.override_needed": "程序没有建议“匹配”。要通过，请写明理由，并请另一位同事确认。",
    "visit.unknown": "没有找到这次办理，请重新查找。",
}
UNEXPECTED = "程序出了意外（编号 {incident}）。已经存好的都还在；请重试，仍不行请把编号告诉管理员。"


class _Shown(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def words(error: AppError) -> str:
    """The sentence for ``error``; an unlisted code is shown as it is, so that nobody is left without a word."""
    template = ERROR_TEXT.get(error.code)
    if template is None:
        return f"没有办成（{error.code}），请重试或联系管理员。"
    return template.format_map(_Shown(error.params))
