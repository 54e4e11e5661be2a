"""What a new contest asks for until its organiser says otherwise; every line of it stays editable."""

from dataclasses import dataclass

from contest.models import Contest, MaterialRequirement

MB = 1024 * 1024
Audience = MaterialRequirement.Audience


@dataclass(frozen=True)
class MaterialDefault:
    """A material as contests usually ask for it."""

    code: str
    title: str
    hint: str
    formats: tuple[str, ...]
    megabytes: int
    required: bool = True
    audience: Audience = Audience.EVERYBODY


# Kinds and limits as notices name them (domain.md A4); a video introduces the contestant and is not scored.
USUAL_MATERIALS = (
    MaterialDefault(
        "form", "报名表（盖章扫描件）", "下载系统填好的报名表，签字盖章后扫描。", ("pdf", "jpg", "png"), 20
    ),
    MaterialDefault("photo", "免冠照片", "近期正面免冠彩色照片，用于秩序册。", ("jpg", "png"), 5),
    MaterialDefault("script", "讲稿", "自主命题讲解的文字稿，不写姓名和单位。", ("docx", "doc", "wps", "pdf"), 10),
    MaterialDefault(
        "slides", "课件", "讲解时放映，内嵌视频放入文件，不写姓名和单位。", ("pptx", "ppt", "dps", "pdf"), 40
    ),
    MaterialDefault(
        "review", "内容审查说明", "所在单位对内容科学性和导向的审查意见，须盖章。", ("pdf", "jpg", "png"), 20
    ),
    MaterialDefault("video", "介绍视频", "二十秒左右，横屏，不显示单位名称；不计分。", ("mp4",), 100, required=False),
)
# Nothing of these is needed before the contest is over, so nobody is held up by them.
USUAL_FIELDS = ("education", "position", "grade", "biography")

_CONSENT = """\
本人是参赛选手（未成年人）的监护人，已阅读并理解以下内容。不满十四周岁未成年人的个人信息属于敏感个人信息，\
本同意书即为对处理这些信息的单独同意。

一、谁在处理
{office}（以下称“主办方”）举办“{title}”，是这些个人信息的处理者。

二、收集什么
选手的姓名、性别、出生日期、证件类型和号码、学校、年级、讲解题目、指导教师；监护人的姓名和联系电话；\
报名通知要求提交的材料（如照片、讲稿、课件、视频）；比赛中产生的出场顺序、用时、得分和名次。

三、用来做什么，为什么必要
证件号码用来核对年龄组别和每人只报一次；出生日期用来计算比赛首日的年龄；联系电话用来通知参赛事宜；\
材料用来审核和评审；其余信息用来编排比赛、评分、公布结果、制作证书。不提供必要信息的，无法参赛。\
这些信息不用于商业目的，不用于与比赛无关的推送。

四、谁能看到
主办方的工作人员按职责查看；推荐单位的联络员只能看到本单位的选手；监督员可以查看比赛过程；\
评委看到编号、题目和评审所需的材料，不看证件号码和电话。进入省赛的选手，\
报名信息和材料将提供给省赛的主办方，仅供推荐和参赛使用。除此之外不提供给第三方，法律另有规定的除外。

五、公开什么
获奖名单公开选手的姓名、学校、讲解题目和奖项；证书查验页面公开遮盖后的姓名和奖项。\
证件号码、电话、班级和住址不公开。比赛现场可能拍照、录像，用于对本次活动的报道。

六、怎样保存，保存多久
信息保存在主办方的比赛系统中，证件号码和电话加密存放。比赛结束后一年内删除或作匿名化处理；\
已公布的获奖名单和证书查验信息长期保存，以便核对。

七、您的权利
您和选手可以查阅、复制、更正、补充这些信息，可以要求说明处理规则，也可以随时撤回同意、要求删除。\
撤回同意不影响撤回之前的处理；比赛结束之前撤回的，选手不能继续参赛。请向主办方提出{contact}，\
主办方将在十五个工作日内答复。

八、对选手的影响
未成年人的信息一旦泄露，可能带来骚扰或冒用的风险。主办方已采取加密、分级授权、\
遮盖导出和操作留痕等措施，发生泄露时将立即告知您。

本人同意按上述方式处理选手和本人的个人信息，同意选手参加比赛。
"""


def usual_consent_text(contest: Contest) -> str:
    """A guardian's informed consent for this contest: what is collected, why, who sees it, how long, which rights.

    Written along articles 13, 17, 28–31 and 44–47 of the Personal Information Protection Law (domain.md D4).
    """
    edition = contest.edition
    contact = f"（监督电话：{edition.supervision_phone}）" if edition.supervision_phone else ""
    return _CONSENT.format(office=edition.organiser_name, title=contest.title, contact=contact).strip()


def call_draft(contest: Contest) -> str:
    """A call for entries to start from; the organiser edits and publishes it.

    Dates, place, groups and materials are not in it: the public page lists them beside it, as they are set.
    """
    edition = contest.edition
    how = "由推荐单位统一报送，也可以个人报名。" if contest.individuals_may_register else "由推荐单位统一报送。"
    parts = [
        f"{edition.organiser_name}举办“{contest.title}”，现将报名事项通知如下。报名时间、组别和需要提交的材料见本页。",
        f"一、报名方式\n{how}每人只能报名一次，不得在不同单位重复报名。未成年选手须由监护人同意后方可受理。",
        "二、讲解要求\n题目自选，内容须科学准确、通俗易懂，不涉及国家秘密和他人隐私；引用他人成果的注明出处。"
        "参赛作品应为原创，由此产生的责任由选手和所在单位承担。",
        "三、受理\n报名截止以系统收到的时间为准，逾期不予受理。资料不全的退回补正，在规定日期前补齐的予以受理。",
        "四、其他\n报名和参赛不收取任何费用。结果由监督员确认后在本站公布，证书可以在本站查验。"
        + (f"监督电话：{edition.supervision_phone}。" if edition.supervision_phone else ""),
    ]
    return "\n\n".join(parts)
