"""Importing a model: which, and what it is to be called; its files are read before there is a plan.

What is wrong is said below the field that it is about, and what was typed stays.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.import_checks import REQUIRED
from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog
from drtui.screens.dialogs.form_field import FormField
from drtui.screens.in_thread import in_daemon_thread
from drtui.screens.model_texts import ImportField, ImportTexts

if TYPE_CHECKING:  # it brings the store
    from drtui.commands.model_imports import ImportPlan

_DIM: Final = "$foreground-muted"
_READING: Final = "Reading its files …"
_CHANGED: Final = "What is typed was changed meanwhile: enter looks again."
_PLACEHOLDERS: Final = {
    ImportField.PATH: "~/models/fast, or ~/fast.tar.gz",
    ImportField.NAME: "letters, digits, hyphens",
    ImportField.DESCRIPTION: "may be empty",
}
_NEEDED: Final = {
    ImportField.PATH: "Type the path of a folder or of a .tar.gz.",
    ImportField.NAME: "Type what the model is to be called.",
}
_FILES: Final = (
    f"The folder of a trained model, or a .tar.gz of it: {', '.join(REQUIRED)}, and model/ with a "
    "checkpoint. The archive for a physical car, which a download is, cannot be imported alone."
)


class ImportDialog(FormDialog[tuple[ImportTexts, "ImportPlan"]]):
    """Asks for a model to import; returns what was typed, with the plan that was made of it.

    Args:
        typed: What the fields begin with.
        whose: The alias of whoever is signed in, safe to show; empty where it is not known.
        check: Returns what is wrong with the name and the description, by field.
        plan: Reads the files, and plans; called in a thread. Raises a `ProblemError`.
        problem: What is wrong with the path to begin with; empty where nothing is.
    """

    TITLE_TEXT = "Import a model"

    def __init__(
        self,
        typed: ImportTexts,
        whose: str,
        check: Callable[[ImportTexts], Mapping[ImportField, str]],
        plan: Callable[[ImportTexts], "ImportPlan"],
        problem: str = "",
    ) -> None:
        super().__init__()
        self._whose = whose
        self._check = check
        self._plan = plan
        self._problem = problem
        self._looked_at = typed
        self._fields = {
            field: FormField(field.value, value, placeholder=_PLACEHOLDERS[field])
            for field, value in _values(typed).items()
        }
        self._note = Label("", classes="dialog-text spaced", markup=False)
        self._note.display = False
        self._busy = False

    def content(self) -> Iterable[Widget]:
        """Where it goes, the fields, and what it takes."""
        mine = f"your own profile, that of {self._whose}" if self._whose else "your own profile"
        yield paragraph(f"It goes into {mine}: the deployment imports into no other.")
        for place, field in enumerate(self._fields.values()):
            yield field if place else field.add_class("spaced")
        yield self._note
        yield paragraph(_FILES, "dim spaced")

    def on_mount(self) -> None:
        """Begin with the path."""
        self._fields[ImportField.PATH].input.focus()
        self._fields[ImportField.PATH].tell(self._problem)

    @property
    def _texts(self) -> ImportTexts:
        path, name, description = (one.input.value.strip() for one in self._fields.values())
        return ImportTexts(path, name, description)

    @property
    def is_typed(self) -> bool:
        """Whether anything is."""
        return self._texts != ImportTexts()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        former = _values(self._looked_at)  # what is in a field to begin with comes as a change, too
        for name, field in self._fields.items():
            if field.input is event.input and event.value.strip() != former[name]:
                field.tell("")

    def entered(self, event: Message) -> None:
        """Go on to what has to be typed yet, else to the plan."""
        empty = next((one for one in _NEEDED if not self._fields[one].input.value.strip()), None)
        if empty is None or self._fields[empty].input is event.control:
            self.submit()
        else:
            self._fields[empty].input.focus()

    def submit(self) -> None:
        """Read the files, where nothing is wrong before."""
        if self._busy:
            return
        self._looked_at = texts = self._texts
        lacking = {
            one: told for one, told in _NEEDED.items() if not self._fields[one].input.value.strip()
        }
        if self._complain({**self._check(texts), **lacking}):
            return
        self._busy = True
        self.run_worker(self._look(texts), group="reading")

    async def _look(self, texts: ImportTexts) -> None:
        self._say(_READING)
        try:
            plan = await in_daemon_thread(lambda: self._plan(texts))
        except ProblemError as problem:
            self._say("")
            self._complain({ImportField.PATH: str(problem)})
        else:
            await self.unasked()
            if texts == self._texts:
                self.dismiss((texts, plan))
            else:
                self._say(_CHANGED)
        finally:
            self._busy = False

    def _complain(self, problems: Mapping[ImportField, str]) -> bool:
        """Say what is wrong, and go to the first that is; return whether anything is."""
        for name, field in self._fields.items():
            field.tell(clean(problems.get(name, ""), 600))
        first = next((self._fields[one] for one in ImportField if one in problems), None)
        if first is not None:
            first.input.focus()
            first.scroll_visible(animate=False)
        return first is not None

    def _say(self, text: str) -> None:
        self._note.update(Content.styled(text, _DIM))
        self._note.display = bool(text)


def _values(texts: ImportTexts) -> Mapping[ImportField, str]:
    return dict(zip(ImportField, (texts.path, texts.name, texts.description), strict=True))
