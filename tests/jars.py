"""Programs of others for the Java machine, from Maven's artifacts."""

import shutil
import subprocess
import sys
from pathlib import Path

GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"


def fetch_jars(pom: Path, jars: Path) -> None:
    """Download the jars that `pom` names to the folder `jars`, once per content of `pom`."""
    fetched = jars / "pom.xml"
    if fetched.is_file() and fetched.read_bytes() == pom.read_bytes():
        return
    for program in ("java", "mvn"):
        if not shutil.which(program):
            sys.exit(f"There is no {program}: on Debian install openjdk-17-jdk-headless and maven.")
    shutil.rmtree(jars, ignore_errors=True)
    command = ["mvn", "--batch-mode", "--quiet", "--strict-checksums", "--file", str(pom), GOAL]
    subprocess.run([*command, f"-DoutputDirectory={jars}"], check=True, timeout=600)
    shutil.copy(pom, fetched)
