"""Reading past damage: no row of a page that can be read is passed over."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from drtui.store.past_damage import reading, take

_PAGE = 4_096
_LEAF = 0x0D
_ROWS = 300
_TABLE = "CREATE TABLE line (id INTEGER PRIMARY KEY, note TEXT)"


@settings(max_examples=15, deadline=None)
@given(st.sets(st.integers(0, 15), min_size=1))
@example({3, 4, 5, 7, 8})
@example({2, 4, 6})
@example({14, 15})
def test_every_row_of_a_page_that_can_be_read_is_saved(bad: set[int]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.sqlite"
        with closing(sqlite3.connect(path)) as whole, whole:
            whole.execute(_TABLE)
            whole.executemany(
                "INSERT INTO line VALUES (?, ?)", [(number, "x" * 200) for number in range(_ROWS)]
            )
        data = bytearray(path.read_bytes())
        leaves = [at for at in range(_PAGE, len(data), _PAGE) if data[at] == _LEAF]
        lost = 0
        for at in (leaves[one] for one in bad):
            lost += int.from_bytes(data[at + 3 : at + 5])  # how many rows it has
            data[at : at + _PAGE] = bytes(_PAGE)
        path.write_bytes(data)
        with closing(reading(path)) as old, closing(sqlite3.connect(":memory:")) as new:
            new.execute(_TABLE)
            assert len(leaves) == 16
            assert take(old, new, "line") == (_ROWS - lost, False)
