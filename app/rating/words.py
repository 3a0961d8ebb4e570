"""What the page says, in both languages."""

from collections.abc import Mapping
from typing import Final

from app.domain.invitations import InvitationState
from app.domain.vocabulary import EvaluationMode
from app.errors import Words

TITLE: Final = Words("服务评价", "Evaluate the service")
OTHER_LANGUAGE: Final = Words("English", "中文")
ABOUT: Final = Words("您正在评价", "You are evaluating")
VOLUNTARY: Final = Words(
    "评价完全自愿，只需一分钟，不影响您的事项办理。",
    "It is voluntary, takes a minute, and has no effect on how your matter is handled.",
)
ONCE: Final = Words("本链接只能提交一次，{until} 前有效。", "This link can be used once, until {until}.")
LEVEL: Final = Words("您对本次服务是否满意？（必选）", "How satisfied are you? (required)")
TEXT: Final = Words("您想说明的情况（选填）", "What would you like to say? (optional)")
TEXT_HINT: Final = Words(
    "最多 2000 字。选择保密或匿名时，请勿写入能认出您的内容。",
    "Up to 2,000 characters. If you stay confidential or anonymous, write nothing that could identify you.",
)
MODE: Final = Words("谁可以知道是您评价的？（必选）", "Who may know that it was you? (required)")
MODES: Final[Mapping[EvaluationMode, Words]] = {
    EvaluationMode.NAMED: Words(
        "工作人员能看到评价所属的项目和您的意见；回访人员能看到您的姓名和电话。不满意的，一定回访。",
        "Staff see the project and what you say; those who call back see your name and phone. If you are "
        "dissatisfied you will be called back.",
    ),
    EvaluationMode.CONFIDENTIAL: Words(
        "经办人和被评价单位只能看到区域、事项类别、月份和等级；只有独立的核实人能看到项目和您的意见，"
        "并且每次查看都有记录。如果当月同类服务很少，他们仍有可能猜到是您。次日起转交。",
        "Those who served you see area, kind of service, month and level only. Only an independent verifier "
        "sees the project and your words, and each time he looks it is recorded. If there were few such "
        "services that month, they may still guess. It is passed on from the next day.",
    ),
    EvaluationMode.ANONYMOUS: Words(
        "没有人能通过本系统查到是您：不保存项目、时间和链接，只保存区域、事项类别、月份、等级和您的意见；"
        "至少凑满五份同类匿名评价才一并转交，因此可能较慢，也无法回访。您的意见会原样展示。",
        "Nobody can find you through this system: project, time and link are not kept; area, kind of "
        "service, month, level and your words are. It is passed on together with at least four others like "
        "it, so it may take time, and nobody can call you back. Your words are shown as you write them.",
    ),
}
CONTACT: Final = Words("联系方式（仅实名评价填写）", "How to reach you (named evaluations only)")
CONTACT_HINT: Final = Words(
    "选择实名时必填；选择保密或匿名时不会保存。",
    "Needed if you are named; not kept if you are confidential or anonymous.",
)
NAME: Final = Words("姓名", "Name")
PHONE: Final = Words("联系电话", "Phone")
SUBMIT: Final = Words("提交评价", "Send")
ERROR_TITLE: Final = Words("请更正以下内容", "Please correct the following")
ERROR_PREFIX: Final = Words("有误：", "Error: ")

FAULTS: Final[Mapping[str, Words]] = {
    "level": Words("请选择满意程度", "Choose how satisfied you are"),
    "mode": Words("请选择评价方式", "Choose who may know"),
    "text": Words(
        "意见含有不允许的字符或超过 2000 字", "Your words hold forbidden characters or are too long"
    ),
    "why": Words("请说明为什么不认可", "Say why you do not agree"),
    "name": Words(
        "实名评价请填写姓名（最多 100 字）", "A named evaluation needs your name (up to 100 characters)"
    ),
    "phone": Words("实名评价请填写有效的联系电话", "A named evaluation needs a valid phone number"),
    "receipt": Words("请填写正确的 20 位回执码", "Enter the receipt code of 20 letters and digits"),
    "": Words("提交的内容无法读取，请重新填写", "What was sent cannot be read; fill the form in again"),
}

THANKS: Final = Words("感谢您的评价", "Thank you")
THANKS_TEXT: Final = Words("您的评价已收到。", "Your evaluation has been received.")
RECEIPT: Final = Words("您的回执码", "Your receipt code")
RECEIPT_HINT: Final = Words(
    "只显示这一次，请抄写或截图保存。凭回执码可以追加一次评价、查询差评处理；遗失无法找回。"
    "请勿告诉他人：凭它能找到这份评价。",
    "It is shown this once: write it down. With it you can add a second thought once, and follow what "
    "becomes of a bad review. It cannot be restored. Keep it to yourself: it leads to this evaluation.",
)
FOLLOW_ON: Final = Words("凭回执码追加评价", "Add a second thought")
FOLLOW_ON_TEXT: Final = Words(
    "每份评价可以追加一次；首次评价不会被覆盖，评价方式与首次相同。",
    "Each evaluation can be followed by one more. The first is never overwritten, and the second is named, "
    "confidential or anonymous as the first was.",
)
REVIEW: Final = Words("凭回执码查看差评处理", "Follow your bad review")
REVIEW_TEXT: Final = Words(
    "可以查看处理进展和回复，表示认可，或者要求重新处理一次。不记录您的身份。",
    "See how it is handled and what the answer is; say that you agree, or have it handled anew once. Who you "
    "are is not recorded.",
)
LOOK: Final = Words("查看", "Look")
STATE: Final = Words("处理进展：{state}", "How far it has come: {state}")
NO_REPLY: Final = Words("尚未答复，请过几天再来查看。", "There is no answer yet; look again in a few days.")
REPLY: Final = Words("给您的答复", "The answer to you")
CONFIRM: Final = Words("认可处理结果", "I agree")
REOPEN: Final = Words("要求重新处理", "Handle it anew")
REOPEN_TEXT: Final = Words("为什么不认可？（要求重新处理时必填）", "Why do you not agree? (needed to reopen)")
HEARD: Final = Words("您的意见已收到。", "What you say has been received.")
FOLLOWED: Final = Words("您的追加评价已收到。", "Your second thought has been received.")

CLOSED: Final[Mapping[InvitationState, tuple[Words, Words]]] = {
    InvitationState.USED: (
        Words("该链接已使用", "This link was used"),
        Words("每个链接只能评价一次。如需补充，请凭回执码追加评价。",
              "Each link serves once. To add something, use your receipt code."),
    ),
    InvitationState.VOIDED: (
        Words("该链接已作废", "This link is void"),
        Words("已有新的评价链接，或邀请已撤回。请使用最新的链接，或联系代办窗口。",
              "There is a newer link, or the invitation was withdrawn. Use the latest or ask the office."),
    ),
    InvitationState.EXPIRED: (
        Words("该链接已过期", "This link has expired"),
        Words("请联系代办窗口或门户重新获取评价链接。", "Ask the office or the portal for another link."),
    ),
}  # fmt: skip
UNKNOWN: Final = (
    Words("链接无效", "This link is not valid"),
    Words("请核对链接是否完整。", "Check that the link is complete."),
)
AWAY: Final = (
    Words("暂时无法提交", "Not possible just now"),
    Words("请稍后再试，您的链接仍然有效。", "Please try again later; your link is still good."),
)
TAKEN: Final = (
    Words("已经评价过", "Evaluated already"),
    Words("该服务已有评价，不能覆盖。", "This was evaluated already, and is not overwritten."),
)
