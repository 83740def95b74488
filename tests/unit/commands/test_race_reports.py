"""Standings, results and reports: what an audience reads, and what it does not."""

import csv
import re
import stat
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path

import pytest

from drtui.commands.leaderboards import HIDDEN, hide
from drtui.commands.race_reports import (
    leaderboard_report,
    results_report,
    save_html,
    save_results,
    standings_report,
)
from drtui.commands.race_results import (
    SHEET_COLUMNS,
    Results,
    race_results,
    results_as_json,
    standings_rows,
)
from drtui.commands.race_standings import series_as_json, series_standings, standings_csv
from drtui.commands.reporting import report_html
from drtui.commands.workspace import Workspace
from drtui.domain.csv_text import csv_text
from drtui.domain.problems import InvalidInputError
from drtui.domain.races import TimingMethod
from drtui.domain.standings import Method
from drtui.store.rankings import write_rankings
from tests.support.stores import NOW
from tests.unit.commands.race_planning import definition
from tests.unit.commands.race_planning import with_races as planned_races
from tests.unit.commands.race_scenes import (
    AT,
    CLOSED,
    FUTURE,
    NASTY,
    OPEN,
    board,
    leaderboard,
    ranking,
    with_races,
)


@pytest.fixture
def races(workspace: Workspace) -> Workspace:
    return with_races(workspace)


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.cells: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "rect", "polyline"):
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert not self.open or tag in ("rect", "polyline") or self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open:
            self.cells[-1] += data


def check_self_contained(text: str) -> Page:
    """Hold that a page is whole, runs nothing, and names no address outside."""
    page = Page(text)
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    assert "src" not in page.attributes
    assert all(one.startswith("#") for one in page.attributes.get("href", ()))
    assert set(page.attributes.get("id", ())) >= {
        one.removeprefix("#") for one in page.attributes.get("href", ())
    }
    assert not re.search(r"url\(|@import|https?://", text)
    assert not [name for name in page.attributes if name.startswith("on")]
    return page


def audience_csv(results: Results) -> str:
    """The standings as a CSV."""
    columns, rows = standings_rows(results, emails=True)
    return csv_text(rows, columns)


def test_a_series_by_points_tells_places_points_and_who(races: Workspace) -> None:
    series = series_standings(races, ["Friday", "Saturday"])
    told = series_as_json(series)["standings"]
    assert isinstance(told, list)
    assert [(one["alias"], one["points"], one["rank"]) for one in told[:2]] == [
        *(("ada-l", 43, 1), ("b0lt", 43, 1)),
    ]
    assert [one["doubtful"] for one in told if one["alias"] == "RacerAlias"] == [True]
    assert [one["match"] for one in told if one["alias"] == "RacerAlias"] == ["ambiguous"]
    assert series.how == "points over 2 races"


def test_a_csv_of_standings_has_columns_of_each_race_and_no_formula(races: Workspace) -> None:
    write_rankings(races.database, FUTURE, board("ada-l"), NOW)
    columns, rows = standings_csv(series_standings(races, [CLOSED, FUTURE], Method.TOTAL_TIME))
    lines = list(csv.reader(csv_text(rows, columns).splitlines()))
    assert lines[0][6] == "time_ms"
    assert lines[0][9:12] == ["1. Friday: place", "1. Friday: time_ms", "1. Friday: counted"]
    assert lines[1][:2] == ["1", "ada-l"]
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@"))]
    assert "\x1b" not in csv_text(rows, columns)


def test_a_series_says_what_was_not_read_and_refuses_what_makes_no_sense(
    races: Workspace,
) -> None:
    series = series_standings(races, [CLOSED, FUTURE])
    assert "was not read yet" in series.notes[0]
    for named, best_of in (([], None), ([CLOSED, "friday"], None), ([CLOSED], 2), ([CLOSED], 0)):
        with pytest.raises(InvalidInputError):
            series_standings(races, named, best_of=best_of)


def test_one_races_results_are_its_leaderboard_with_a_sheet_for_each_place(
    races: Workspace,
) -> None:
    twice = (*board("ada-l", "RacerAlias"), ranking(3, "RacerAlias"), ranking(4, "b0lt"))
    write_rankings(races.database, OPEN, twice, NOW)
    results = race_results(races, [OPEN], Method.POINTS)
    assert [(one.place, one.alias, one.value) for one in results.sheets] == [
        *((1, "ada-l", "9.100"), (2, "RacerAlias", "9.200"), (3, "RacerAlias", "9.300")),
        (4, "b0lt", "9.400"),
    ]
    told = results_as_json(results, emails=False)
    assert isinstance(told["podium"], list)
    assert [one["alias"] for one in told["podium"]] == ["ada-l", "RacerAlias", "RacerAlias"]
    assert "@example.com" not in str(told)
    assert "ada-l@example.com" in str(results_as_json(results, emails=True))


def test_who_is_hidden_is_in_no_report_but_the_place_stays(
    races: Workspace, tmp_path: Path
) -> None:
    hide(races, "B0LT")
    results = race_results(races, ["Friday", "Saturday"])
    one = race_results(races, ["Saturday"])
    texts = [
        report_html(results_report(results, zone=UTC, emails=True)),
        report_html(results_report(one, zone=UTC)),
        report_html(leaderboard_report(leaderboard(races, OPEN), now=AT, zone=UTC)),
        report_html(standings_report(results.series, title="Cup", now=AT, zone=UTC)),
        *(audience_csv(each) for each in (results, one)),
    ]
    save_results(str(tmp_path / "out"), results, zone=UTC)
    texts += [file.read_text() for file in (tmp_path / "out").rglob("*.*")]
    names = [file.name for file in (tmp_path / "out").rglob("*")]
    for text in (*texts, *names):
        assert "b0lt" not in text.lower()
    assert all(HIDDEN in text for text in texts[:6])


def test_pages_are_self_contained_and_text_in_them_is_data(races: Workspace) -> None:
    nasty = "</td><script>x</script>\x1b[2J\u202e{{ 7 * 7 }}"
    write_rankings(races.database, FUTURE, board(nasty, "ada-l"), NOW)
    write_rankings(races.database, FUTURE, board("ada-l", nasty), NOW)
    one, two = race_results(races, [FUTURE]), race_results(races, [CLOSED, FUTURE])
    for report in (
        results_report(one, zone=UTC),
        results_report(two, title=NASTY, zone=UTC, emails=True),
        leaderboard_report(leaderboard(races, FUTURE), now=AT, zone=UTC, emails=True),
        standings_report(two.series, title=NASTY, now=AT, zone=UTC),
    ):
        text = report_html(report)
        page = check_self_contained(text)
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert any("<script>x</script>" in cell and "{{ 7 * 7 }}" in cell for cell in page.cells)


def test_emails_are_told_only_where_they_are_asked_for(races: Workspace) -> None:
    found = leaderboard(races, CLOSED)
    without = report_html(leaderboard_report(found, now=AT, zone=UTC))
    asked = report_html(leaderboard_report(found, now=AT, zone=UTC, emails=True))
    assert "@example.com" not in without
    assert "ada-l@example.com" in asked
    assert "2026-05-01 12:05:24 UTC" in without


def test_a_place_that_changed_is_drawn_within_its_frame(races: Workspace) -> None:
    write_rankings(races.database, OPEN, board("ada-l", "b0lt", "grace"), NOW)
    results = race_results(races, [OPEN])
    report = results_report(results, zone=UTC)
    (plot,) = report.sheets[0].plots
    assert (plot.top, plot.bottom) == ("1", "2")
    assert plot.points[0] == (0.0, float(plot.height))
    assert plot.points[-1] == (float(plot.width), 0.0)
    assert report.sheets[2].plots == ()


def test_results_are_written_to_a_new_folder_of_ones_own(races: Workspace, tmp_path: Path) -> None:
    results = race_results(races, ["Friday", "Saturday"])
    folder = save_results(str(tmp_path / "out"), results, title="Cup", zone=UTC)
    page = check_self_contained((folder / "results.html").read_text())
    assert page.tags.count("section") == len(results.sheets) == 5
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = sorted(file.name for file in (folder / "racers").iterdir())
    assert files[:2] == ["0001-ada-l.csv", "0001-ada-l.html"]
    assert [name for name in files if "speedy" in name] == [
        *("0005-speedy.csv", "0005-speedy.html"),
    ]
    check_self_contained((folder / "racers" / "0001-ada-l.html").read_text())
    lines = list(csv.reader((folder / "racers" / "0001-ada-l.csv").read_text().splitlines()))
    assert tuple(lines[0]) == SHEET_COLUMNS
    assert [line[1] for line in lines[1:]] == ["Friday", "Saturday"]
    assert len((folder / "standings.csv").read_text().splitlines()) == 6
    with pytest.raises(InvalidInputError, match="already"):
        save_results(str(folder), results, zone=UTC)


def test_a_page_is_never_written_over(races: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    report = leaderboard_report(leaderboard(races, CLOSED), now=AT, zone=UTC)
    save_html(path, report)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(InvalidInputError, match="already"):
        save_html(path, report)


def test_races_that_are_ranked_by_different_times_are_named(workspace: Workspace) -> None:
    laps = definition(workspace, "Laps", 1, 2)
    total = definition(workspace, "Whole", 1, 2, timing=TimingMethod.TOTAL.value)
    more = definition(workspace, "Later", 1, 2)
    planned_races(workspace, laps, total, more)
    races = ["Laps", "Whole", "Later"]

    def note(method: Method, best_of: int | None = None) -> str:
        series = series_standings(workspace, races, method, best_of=best_of)
        (found,) = [one for one in series.notes if "same time" in one]
        return found

    told = "Whole by total time, the others by best lap."
    assert note(Method.TOTAL_TIME).endswith(f"times are added: {told}")
    assert note(Method.BEST_OF, 2).endswith(f"times are added: {told}")
    assert note(Method.BEST_OF).endswith(f"times are compared: {told}")
