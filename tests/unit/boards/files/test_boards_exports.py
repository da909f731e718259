"""A whole board as one drawing: every kind, where it is in the grid, and as its own picture shows it."""

import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops

from boards.files import exports, png
from boards.layout import COLUMNS, Cell, cells_of
from boards.models import Board, Panel
from boards.ranges import View
from live.charts.output.palette import PAINTS
from tests.unit.boards.conftest import HOSTILE, THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SVG = "{http://www.w3.org/2000/svg}"
INSET = 12  # pixels: inside of the corners, which are round


def parts(svg: str) -> list[ElementTree.Element]:
    """The panels in a board's drawing."""
    return ElementTree.fromstring(svg).findall(f"{SVG}svg")


def words(element: ElementTree.Element) -> str:
    return " ".join("".join(text.itertext()) for text in element.iter(f"{SVG}text"))


def image(svg: str, scale: float = 1.0) -> Image.Image:
    return Image.open(io.BytesIO(png.to_png(svg.encode(), scale))).convert("RGB")


def box(cell: Cell) -> tuple[int, int, int, int]:
    """Where a panel is on the drawing: left, top, width, height."""
    column = (exports.WIDTH - 2 * exports.GUTTER + exports.GAP) // COLUMNS
    row = exports.ROW + exports.GAP
    size = cell.width * column - exports.GAP, cell.height * row - exports.GAP
    return exports.GUTTER + cell.column * column, exports.HEAD + cell.row * row, *size


def test_every_panel_is_where_the_grid_has_it(every_kind: Board) -> None:
    picture = exports.board_svg(every_kind, View(), "")
    panels = list(every_kind.panels.all())
    for part, panel, cell in zip(parts(picture.svg), panels, cells_of(panels), strict=True):
        found = tuple(int(part.attrib[name]) for name in ("x", "y", "width", "height"))
        assert found == box(cell)
        assert part.attrib["role"] == "img" and part.attrib["aria-label"]
        assert panel.title in words(part) or panel.title.startswith(HOSTILE[:9])
    lowest = max(int(part.attrib["y"]) + int(part.attrib["height"]) for part in parts(picture.svg))
    assert picture.height == lowest + exports.GUTTER
    root = ElementTree.fromstring(picture.svg)
    assert root.attrib["role"] == "group" and root.attrib["aria-label"].startswith("Mine, ")


def test_no_name_is_there_twice_and_each_that_is_used_is_there(every_kind: Board) -> None:
    svg = exports.board_svg(every_kind, View(), "").svg
    ids = Counter(element.attrib["id"] for element in ElementTree.fromstring(svg).iter() if "id" in element.attrib)
    assert ids and set(ids.values()) == {1}
    assert set(re.findall(r"url\(#([\w-]+)\)", svg)) <= set(ids)
    assert not re.search(r"\bhref=|<script|<image|<foreignObject", svg)


def test_words_of_people_are_text(every_kind: Board) -> None:
    every_kind.title = every_kind.note = HOSTILE
    every_kind.save()
    root = ElementTree.fromstring(exports.board_svg(every_kind, View(), "").svg)
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    assert words(root).count(HOSTILE) >= 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_for_every_reader(every_kind: Board, theme: str) -> None:
    svg = exports.board_svg(every_kind, View(), theme).svg
    assert "<style" not in svg and "class=" not in svg
    used = set(re.findall(r"#[0-9a-f]{6}", svg))
    assert used <= {getattr(paint, theme) for paint in PAINTS.values()}
    assert getattr(PAINTS["page"], theme) in used


def test_without_one_it_is_as_its_reader_prefers(every_kind: Board) -> None:
    assert "prefers-color-scheme:dark" in exports.board_svg(every_kind, View(), "").svg


def test_a_board_without_panels_says_so(board: Board) -> None:
    assert "This board has no panels yet." in words(ElementTree.fromstring(exports.board_svg(board, View(), "").svg))


def test_the_time_is_in_the_boards_zone(board: Board, at: Callable[[datetime], None]) -> None:
    at(datetime(2026, 7, 31, 10, 5, 30, tzinfo=UTC))
    board.time_zone = "Europe/Berlin"
    moment = View(at="2026-07-31T10:01:02Z")
    shown = [exports.moment_of(board, view, datetime.now(UTC)) for view in (moment, moment._replace(tz="Asia/Tokyo"))]
    assert shown == ["Jul 31, 2026 12:01:02 CEST", "Jul 31, 2026 19:01:02 JST"]
    root = ElementTree.fromstring(exports.board_svg(board, View(), "").svg)
    assert "Jul 31, 2026 12:05 CEST" in words(root)


def test_each_panel_is_pixel_for_pixel_its_own_picture(every_kind: Board, at: Callable[[datetime], None]) -> None:
    at(THEN)
    panels = list(every_kind.panels.all())
    whole = image(exports.board_svg(every_kind, View(), "light").svg)
    for panel, cell in zip(panels, cells_of(panels), strict=True):
        left, top, width, height = box(cell)
        alone = image(exports.panel_svg(panel, View(), "", width, height))
        inside = (INSET, INSET, width - INSET, height - INSET)
        part = whole.crop((left, top, left + width, top + height)).crop(inside)
        # Where a hatch is painted from another corner, a colour may be rounded to the next.
        most = max(high for _low, high in ImageChops.difference(part, alone.crop(inside)).getextrema())
        assert most <= 1, panel.title
        assert len(part.getcolors(1 << 20) or ()) > 1, f"{panel.title} is drawn, with the letters of our file"


def test_what_is_bad_has_an_edge_of_its_colour_and_what_is_late_has_not(
    board: Board, make_panel: Callable[..., Panel], points: Callable[..., None], at: Callable[[datetime], None]
) -> None:
    points("cpu", [99.0] * 5)
    make_panel("cpu", kind="stat", warn_at=50.0, bad_at=90.0, interval=1.0)
    edges = []
    for hour in (THEN, THEN.replace(hour=20)):
        at(hour.replace(second=5))
        (part,) = parts(exports.board_svg(board, View(), "light").svg)
        edges.append(part[0].attrib["stroke"])
    assert edges == [PAINTS["bad"].light, PAINTS["line"].light]


def test_a_long_board_has_fewer_pixels_as_png() -> None:
    assert png.scale_of(1280, 900) == png.SCALE
    long = png.scale_of(1280, 40_000)
    assert long < 1 and 1280 * 40_000 * long**2 == pytest.approx(png.MAX_PIXELS)
