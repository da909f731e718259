"""The typeface that is shipped has what pages need, and its licence beside it."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[3]
FONTS = ROOT / "live" / "static" / "live" / "fonts"
MAX_WOFF2_BYTES = 70_000
# Of scripts that it leaves to the reader's system, in the gallery and in texts for numbers.
OTHER_SCRIPTS = re.compile("[\u0600-\u06ff\u0900-\u097f\u3000-\u9fff]")


@pytest.fixture(params=["inter.woff2", "inter.ttf"])
def font(request: pytest.FixtureRequest) -> TTFont:
    return TTFont(FONTS / request.param)


def test_it_has_every_letter_and_mark_that_the_product_writes(font: TTFont) -> None:
    has = font.getBestCmap()
    files = [
        path
        for folder in ("live", "site", "templates", "static")
        for ending in ("py", "html", "css", "js", "toml")
        for path in (ROOT / folder).rglob(f"*.{ending}")
    ]
    written = set("".join(path.read_text() for path in files)) - set("\n\t\r")
    missing = {letter for letter in written if ord(letter) not in has and not OTHER_SCRIPTS.match(letter)}
    assert missing == set()


def test_it_reads_the_languages_around(font: TTFont) -> None:
    has = font.getBestCmap()
    for words in ("Größe çà señor Łódź žluťoučký", "Київ, Москва", "Αθήνα ώρα", "Tiếng Việt", "→ ↺ ≤ ≈ µ € ₂"):
        assert [letter for letter in words if ord(letter) not in has] == []


def test_its_digits_can_stand_in_columns_and_its_weights_are_those_of_the_pages(font: TTFont) -> None:
    assert "tnum" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    (weight,) = font["fvar"].axes
    assert (weight.axisTag, weight.minValue, weight.maxValue) == ("wght", 400, 700)


def test_it_is_small_and_its_licence_is_beside_it() -> None:
    assert (FONTS / "inter.woff2").stat().st_size < MAX_WOFF2_BYTES
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()


def test_the_style_sheet_finds_it() -> None:
    path = finders.find("live/theme.css")
    assert isinstance(path, str)
    (file,) = re.findall(r'url\("([^"]+)"\)', Path(path).read_text())
    assert (Path(path).parent / file).resolve() == FONTS / "inter.woff2"
