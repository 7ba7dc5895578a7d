"""The wordings of the separate consent to face processing, each under its version: what somebody agreed to can be read years later.

To change a word: a new version, never an edit. Which is in force is a policy value (``consent_version``).
"""

WORDINGS = {
    "2026-1": (
        "{name}，您好！\n\n"
        "为了给您办理养老金待遇领取资格认证，我们想请您看一下摄像头，用现场画面和您的社保卡照片比一比。\n\n"
        "· 画面只存在本单位这台电脑上，加密保存备查，不上网、不外传。\n"
        "· 报给省中心的只有认证结果，没有您的照片。\n"
        "· 您可以不同意。不同意也一样能办：由单位填一张《资格认证确认表》。"
    ),
    "2026-2": (
        "{name}，您好！\n\n"
        "为了给您办理养老金待遇领取资格认证，我们想请您看一下摄像头，用现场画面和您的社保卡照片比一比。\n\n"
        "· 画面只存在本单位这台电脑上，加密保存备查，不上网、不外传，到期自动删除。\n"
        "· 报给省中心的只有认证结果，没有您的照片。\n"
        "· 您随时可以来要一份清单，看我们存了什么。\n"
        "· 您可以不同意。不同意也一样能办：由单位填一张《资格认证确认表》。"
    ),
}
NEWEST = "2026-2"


def in_force(version: str) -> str:
    """The version that is shown: the policy's, or the newest that this program has when the policy names one it does not know."""
    return version if version in WORDINGS else NEWEST


def words(version: str, name: str) -> str:
    """The wording with the person's name."""
    return WORDINGS[in_force(version)].format(name=name)
