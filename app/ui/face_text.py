"""Words about faces: what the engine lacks, what a reference photo lacks, what a liveness cue saw."""

from collections.abc import Sequence
from datetime import date

from app.domain.evidence import Cue, CueVerdict
from app.domain.policy import NO_MODEL_PACK
from app.services.model_packs import PackStanding
from app.ui import text

DEGRADED = {
    "no_dlib": "人脸比对一（dlib）不可用",
    "no_faceres": "人脸比对二（faceres）不可用",
    "no_sface": "人脸比对三（sface）不可用",
    "no_blazeface": "快速找脸不可用，会慢一些",
    "no_hats": "看不出是否戴着帽子",
    "no_calibration": "没有校准数据，一律建议人工核对",
    "no_pack": "省中心的模型包损坏，请重新安装",
    "pack_uncalibrated": "模型包里有的模型没有校准数据，没有使用",
}
"""By the engine's code."""
PHOTO_PROBLEM = {
    "missing": "没有照片",
    "damaged": "照片文件打不开",
    "no_face": "照片里找不到人脸",
    "two_faces": "照片里不止一张脸",
    "small": "照片太小，看不清脸",
    "blurred": "照片模糊",
    "same_picture": "和别人用的是同一张照片",
    "same_face": "和别人的照片像同一个人",
}
"""By the code of services.gallery and the engine."""
CUE_WORDS: dict[str, dict[CueVerdict, str]] = {
    "depth": {
        CueVerdict.LIVE: "转头时脸是立体的",
        CueVerdict.UNSURE: "没有看到明显转头",
        CueVerdict.ATTACK: "转动时脸是平的，像一张照片",
    },
    "screen": {
        CueVerdict.LIVE: "没有屏幕的网纹",
        CueVerdict.UNSURE: "有细密的网纹，可能是屏幕",
        CueVerdict.ATTACK: "有屏幕的网纹，像是对着屏幕翻拍",
    },
    "frame": {
        CueVerdict.LIVE: "四周没有边框",
        CueVerdict.UNSURE: "脸在一个方框里，可能是手机或照片",
    },
    "motion": {
        CueVerdict.LIVE: "有自然的微小动作",
        CueVerdict.UNSURE: "几乎一动不动，可能是一张静止的画面",
        CueVerdict.ATTACK: "画面一模一样地重复，像是播放的文件",
    },
    "repetition": {
        CueVerdict.LIVE: "没有重复的片段",
        CueVerdict.UNSURE: "同一段画面又出现了，可能是循环播放的视频",
    },
    "blink": {CueVerdict.LIVE: "看到了眨眼", CueVerdict.UNSURE: "没有看到眨眼，不要紧"},
    "passive": {
        CueVerdict.LIVE: "皮肤质感像真人",
        CueVerdict.UNSURE: "皮肤质感拿不准",
        CueVerdict.ATTACK: "质感像照片或屏幕",
        CueVerdict.ABSENT: "没有安装模型包，或看的时间太短",
    },
    "request": {CueVerdict.LIVE: "按提示做了动作", CueVerdict.UNSURE: "没有照提示做完动作"},
    "statement": {CueVerdict.LIVE: "经办员确认本人就在面前"},
}
"""What each liveness cue saw, by name and verdict."""


def degraded(codes: Sequence[str]) -> str:
    """One line about everything that is missing, "" when nothing is."""
    return "；".join(DEGRADED[code] for code in codes)


def photo_problem(code: str, others: Sequence[str] = ()) -> str:
    """What is wrong with a photo; ``others``: whose photos look like it."""
    return f"{PHOTO_PROBLEM[code]}：{'、'.join(dict.fromkeys(others))}" if others else PHOTO_PROBLEM[code]


def cue_line(cue: Cue) -> str:
    """One liveness cue in words: what it is, what it says, what it saw."""
    said = f"{text.CUE_NAME.get(cue.name, cue.name)}：{text.CUE_VERDICT[cue.verdict]}"
    saw = CUE_WORDS.get(cue.name, {}).get(cue.verdict, "")
    return f"{said}（{saw}）" if saw else said


PHOTOS_TO_LOOK_AT = "新到的照片里有的不能用或有疑问，请到“设置”的“人脸识别”里看看。"
PACK_INSTALLED = "模型包已安装，识别程序正在重新启动。"
PACK_BY_POLICY = "已按省中心的要求更换识别模型，识别程序会自动重新启动。"


def pack_standing(standing: PackStanding, trouble: str) -> str:
    """One line about the pack that the center wants, "" when it says nothing; ``trouble``: why it is not installed, in words."""
    if not standing.wanted:
        return ""
    if trouble:
        return f"省中心要求的模型包还没有装上：{trouble}"
    if standing.due:
        return "省中心要求更换模型包，联网后自动安装。"
    return "没有用模型包，与省中心的要求一致。" if standing.wanted == NO_MODEL_PACK else "模型包与省中心的要求一致。"


def photo_age(taken_on: date | None, today: date) -> str:
    """How old the reference photo is, for the line under it."""
    if taken_on is None:
        return "拍摄时间不详"
    years = today.year - taken_on.year - ((today.month, today.day) < (taken_on.month, taken_on.day))
    return f"{years} 年前拍的" if years > 0 else "一年内拍的"
