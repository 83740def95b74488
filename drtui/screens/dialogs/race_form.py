"""The form of a race: checked while it is typed, with what is wrong beside each field."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.problems import ProblemError
from drtui.domain.race_fields import LABELS
from drtui.domain.race_states import timing_text, type_text
from drtui.domain.races import Definition, Direction, RaceType, TimingMethod
from drtui.domain.tracks import direction_text, track
from drtui.domain.wording import capitalised
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog
from drtui.screens.dialogs.race_field import Option, RaceField
from drtui.screens.dialogs.track import TrackDialog
from drtui.screens.lane import Lane
from drtui.screens.race_texts import FormReading
from drtui.widgets.one_of import OneOf
from drtui.widgets.tick_box import TickBox

_HAND, _DIM = "$error", "$foreground-muted"
_TIME: Final = "as 2030-03-29 14:30"
_LEFT: Final = "the deployment decides"
_PLACEHOLDERS: Final = {
    "name": "up to 64 characters",
    "description": "may be empty",
    "track": "f2 lists them",
    "opens_at": _TIME,
    "closes_at": _TIME,
    "live_at": _TIME,
    "max_minutes": _LEFT,
    "positions": "part:lane, as 0.2:1 0.5:-1; may be empty",
    "off_track_penalty": _LEFT,
    "collision_penalty": _LEFT,
    "max_resets": _LEFT,
    "footer": "below the leaderboard, from 1.3 on",
}
_FLAGS: Final = {
    "live": "submissions wait in a queue",
    "continuous_lap": "yes",
}
_SECONDS: Final = {
    "max_minutes": "Minutes at the most",
    "off_track_penalty": "Off-track penalty, s",
    "collision_penalty": "Collision penalty, s",
}
_OPTIONS: Final[Mapping[str, tuple[Option, ...]]] = {
    "race_type": tuple((one.value, type_text(one)) for one in RaceType),
    "direction": tuple((one.value, direction_text(one)) for one in reversed(Direction)),
    "timing": tuple((one.value, timing_text(one)) for one in TimingMethod),
}
_OF_OBJECTS: Final = frozenset({"objects", "positions", "collision_penalty"})
_OF_LIVE: Final = frozenset({"live_at", "max_resets"})


class RaceFormDialog(FormDialog[Definition]):
    """Asks what a race is to be; returns it once the deployment would take it.

    Args:
        title: What it is for.
        texts: What the fields begin with, as they would be typed.
        read: Returns what the fields come to; called in a thread. Raises a `ProblemError`.
        zone: What the zone of the times is called.
        first: What the fields began with at first: what differs from it was typed, and is asked
            about before it is lost.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "tracks", "tracks", key_display="f2"),
        # Not “submit”: that is Enter in a field, and the line of keys tells each action once.
        Binding("ctrl+s", "show_plan", "show the plan", key_display="ctrl+s"),
    ]

    CONFIRM_TEXT = "Show what will be sent"

    def __init__(
        self,
        title: str,
        texts: Mapping[str, str],
        read: Callable[[Mapping[str, str]], FormReading],
        zone: str,
        first: Mapping[str, str],
    ) -> None:
        super().__init__()
        self._first = {name: first.get(name, "") for name in LABELS}
        self._title = title
        self._zone = zone
        self._read = read
        self._fields = {name: _field(name, texts.get(name, "")) for name in LABELS}
        self._whole = Label("", classes="dialog-text", markup=False)
        self._reading: Lane[Mapping[str, str], FormReading] = Lane(
            self, read, self._show, self._failed
        )
        # Nothing is wrong yet with a name that nobody had the time to type.
        self._named = bool(texts.get("name"))
        self._busy = False

    def heading(self) -> str:
        """What it is for."""
        return self._title

    def content(self) -> Iterable[Widget]:
        """The zone, the fields, and what is wrong with the whole."""
        yield paragraph(
            f"Times are in {self._zone}; another one is typed behind it: UTC, +02:00.", "dim"
        )
        yield self._whole
        yield from self._fields.values()

    def on_mount(self) -> None:
        """Begin with the name."""
        self._fields["name"].widget.focus()
        for field in self._fields.values():
            if isinstance(field.widget, OneOf):
                self.watch(field.widget, "chosen", self._changed, init=False)
            elif isinstance(field.widget, TickBox):
                self.watch(field.widget, "ticked", self._changed, init=False)
        self._changed()

    @property
    def texts(self) -> Mapping[str, str]:
        """What is typed, by field."""
        return {name: field.text for name, field in self._fields.items()}

    @property
    def is_typed(self) -> bool:
        """Whether it is another race than it began with."""
        return self.texts != self._first

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        name = self._fields["name"]
        self._named = self._named or (event.input is name.widget and bool(event.value))
        self._changed()

    def _changed(self) -> None:
        texts = self.texts
        trial = texts["race_type"] == RaceType.TIME_TRIAL
        for name in _OF_OBJECTS:
            self._fields[name].display = not trial
        for name in _OF_LIVE:
            self._fields[name].display = bool(texts["live"])
        self._reading.ask(texts, hurry=True)

    def _show(self, texts: Mapping[str, str], reading: FormReading) -> None:
        if texts != self.texts:
            return  # what is typed by now is on its way
        self._tell(reading, late=False)

    def _tell(self, reading: FormReading, *, late: bool) -> None:
        for name, field in self._fields.items():
            fault = reading.faults.get(name, "")
            if name == "name" and not (late or self._named):
                fault = ""
            field.tell(fault, reading.notes.get(name, ""))
        self._say(reading.faults.get("", ""), reading.notes.get("", ""))

    def _say(self, fault: str, note: str = "") -> None:
        told = Content.styled(fault, _HAND) if fault else Content.styled(note, _DIM)
        self._whole.update(told)
        self._whole.display = bool(fault or note)

    def _failed(self, sentence: str) -> None:
        self._say(sentence)

    # What is chosen

    def action_tracks(self) -> None:
        """Choose the track from a list, with lengths and directions."""
        self.app.push_screen(TrackDialog(self._fields["track"].text), self._take_track)

    def _take_track(self, chosen: str | None) -> None:
        found = None if chosen is None else track(chosen)
        if found is None:
            return
        self._fields["track"].text = found.name
        if self._fields["direction"].text not in list(found.directions):
            self._fields["direction"].text = found.default.value
        self._fields["direction"].widget.focus()

    def action_show_plan(self) -> None:
        """Go on, where nothing is wrong."""
        self.submit()

    def submit(self) -> None:
        """Go on, where nothing is wrong."""
        if not self._busy:
            self._busy = True
            self.run_worker(self._go_on(), group="reading")

    async def _go_on(self) -> None:
        texts = self.texts
        try:
            reading = await asyncio.to_thread(self._read, texts)
        except ProblemError as problem:
            self._say(str(problem))
        else:
            if not reading.faults:
                await self.unasked()
                self.dismiss(reading.definition)
                return
            self._tell(reading, late=True)
            wrong = next((self._fields[one] for one in LABELS if one in reading.faults), None)
            if wrong is not None:
                wrong.widget.focus()
            else:
                self._whole.scroll_visible(animate=False)
        finally:
            self._busy = False


def _field(name: str, text: str) -> RaceField:
    label = _SECONDS.get(name) or capitalised(LABELS[name])
    options = _OPTIONS.get(name)
    if options is not None and text not in [value for value, _ in options]:
        options = (*options, (text, text or "not known"))  # a newer deployment may know more
    return RaceField(
        name,
        label,
        text,
        options=options,
        flag=_FLAGS.get(name, ""),
        placeholder=_PLACEHOLDERS.get(name, ""),
    )
