"""CSV as drtui writes it: safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Mapping, Sequence

from drtui.domain.text import csv_cell


def csv_text(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return CSV with a heading; no cell can start a formula. Lists are joined by blanks."""
    lines = [csv_line(columns), *(csv_line([row[column] for column in columns]) for row in rows)]
    return "".join(lines)


def csv_line(cells: Sequence[object]) -> str:
    """Return one line of CSV, its end included; see `csv_text`."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([csv_cell(_flat(cell)) for cell in cells])
    return text.getvalue()


def _flat(value: object) -> object:
    if isinstance(value, Mapping):
        return " ".join(f"{name}={each}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return " ".join(str(each) for each in value)
    return value
