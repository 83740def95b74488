"""The deployment's settings, in one form."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.quotas import Unit
from drtui.domain.setting_keys import NOT_ENFORCED, SettingKey, label_of
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog
from drtui.screens.dialogs.setting_fields import (
    RegistrationField,
    SettingField,
    limit_text,
    told_limit,
)
from drtui.screens.setup_texts import SettingTexts

if TYPE_CHECKING:
    from drtui.commands.setup import Setting

_HAND: Final = "$error"
_UNITS: Final = {
    SettingKey.NEW_USER_MINUTES: Unit.HOURS,
    SettingKey.NEW_USER_MODELS: Unit.MODELS,
    SettingKey.INSTANCE_MINUTES: Unit.HOURS,
    SettingKey.INSTANCE_MODELS: Unit.MODELS,
}
_NOTHING: Final = "Nothing to change: type a limit, choose a registration, or press esc."


class SettingsDialog(FormDialog[SettingTexts]):
    """Asks for the limits and the registration; what is left as it is stays.

    Args:
        settings: As they stand, with what is on its way.
        typed: What was typed before, where a plan was left for this form.
    """

    TITLE_TEXT = "Change settings"
    IS_COMPLETE = False

    def __init__(self, settings: Mapping[SettingKey, "Setting"], typed: SettingTexts) -> None:
        super().__init__()
        texts = (typed.hours, typed.models, typed.instance_hours, typed.instance_models)
        self._fields = [
            _field(key, settings[key], text) for key, text in zip(_UNITS, texts, strict=True)
        ]
        registration = settings[SettingKey.REGISTRATION]
        self._registration = RegistrationField(registration.value, typed.registration)
        self._unchanged = Label(Content.styled(_NOTHING, _HAND), classes="dialog-text spaced")
        self._unchanged.display = False

    def content(self) -> Iterable[Widget]:
        """The fields, and what may be typed."""
        yield from self._fields
        yield self._registration
        yield paragraph(
            "Hours and models of a calendar month: N or unlimited; an empty field leaves the "
            f"setting as it is. The instance's limits are {NOT_ENFORCED}.",
            "dim spaced",
        )
        yield self._unchanged

    def on_mount(self) -> None:
        """Begin with the first field."""
        self._fields[0].input.focus()
        self.watch(self._registration.choice, "chosen", self._changed, init=False)
        self._check()

    @property
    def _texts(self) -> SettingTexts:
        hours, models, instance_hours, instance_models = (one.text for one in self._fields)
        registration = self._registration.registration
        return SettingTexts(hours, models, instance_hours, instance_models, registration)

    @property
    def is_typed(self) -> bool:
        """Whether there is something to change."""
        return self._texts != SettingTexts()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._check()

    def _check(self) -> bool:
        self._unchanged.display = False
        fields = [one.check() for one in self._fields]
        complete = all(fields) and self.is_typed
        self.allow(complete)
        return complete

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        # Checked again: Enter can come before the Changed message of the last character.
        if self._check():
            self.dismiss(self._texts)
        else:
            self._unchanged.display = not self.is_typed


def _field(key: SettingKey, setting: "Setting", typed: str) -> SettingField:
    unit, label = _UNITS[key], label_of(key)
    coming = setting.value if setting.pending is None else setting.pending
    now = limit_text(unit, coming)
    note = f"now {told_limit(unit, setting.value)}"
    if setting.pending is not None:
        note += f" → {told_limit(unit, setting.pending)}, on its way"
    return SettingField(f"{label[0].upper()}{label[1:]}", unit, typed or now, note, now=now)
