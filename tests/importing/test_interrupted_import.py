"""An import that was killed and run again ends with the same result."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from releases.importing.loader import BATCH
from releases.models import LegacyURL, NumberSeries, Release, Section, Version
from tests.programs import SECRET_KEY

PROJECT = Path(__file__).resolve().parents[2]
COUNT = 3 * BATCH
KILLS = int(os.environ.get("IMPORT_KILLS", "3"))


def record(number: int) -> str:
    return json.dumps(
        {
            "id": f"county:{number}",
            "title": f"County Opens Office {number}",
            "date": f"{2020 + number % 3}-05-14",
            "body": f"SPRINGFIELD – The county opened office {number}.",
            "sections": [{"kind": "about", "heading": "About us", "body": "We serve."}],
            "url": f"https://county.example/news/{number}",
            "language": "en",
        }
    )


def start_import(path: Path) -> subprocess.Popen:
    """Run the command in another process on the tests' database, listing each release."""
    database = connection.settings_dict
    place = f"{quote(database['HOST'], safe='')}:{database['PORT']}"
    credentials = f"{database['USER']}:{quote(database['PASSWORD'] or '')}"
    url = f"postgres://{credentials}@{place}/{database['NAME']}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_releases", str(path), "--approve", "-v", "2"],
        cwd=PROJECT,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET_KEY,
            "VAR_DIR": str(path.parent),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_after(lines: int, path: Path) -> None:
    """Kill -9 the command after that many releases, while it stores the next batch."""
    process = start_import(path)
    assert process.stdout
    for _ in range(lines):
        process.stdout.readline()
    process.kill()
    process.communicate()


def test_killed_import_resumes(transactional_db, tmp_path):
    path = tmp_path / "archive.jsonl"
    path.write_text("\n".join(map(record, range(COUNT))))
    chance = random.Random(20120921)

    for _ in range(KILLS):
        kill_after(chance.randrange(COUNT), path)
    process = start_import(path)
    _, errors = process.communicate()

    assert process.returncode == 0, errors
    numbers = dict(Release.objects.values_list("source_key", "number"))
    assert numbers == {f"county:{n}": f"{2020 + n % 3}-{1 + n // 3:04d}" for n in range(COUNT)}
    assert list(NumberSeries.objects.values_list("last", flat=True)) == [COUNT // 3] * 3
    assert [Version.objects.count(), Section.objects.count()] == [COUNT, COUNT]
    assert LegacyURL.objects.count() == COUNT
