"""Large type for a projector: letters and digits of half blocks, three lines high."""

import unicodedata
from typing import Final

ROWS: Final = 3
"""The lines that large type takes."""

_HALVES: Final = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
# Five rows of pixels each; two of them are one line.
_GLYPHS: Final = {
    "A": "010 101 111 101 101",
    "B": "110 101 110 101 110",
    "C": "011 100 100 100 011",
    "D": "110 101 101 101 110",
    "E": "111 100 110 100 111",
    "F": "111 100 110 100 100",
    "G": "0110 1000 1011 1001 0110",
    "H": "101 101 111 101 101",
    "I": "1 1 1 1 1",
    "J": "001 001 001 101 010",
    "K": "1001 1010 1100 1010 1001",
    "L": "100 100 100 100 111",
    "M": "10001 11011 10101 10001 10001",
    "N": "1001 1101 1011 1001 1001",
    "O": "0110 1001 1001 1001 0110",
    "P": "110 101 110 100 100",
    "Q": "0110 1001 1001 1010 0101",
    "R": "110 101 110 101 101",
    "S": "011 100 010 001 110",
    "T": "111 010 010 010 010",
    "U": "1001 1001 1001 1001 0110",
    "V": "101 101 101 101 010",
    "W": "10001 10001 10101 11011 10001",
    "X": "101 101 010 101 101",
    "Y": "101 101 010 010 010",
    "Z": "1111 0001 0110 1000 1111",
    "0": "111 101 101 101 111",
    "1": "010 110 010 010 111",
    "2": "111 001 111 100 111",
    "3": "111 001 111 001 111",
    "4": "101 101 111 001 001",
    "5": "111 100 111 001 111",
    "6": "111 100 111 101 111",
    "7": "111 001 010 010 010",
    "8": "111 101 111 101 111",
    "9": "111 101 111 001 111",
    ":": "0 1 0 1 0",
    ".": "0 0 0 0 1",
    ",": "0 0 0 1 1",
    "-": "00 00 11 00 00",
    "_": "000 000 000 000 111",
    "+": "000 010 111 010 000",
    "#": "01010 11111 01010 11111 01010",
    "/": "001 001 010 100 100",
    "?": "111 001 010 000 010",
    "!": "1 1 1 0 1",
    "'": "1 1 0 0 0",
    " ": "00 00 00 00 00",
}


def is_big(text: str) -> bool:
    """Whether there is large type for all of a text."""
    return all(char in _GLYPHS for char in text.upper())


def big(text: str) -> tuple[str, str, str]:
    """Return a text in large type, line by line, each as wide as the others.

    Args:
        text: Letters lose their case; what there is no large type for is a question mark.
    """
    glyphs = [_GLYPHS.get(char, _GLYPHS["?"]).split() for char in text.upper()]
    pixels = ["0".join(glyph[row] for glyph in glyphs) for row in range(5)]
    pixels.append("0" * len(pixels[0]))
    first, second, third = (
        "".join(
            _HALVES[int(above), int(below)]
            for above, below in zip(pixels[2 * row], pixels[2 * row + 1], strict=True)
        )
        for row in range(ROWS)
    )
    return first, second, third


def wide(text: str) -> str:
    """Return a text with room between its letters; marks stay with the letter they are on."""
    found = ""
    for char in unicodedata.normalize("NFC", text):
        joined = not found or unicodedata.combining(char) or unicodedata.category(char) == "Mn"
        found += char if joined else f" {char}"
    return found
