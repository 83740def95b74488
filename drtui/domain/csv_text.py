"""CSV as drtui writes it: safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Mapping, Sequence

from drtui.domain.text import csv_cell


def csv_text(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return CSV with a heading; no cell can start a formula. Lists are joined by blanks."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([csv_cell(column) for column in columns])
    for row in rows:
        writer.writerow([csv_cell(_flat(row[column])) for column in columns])
    return text.getvalue()


def _flat(value: object) -> object:
    if isinstance(value, Mapping):
        return " ".join(f"{name}={each}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return " ".join(str(each) for each in value)
    return value
