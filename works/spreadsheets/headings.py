"""The columns of a table of works, and what units call them (domain.md B2, B3, D6)."""

from core.spreadsheets import Column, Reader, read_choice, read_email, read_name, read_phone, read_text
from works.models import Kind, Work
from works.services.fields import FORMS
from works.spreadsheets.cells import (
    read_day,
    read_isbns,
    read_length,
    read_minutes,
    read_percent,
    read_place,
    read_printed,
    read_published,
    read_seconds,
    read_several,
    read_title,
    read_volumes,
    read_web_address,
)

_AUTHOR = ("第一作者", "首位作者", "作者")
_PHONE = ("电话", "联系电话", "电话号码", "手机", "手机号", "手机号码", "联系方式", "联系手机")
_SHARED: dict[str, tuple[str, ...]] = {
    "first_author": (
        *("第一作者", "第一作者姓名", "首位作者", "首位作者姓名", "第一著者", "第一主创", "第一作者（主创）"),
        *("第一完成人", "第一著作人"),
    ),
    "other_authors": (
        *("其他作者", "其它作者", "其余作者", "其他作者姓名", "其他作者排序", "其他主创", "其他主创人员", "合作者"),
        *("合著者", "合作作者", "其他著者", "参与作者", "其他完成人", "其他创作人员"),
    ),
    "authors": (
        *("作者", "全部作者", "所有作者", "作者姓名", "作者名单", "作者及排序", "主创人员", "主创", "主创人员名单"),
        *("主创团队", "主创人员姓名", "主要作者", "主要创作人员", "主要创作者", "创作人员", "创作者", "创作团队"),
        *("著者", "编著者", "著作者", "编者", "作者/主创", "作者（主创）", "主创（作者）", "完成人"),
    ),
    "workplace": (
        *("第一作者单位", "第一作者工作单位", "第一作者所在单位", "作者单位", "作者工作单位", "作者所在单位"),
        *("首位作者单位", "主创单位", "主创人员单位", "第一作者单位名称", "第一作者单位全称", "第一完成人单位"),
        *("工作单位", "所在单位"),
    ),
    "recommender": (
        *("推荐单位", "推荐单位名称", "报送单位", "选送单位", "申报单位", "推荐单位全称", "申报单位名称"),
        "报送单位名称",
    ),
    "contact_name": ("联系人", "联系人姓名", "联络人", "联络人姓名", "联络员"),
    "phone": (
        *("联系电话", "手机号", "手机", "手机号码", "联系手机", "移动电话", "联系手机号", "手机/电话", "电话/手机"),
        *(f"{person}{word}" for person in ("联系人", "联络人", *_AUTHOR) for word in _PHONE),
    ),
    "email": ("电子邮箱", "邮箱", "电子邮件", "E-mail", "Email", "邮箱地址", "电子邮箱地址", "邮件地址", "电邮"),
    "summary": (
        *("内容简介", "简介", "作品简介", "内容提要", "作品内容简介", "内容介绍", "作品介绍", "内容摘要", "图书简介"),
        *("视频简介", "作品内容", "图书内容简介"),
    ),
    "reason": ("推荐理由", "推荐意见", "推荐说明", "推荐原因"),
    "order": (
        *("推荐顺序", "推荐序号", "推荐排序", "推荐次序", "推荐顺位", "单位推荐顺序", "推荐名次", "排序", "推荐顺序号"),
        "顺序",
    ),
    "ai_used": (
        *("是否使用AI生成内容", "是否使用AI", "是否使用人工智能", "是否使用人工智能生成内容", "是否含AI生成内容"),
        *("是否有AI生成内容", "是否AI生成", "AI生成内容", "使用AI", "AI使用情况", "是否含AI内容", "是否用AI"),
        *("有无AI生成内容", "是否使用AI技术", "是否运用AI", "是否使用AIGC", "是否使用AI生成素材"),
    ),
    "ai_note": ("AI使用说明", "人工智能使用说明", "AI说明", "AI生成内容说明", "AI使用内容说明"),
    "sources": (
        *("非原创素材来源", "素材来源", "素材来源清单", "非原创素材来源与授权", "素材来源及授权", "引用素材来源"),
        "素材来源说明",
    ),
    "remark": ("备注", "备注说明"),
}
_BOOK: dict[str, tuple[str, ...]] = {
    "title": (
        *("作品名称", "书名", "图书名称", "作品题目", "作品名", "图书名", "著作名称", "丛书名称", "丛书名"),
        *("书名/丛书名", "图书作品名称", "作品名称（书名）", "题名", "图书书名", "科普图书名称", "作品"),
    ),
    "category": (
        *("类别", "作品类别", "图书类别", "类型", "作品类型", "图书类型", "出版类别", "作品性质", "图书性质"),
        "作品种类",
    ),
    "volumes": ("册数", "分册数", "总册数", "卷数", "本数", "册（卷）数", "丛书册数", "册", "分册数量", "数量（册）"),
    "isbn": ("ISBN", "ISBN号", "ISBN书号", "ISBN编号", "书号", "国际标准书号", "标准书号", "图书书号", "书号ISBN"),
    "publisher": ("出版社", "出版单位", "出版者", "出版机构", "出版社名称", "出版单位名称", "出版方"),
    "published_on": (
        *("出版时间", "出版日期", "出版年月", "出版年月日", "出版年份月份", "出版发行时间", "出版日", "初版时间"),
        *("最后一册出版时间", "首次出版时间"),
    ),
    "edition_note": ("版次印次", "版次", "印次", "版次/印次", "版次、印次", "版次及印次", "版印次"),
    "print_run": ("印数", "印量", "印刷数量", "印刷量", "总印数", "累计印数", "印数册"),
}
_VIDEO: dict[str, tuple[str, ...]] = {
    "title": (
        *("作品名称", "视频名称", "作品题目", "作品名", "微视频名称", "片名", "影片名称", "视频标题", "作品标题"),
        *("视频题目", "短视频名称", "标题", "作品"),
    ),
    "seconds": (
        *("时长", "片长", "视频时长", "作品时长", "播放时长", "影片时长", "长度", "视频长度", "时间长度", "总时长"),
        "节目时长",
    ),
    "whole_seconds": tuple(
        f"{word}（{unit}）" for word in ("时长", "片长", "视频时长", "作品时长") for unit in ("秒", "s", "单位:秒")
    ),
    "minutes": tuple(
        f"{word}（{unit}）"
        for word in ("时长", "片长", "视频时长", "作品时长")
        for unit in ("分钟", "分", "min", "单位:分钟")
    ),
    "platform": (
        *("首播平台", "播出平台", "发布平台", "首发平台", "播放平台", "平台", "首播媒体", "播出渠道", "首播渠道"),
        *("播出媒体", "首次播出平台", "首次发布平台", "上线平台", "传播平台"),
    ),
    "published_on": (
        *(
            "首播日期",
            "首播时间",
            "播出日期",
            "播出时间",
            "发布日期",
            "发布时间",
            "首发日期",
            "首发时间",
            "首次播出日期",
        ),
        *("上线日期", "上线时间", "首次播出时间", "首次发布时间", "首次发布日期", "首播日", "公开发布日期"),
    ),
    "url": (
        *("播放链接", "链接", "网址", "播放网址", "视频链接", "作品链接", "首播网址", "首播链接", "URL", "播放地址"),
        *(
            "观看链接",
            "网络链接",
            "原始网址",
            "视频网址",
            "发布链接",
            "作品网址",
            "链接地址",
            "播放链接地址",
            "原始链接",
        ),
    ),
    "publisher": (
        *("版权单位", "版权所有单位", "版权方", "制作单位", "出品单位", "版权所有者", "版权归属", "版权归属单位"),
        *("著作权单位", "出品方", "制作方", "版权所有"),
    ),
    "non_original_percent": (
        *("非原创素材比例", "非原创素材占比", "非原创比例", "非原创占比", "非原创素材所占比例", "引用素材比例"),
        *(
            "非原创内容比例",
            "非原创内容占比",
            "非原创素材百分比",
            "非原创素材比例（%）",
            "素材引用比例",
            "引用素材占比",
        ),
    ),
}
_FALLBACKS: dict[str, tuple[str, ...]] = {
    "title": ("名称", "题目"),
    "workplace": ("单位", "单位名称", "单位全称", "所属单位"),
    "phone": ("联系方式", "电话", "电话号码"),
    "published_on": ("时间", "日期"),
}
_CATEGORIES = {
    **{str(label): str(value) for value, label in Work.Category.choices},
    **dict.fromkeys(("原创作品", "原创图书", "原创类", "原著"), str(Work.Category.ORIGINAL)),
    **dict.fromkeys(
        ("翻译", "译作", "引进", "引进版", "翻译作品", "译著类", "翻译图书"), str(Work.Category.TRANSLATION)
    ),
    **dict.fromkeys(("再版书", "再版图书", "修订", "修订版", "修订再版", "再版类", "重版"), str(Work.Category.REPRINT)),
    **dict.fromkeys(
        ("套书", "系列", "系列丛书", "系列图书", "丛书类", "成套图书", "原创丛书"), str(Work.Category.SERIES)
    ),
}
_YES_NO = {
    **dict.fromkeys(("是", "有", "使用", "已使用", "用", "含", "Y", "yes", "√", "使用了", "TRUE"), True),
    **dict.fromkeys(
        ("否", "无", "没有", "未使用", "不使用", "不", "不含", "未用", "N", "no", "×", "/", "没有使用", "FALSE"), False
    ),
}
# Where the table has the column, the cell must be filled in; a column that is not there is a thing still missing.
NEEDED = {
    Kind.Form.BOOK: ("category", "published_on", "phone"),
    Kind.Form.VIDEO: ("seconds", "whole_seconds", "minutes", "published_on", "url", "phone"),
}
_REQUIRED = {Kind.Form.BOOK: {"title", "isbn"}, Kind.Form.VIDEO: {"title"}}
HEADINGS: dict[str, dict[str, tuple[str, ...]]] = {
    Kind.Form.BOOK: _SHARED | _BOOK,
    Kind.Form.VIDEO: _SHARED | _VIDEO | {"authors": ("主创人员", *_SHARED["authors"])},
}


def work_columns(form: str) -> list[Column]:
    """Every column that a table of works of one form may have."""
    return [
        Column(
            name,
            aliases,
            _reader(form, name),
            required=name in _REQUIRED[Kind.Form(form)],
            fallbacks=_FALLBACKS.get(name, ()),
            reads_nothing=name in ("ai_used", "non_original_percent"),
        )
        for name, aliases in HEADINGS[form].items()
    ]


_READERS: dict[str, Reader] = {
    "title": read_title,
    "category": read_choice(_CATEGORIES, code="category"),
    "volumes": read_volumes,
    "isbn": read_isbns,
    "print_run": read_printed,
    "first_author": read_several,
    "other_authors": read_several,
    "authors": read_several,
    "contact_name": read_name,
    "phone": read_phone,
    "email": read_email,
    "order": read_place,
    "seconds": read_length,
    "whole_seconds": read_seconds,
    "minutes": read_minutes,
    "url": read_web_address,
    "non_original_percent": read_percent,
    "ai_used": read_choice(_YES_NO, code="yes_no"),
}


def _reader(form: str, name: str) -> Reader:
    if name == "published_on":
        return read_published if form == Kind.Form.BOOK else read_day
    if name in _READERS:
        return _READERS[name]
    spec = next((spec for part in FORMS[form] for spec in part.fields if spec.name == name), None)
    longest = spec.longest if spec else 80
    return read_text(max_length=longest, multiline=spec is not None and spec.shape == "long")
