"""PDFs without fault by the standards that they claim (`make test-pdf`; needs Java and Maven)."""

import subprocess
from pathlib import Path

import pytest

from releases import publishing
from tests.conftest import NOON, PROJECT
from tests.jars import fetch_jars
from tests.media import samples
from tests.output.renditions.test_pdf import SIGNED, make

HERE = Path(__file__).parent
JARS = PROJECT / "var" / "verapdf" / "jars"


@pytest.fixture
def folder(publish, make_release, corrected, attach_image, tmp_path):
    """A folder of PDFs of all kinds of releases."""
    pictured = make_release(body=SIGNED)
    attach_image(pictured)
    releases = [
        *(corrected, publishing.withdraw(publish(), "It named the wrong county.")),
        publishing.approve(pictured, NOON),
        publish(body=SIGNED),
        publish(language="es", title="La oficina abre", body="La oficina abrió hoy."),
        publish(language="ar", title="افتتح المكتب اليوم", body="افتتح المكتب اليوم."),
        publish(language="vi", title="Văn phòng mới", body="Những người dân được mời."),
    ]
    for release in releases:
        (tmp_path / f"{release.pk}.pdf").write_bytes(make(release))
    return tmp_path


@pytest.mark.pdf_standards
@pytest.mark.parametrize("standard", ["ua1", "2u"])
def test_verapdf_finds_no_fault(folder, standard):
    fetch_jars(HERE / "pom.xml", JARS)

    assert validate(standard, *folder.glob("*.pdf")) == ""


@pytest.mark.pdf_standards
@pytest.mark.parametrize(
    ("standard", "fault"),
    [
        ("ua1", "StructTreeRoot entry is not present"),
        ("2u", "Missing or empty ID in the document trailer"),
    ],
)
def test_verapdf_finds_what_a_plain_pdf_lacks(tmp_path, standard, fault):
    fetch_jars(HERE / "pom.xml", JARS)
    (tmp_path / "plain.pdf").write_bytes(samples.pdf("A page without tags."))

    assert fault in validate(standard, tmp_path / "plain.pdf")


def validate(standard: str, *paths: Path) -> str:
    """Return the faults, one a line."""
    command = ["java", "-cp", f"{JARS}/*", str(HERE / "Validate.java"), standard]
    return subprocess.run(
        [*command, *map(str, paths)], check=True, stdout=subprocess.PIPE, text=True, timeout=300
    ).stdout
