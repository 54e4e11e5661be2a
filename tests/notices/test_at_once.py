"""Two people, or two taps, at the same moment."""

from notices import services
from notices.exceptions import NoticeChanged, NoticeRefused
from notices.models import Notice, PublishedText
from tests.notices.test_services import EDIT


def test_a_notice_is_published_once_however_many_press_the_button(draft, organiser, now, at_once):
    notice = draft()

    outcomes = at_once(*[lambda: services.publish_notice(notice=notice, actor=organiser, now=now)] * 3)

    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [NoticeRefused] * 2
    assert at_once(lambda: (PublishedText.objects.count(), Notice.objects.get().state)) == [(1, "published")]


def test_of_two_saved_texts_one_is_kept_and_the_other_told(draft, organiser, now, at_once):
    """Pitfalls 13 and 20."""
    notice = draft()

    def save(title: str):
        return lambda: (
            services.edit_notice(
                notice=notice, base_version=1, **(EDIT | {"title": title}), actor=organiser, now=now
            ).title
        )

    outcomes = at_once(save("甲"), save("乙"))

    [kept] = [each for each in outcomes if isinstance(each, str)]
    [told] = [each for each in outcomes if isinstance(each, NoticeChanged)]
    assert told.stored["title"] == kept
    assert at_once(lambda: (Notice.objects.get().title, Notice.objects.get().version)) == [(kept, 2)]


def test_a_text_saved_while_it_is_published_is_in_the_publication_or_refused(draft, organiser, now, at_once):
    notice = draft()

    saved, published = at_once(
        lambda: services.edit_notice(notice=notice, base_version=1, **EDIT, actor=organiser, now=now),
        lambda: services.publish_notice(notice=notice, actor=organiser, now=now),
    )

    assert isinstance(published, PublishedText)
    title = at_once(lambda: PublishedText.objects.get().document["title"])[0]
    assert title == ("关于征集作品的通知" if isinstance(saved, NoticeRefused) else "新标题")
