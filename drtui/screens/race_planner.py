"""What is done with races, as the screens ask it of the commands.

Like the desk it is imported once the store is open, and may be called from any thread.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Final

from drtui.commands import (
    leaderboards,
    race_changes,
    race_files,
    race_reports,
    race_results,
    race_standings,
)
from drtui.commands.list_files import read_list_file
from drtui.commands.race_files import FileOutcome, FileSource, FilesPlan, PlannedRace
from drtui.commands.races import moment_of
from drtui.commands.reporting import report_html
from drtui.commands.workspace import Workspace
from drtui.commands.writing import typed_file, write_new
from drtui.domain.csv_text import csv_text
from drtui.domain.durations import duration_text
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_fields import LABELS, preview
from drtui.domain.race_files import FileFault
from drtui.domain.race_records import StoredRace
from drtui.domain.race_typing import typed_definition
from drtui.domain.races import Definition
from drtui.domain.standings import Method
from drtui.domain.text import clean
from drtui.domain.tracks import direction_text, track
from drtui.domain.wording import counted
from drtui.screens.race_texts import Form, FormReading, WriteTexts, Writing
from drtui.store.races import races_by_key

_SHOWN: Final = 100  # mistakes of a file that are told at once
_FIRST_TEMPLATE: Final = "time-trial"


@dataclass(frozen=True, slots=True)
class FormSubject:
    """The race that a form is for.

    Attributes:
        before: What its fields begin with.
        race: That is to be changed; None for a new one.
    """

    before: Definition
    race: StoredRace | None = None


class RacePlanner:
    """Plans what is done with races of one account, reads and writes their files.

    Every method raises a `StoreProblemError` when the store cannot be read, or written.

    Attributes:
        zone: The admin's, in which times are typed.
    """

    def __init__(self, workspace: Workspace, zone: tzinfo) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self.zone = zone

    def races(self, keys: Sequence[int]) -> list[StoredRace]:
        """Read races by key, in that order; those that are gone are left out."""
        with self._database.read() as connection:
            found = {one.key: one for one in races_by_key(connection, keys)}
        return [found[key] for key in keys if key in found]

    # A race's form

    def new_race(self) -> FormSubject:
        """Return a new race to be edited: a time trial without a name."""
        first = race_files.template(moment_of(self._workspace), _FIRST_TEMPLATE, self.zone)[0]
        return FormSubject(first)

    def race_to_edit(self, key: int) -> FormSubject:
        """Return a race to be edited, as it will be once what is on its way has arrived.

        Raises:
            InvalidInputError: It is not there any more, or nothing of it can be changed.
        """
        race = self._race(key)
        if reason := race_changes.why_race_stays(self._workspace, race):
            raise InvalidInputError(reason)
        return FormSubject(race_changes.as_planned(self._workspace, race), race)

    def clone(self, key: int) -> FormSubject:
        """Return a copy of a race to be edited; raises as `race_to_edit`."""
        return FormSubject(race_changes.clone(self._workspace, self._race(key), self.zone))

    def clones(self, keys: Sequence[int]) -> list[Definition]:
        """See `commands.race_changes.clones`."""
        return race_changes.clones(self._workspace, self.races(keys), self.zone)

    def plan_clones(self, definitions: Sequence[Definition]) -> Plan:
        """See `commands.race_changes.plan_create`."""
        return race_changes.plan_create(self._workspace, definitions)

    def read_form(self, subject: FormSubject, texts: Mapping[str, str]) -> FormReading:
        """Return what the fields of a form come to, and what the deployment would say to it."""
        definition, unread = typed_definition(texts, subject.before, self.zone)
        found = race_changes.check_race(self._workspace, definition, subject.race)
        faults: dict[str, str] = {fault.field: fault.sentence for fault in unread}
        for fault in found.faults:
            faults.setdefault(fault.field, fault.sentence)
        notes = {one.field: one.sentence for one in found.hints}
        if note := race_changes.name_note(self._workspace, definition, subject.race, self.zone):
            notes.setdefault("name", note)
        return FormReading(definition, faults, {**self._told(definition, faults, texts), **notes})

    def _told(
        self, definition: Definition, faults: Mapping[str, str], texts: Mapping[str, str]
    ) -> dict[str, str]:
        """Say beside the fields what they come to."""
        known = track(definition.track)
        notes = {}
        if known is not None and "track" not in faults:
            ways = " or ".join(direction_text(one) for one in known.directions)
            whose = "" if texts.get("track", "").strip() == known.name else f"{known.name}, "
            notes["track"] = f"{whose}{known.length:g} m · {ways}"
        now = moment_of(self._workspace)
        for field, at in (
            ("opens_at", definition.opens_at),
            ("closes_at", definition.closes_at),
            ("live_at", definition.live_at),
        ):
            if at is not None and field not in faults:
                ago = f"{duration_text(now - at)} ago"
                notes[field] = ago if at <= now else f"in {duration_text(at - now)}"
        if not {"opens_at", "closes_at"} & faults.keys():
            span = duration_text(definition.closes_at - definition.opens_at)
            notes["closes_at"] += f" · open for {span}"
        return notes

    def plan_form(self, subject: FormSubject, definition: Definition) -> Plan:
        """Plan what a form is for; see `commands.race_changes`."""
        if subject.race is None:
            return race_changes.plan_create(self._workspace, [definition])
        return race_changes.plan_edit(self._workspace, subject.race, subject.before, definition)

    def sent_text(self, subject: FormSubject, definition: Definition, plan: Plan) -> str:
        """Return what will be sent, a line each: all of a new race, of another what changes.

        Args:
            subject: What the form is for.
            definition: What its fields came to.
            plan: What `plan_form` made of that.
        """
        told = list(preview(definition, self.zone))
        if subject.race is not None:
            changed = race_changes.edit_changes(plan, subject.before, definition, self.zone)
            told = [
                (LABELS[one.field], f"{one.before or 'nothing'} → {one.after or 'nothing'}")
                for one in changed
            ]
        width = max((len(label) for label, _ in told), default=0) + 2
        return "\n".join(f"{label:<{width}}{text}" for label, text in told)

    def delete(self, keys: Sequence[int]) -> Plan:
        """See `commands.race_changes.plan_delete`."""
        return race_changes.plan_delete(self._workspace, self.races(keys))

    # Race files

    def apply(self, path: str) -> FilesPlan:
        """Read a race file and plan what it says.

        Raises:
            InvalidInputError: It cannot be read; it says every mistake with its line.
        """
        source = FileSource(Path(path.strip()).name, read_list_file(path).text)
        _, faults = race_files.read_files([source], self.zone)
        found = None
        if not faults:
            found = race_files.plan_apply(self._workspace, [source], self.zone)
            faults = found.mistakes
        if found is None or faults:
            raise InvalidInputError(_mistakes([fault for _, fault in faults]))
        return found

    def export_text(self, keys: Sequence[int]) -> str:
        """Return races as the text of a race file; see `commands.race_files.export`."""
        return race_files.export(self._workspace, self.races(keys), self.zone)

    def template_names(self) -> tuple[str, ...]:
        """See `commands.race_files.template_names`."""
        return race_files.template_names()

    def save_template(self, name: str, path: str) -> str:
        """Write a template to a new file, and return where.

        Raises:
            InvalidInputError: It cannot be written.
        """
        file = typed_file(path)
        now = moment_of(self._workspace)
        write_new(file, race_files.template_text(now, name, self.zone))
        return clean(str(file))

    # What is written

    def write(self, keys: Sequence[int], texts: WriteTexts) -> str:
        """Write races as was asked for, and say what was written where.

        Raises:
            InvalidInputError: It cannot be written, or there is nothing to write.
        """
        races = self.races(keys)
        if not races:
            raise InvalidInputError("There is no race to write.")
        if texts.what is Writing.RESULTS:
            ids = [one.race.race_id for one in races]
            results = race_results.race_results(self._workspace, ids, Method.POINTS)
            place = race_reports.save_results(
                texts.path, results, zone=self.zone, emails=texts.emails
            )
            return f"Written: results of {counted(len(races), 'race')}, in {clean(str(place))}."
        file = typed_file(texts.path)
        if texts.what is Writing.RACE_FILE:
            write_new(file, self.export_text(keys))
            return f"Written: {counted(len(races), 'race')}, to {clean(str(file))}."
        if len(races) != 1:
            raise InvalidInputError("One leaderboard at a time: mark one race, or write results.")
        board = leaderboards.race_leaderboard(self._workspace, races[0].race.race_id)
        if board is None or board.board.read_at is None:
            raise InvalidInputError("The leaderboard was not read yet.")
        write_new(file, self._leaderboard_text(board, texts))
        return f"Written: {counted(len(board.rows), 'place')}, to {clean(str(file))}."

    def _leaderboard_text(self, board: leaderboards.RaceLeaderboard, texts: WriteTexts) -> str:
        if texts.form is Form.HTML:
            now = moment_of(self._workspace)
            report = race_reports.leaderboard_report(
                board, now=now, zone=self.zone, emails=texts.emails
            )
            return report_html(report)
        if texts.form is Form.JSON:
            told = leaderboards.leaderboard_as_json(board)
            return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n"
        rows = [leaderboards.row_as_json(row, board) for row in board.rows]
        return csv_text(rows, leaderboards.LEADERBOARD_COLUMNS)

    def write_standings(
        self, race_ids: Sequence[str], method: Method, form: Form, path: str
    ) -> str:
        """Write the standings of races to a new file; see `write`."""
        series = race_standings.series_standings(self._workspace, race_ids, method)
        file = typed_file(path)
        if form is Form.JSON:
            told = race_standings.series_as_json(series)
            text = f"{json.dumps(told, ensure_ascii=False, indent=2)}\n"
        elif form is Form.HTML:
            now = moment_of(self._workspace)
            report = race_reports.standings_report(
                series, title="Standings", now=now, zone=self.zone
            )
            text = report_html(report)
        else:
            columns, rows = race_standings.standings_csv(series)
            text = csv_text(rows, columns)
        write_new(file, text)
        return f"Written: {counted(len(series.rows), 'racer')}, to {clean(str(file))}."

    # The invitation to a race

    def _race(self, key: int) -> StoredRace:
        found = self.races([key])
        if not found:
            raise InvalidInputError("This race is not there any more.")
        return found[0]


def _mistakes(faults: Sequence[FileFault]) -> str:
    lines = [f"Line {fault.line}: {fault.sentence}" for fault in faults[:_SHOWN]]
    if len(faults) > 1:
        lines.insert(0, f"{counted(len(faults), 'mistake')}:")
    more = len(faults) - _SHOWN
    return "\n".join([*lines, *([f"and {more:,} more"] if more > 0 else [])])


def file_lines(plan: FilesPlan) -> list[str]:
    """Return what becomes of the races of files, a line each; those that cannot be come first."""
    order = (FileOutcome.CANNOT, FileOutcome.CREATE, FileOutcome.CHANGE, FileOutcome.UNCHANGED)
    ranked = sorted(plan.races, key=lambda one: order.index(one.outcome))
    return [_file_line(one) for one in ranked]


def _file_line(race: PlannedRace) -> str:
    told = [f"{fault.sentence.rstrip('.')} (line {fault.line})" for fault in race.faults]
    told += [
        f"{LABELS[change.field]}: {change.before or 'nothing'} → {change.after or 'nothing'}"
        for change in race.changes
        if race.outcome is FileOutcome.CHANGE
    ]
    if race.reason:
        told.append(race.reason)
    beside = f": {'; '.join(told)}" if told else ""
    return f"{race.outcome.value}  {clean(race.name, 60)}{beside}"
