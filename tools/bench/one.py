"""Run one module on a new site: python -m tools.bench.one MODULE FOLDER FILE [NUMBER]…"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import django
from django.utils.module_loading import import_string

from tools.bench.leaving import leave_in_order
from tools.bench.tables import write_json


def main(module: str, folder: str, file: str, *numbers: str) -> None:
    """Print each table as it comes, and write all of them to the file."""
    leave_in_order()
    os.environ["VAR_DIR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "tools.bench.settings"
    django.setup()
    settings = importlib.import_module("django.conf").settings
    # Not at the top, as in manage.py: processes that parse for an import run no command.
    call_command = import_string("django.core.management.call_command")
    tables = []
    with settings.EMBEDDED_POSTGRES.lease():
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        for table in importlib.import_module(module).run(*map(int, numbers)):
            print(f"\n{table}", flush=True)
            tables.append(table.as_json())
    write_json(Path(file), tables)


if __name__ == "__main__":
    main(*sys.argv[1:])
