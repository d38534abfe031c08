"""`bin/old-home` calls this: the database as one packed file, and how many rows each table has."""

import json
import lzma
import sys
from contextlib import closing
from pathlib import Path

import rapport
import rapport.config.sqlite

FOLDER = Path(__file__).resolve().parent
# What holds a firm's work; the rest is bookkeeping, and may shrink.
OURS = ("people_", "timeline_", "ledger_change", "ledger_act", "actors_user", "actors_team")


def main(database: Path) -> None:
    """Keep `database` as a home of this version."""
    import sqlite3

    to, plain = FOLDER / f"{rapport.__version__}.sqlite3.xz", database.with_name("plain.sqlite3")
    if to.exists():
        raise SystemExit(f"{to.name} is kept already.")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", [str(plain)])
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        rows = {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in names.fetchall()
            if name.startswith(OURS)
        }
        people = connection.execute("SELECT id, name FROM people_party ORDER BY id LIMIT 3").fetchall()
    to.write_bytes(lzma.compress(plain.read_bytes(), preset=9))
    facts = {"rows": {name: count for name, count in rows.items() if count}, "people": people}
    to.with_name(f"{rapport.__version__}.json").write_text(
        json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    )
    print(f"{to.relative_to(Path.cwd())}, {to.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
