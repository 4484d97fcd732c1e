"""Only characters without a typeface are left out of a PDF, with a sentence that says so."""

import pytest
import typst

from releases.output import typesetter


def test_another_fault_is_raised_instead_of_a_pdf_without_its_standard(tmp_path):
    (tmp_path / "main.typ").write_text("A document without a title")

    with pytest.raises(typst.TypstError, match="title"):
        typesetter.main(tmp_path, "en", [])

    assert not (tmp_path / "release.pdf").exists()
