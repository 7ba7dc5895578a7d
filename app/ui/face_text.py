"""Words about faces: what the engine lacks, what a reference photo lacks."""

from collections.abc import Sequence

DEGRADED = {
    "no_dlib": "人脸比对一（dlib）不可用",
    "no_faceres": "人脸比对二（faceres）不可用",
    "no_blazeface": "快速找脸不可用，会慢一些",
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


def degraded(codes: Sequence[str]) -> str:
    """One line about everything that is missing, "" when nothing is."""
    return "；".join(DEGRADED[code] for code in codes)


def photo_problem(code: str, others: Sequence[str] = ()) -> str:
    """What is wrong with a photo; ``others``: whose photos look like it."""
    return f"{PHOTO_PROBLEM[code]}：{'、'.join(dict.fromkeys(others))}" if others else PHOTO_PROBLEM[code]
