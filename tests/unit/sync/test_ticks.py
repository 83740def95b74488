"""What is done a few times a second and no more."""

from drtui.sync.ticks import Every, News


def test_the_first_time_is_at_once_and_the_next_when_the_seconds_have_passed() -> None:
    assert [Every(3_600.0).is_due() for _ in range(2)] == [True, True]
    often, seldom = Every(0.0), Every(3_600.0)
    assert [often.is_due() for _ in range(3)] == [True, True, True]
    assert [seldom.is_due() for _ in range(3)] == [True, False, False]


def test_no_news_are_looked_at_twice_and_none_is_lost() -> None:
    news = News(3_600.0)
    assert not news.are_due()
    news.came()
    news.came()
    assert (news.wait, news.are_due(), news.wait) == (True, True, False)
    news.came()
    assert (news.are_due(), news.wait) == (False, True)  # later, and waited for


def test_news_that_come_seldom_are_looked_at_at_once() -> None:
    news = News(0.0)
    for _ in range(3):
        news.came()
        assert news.are_due()
        assert not news.are_due()
