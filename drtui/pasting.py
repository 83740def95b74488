"""Pastes that stay one: what is pasted may hold the byte that sequences of keys begin with."""

from collections.abc import Iterable
from typing import Final

from textual._xterm_parser import (
    BRACKETED_PASTE_END,
    BRACKETED_PASTE_START,
    XTermParser,
)
from textual.message import Message

_ESC: Final = "\N{ESCAPE}"


class PasteParser(XTermParser):
    """Textual's parser of what a terminal sends, for pastes that hold an ESC.

    Textual reads on from an ESC within a paste as from one that begins a key: what follows is
    missing from the paste, and may arrive as keys, which act. Terminals take such bytes out of a
    paste; multiplexers that paste what a program wrote do not. So they are taken out here.
    """

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pasting = False
        self._kept = ""  # what may be the first half of a sequence

    def feed(self, data: str) -> Iterable[Message]:
        """Parse what came in; nothing at all is the end of it."""
        given = self._without_escapes(data)
        return super().feed(given) if given or not data else ()

    def _without_escapes(self, data: str) -> str:
        taken: list[str] = []
        rest = data
        while rest:
            take = self._take_paste if self._pasting else self._take_keys
            rest = take(rest, taken)
        return "".join(taken)

    def _take_keys(self, data: str, taken: list[str]) -> str:
        """Take all up to the beginning of a paste, and that; return what is left.

        Nothing is held back: an ESC alone is a key.
        """
        seen = self._kept + data
        at = seen.find(BRACKETED_PASTE_START)
        if at < 0:
            taken.append(data)
            self._kept = seen[-len(BRACKETED_PASTE_START) + 1 :]
            return ""
        end = at + len(BRACKETED_PASTE_START) - len(self._kept)
        taken.append(data[:end])
        self._pasting, self._kept = True, ""
        return data[end:]

    def _take_paste(self, data: str, taken: list[str]) -> str:
        """Take all up to the end of a paste, and that, without any other ESC; return the rest."""
        seen = self._kept + data
        text, ended, rest = seen.partition(BRACKETED_PASTE_END)
        self._kept = "" if ended else _begun(text)
        taken += [text.removesuffix(self._kept).replace(_ESC, ""), ended]
        self._pasting = not ended
        return rest


def _begun(text: str) -> str:
    """Return what of the end of a text may be the first half of the end of a paste."""
    begun = text[text.rfind(_ESC) :] if _ESC in text else ""
    return begun if BRACKETED_PASTE_END.startswith(begun) else ""
