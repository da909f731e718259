"""Panels as PNG: what they are, and that whoever asks for them takes no more than a part of one processor."""

import re
import struct
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.test import Client
from prometheus_client import REGISTRY

from boards.files import png
from boards.files.recent_files import RecentFiles
from boards.models import Panel
from live.charts.output.canvas import FONT
from tests.waiting import until

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20"><path d="M0 0h9v9z"/></svg>'


def outcomes(outcome: str) -> float:
    return REGISTRY.get_sample_value("boards_pictures_total", {"outcome": outcome}) or 0


@pytest.fixture
def cpu(make_panel: Callable[..., Panel], points: Callable[..., None]) -> Panel:
    points("cpu", [10.0, 20.0, None, 40.0])
    return make_panel("cpu", unit="%", kind="line", window=60)


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Another program in the converter's place; it may write into the folder that is returned."""

    def use(code: str) -> Path:
        program = tmp_path / "converter.py"
        program.write_text(f"import os, sys, time\nfrom pathlib import Path\nhere = Path({str(tmp_path)!r})\n{code}")
        monkeypatch.setattr(png, "CONVERTER", [sys.executable, str(program)])
        return tmp_path

    return use


@pytest.mark.django_db
@pytest.mark.database
def test_png_has_twice_the_pixels_and_the_same_rules(cpu: Panel, client: Client) -> None:
    answer = client.get(f"/panels/{cpu.pk}.png?width=300&height=200")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", answer.content[16:24]) == (600, 400)
    assert "no-cache" in answer.headers["Cache-Control"] and "Cookie" in answer.headers["Vary"]


@pytest.mark.django_db
@pytest.mark.database
def test_who_has_the_picture_is_told_so_and_nothing_is_converted(cpu: Panel, client: Client, converter) -> None:
    tag = client.get(f"/panels/{cpu.pk}.png").headers["ETag"]
    png._kept.clear()
    converter("sys.exit('this must not run')")
    again = client.get(f"/panels/{cpu.pk}.png", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


@pytest.mark.django_db
@pytest.mark.database
def test_without_the_converter_it_says_what_is_missing(
    cpu: Panel, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    answer = client.get(f"/panels/{cpu.pk}.png")
    assert answer.status_code == 501 and "requirements-png.txt" in answer.content.decode()
    for page in ("page", "table"):
        assert ".png" not in client.get(f"/panels/{cpu.pk}?as={page}").content.decode()


@pytest.mark.django_db
@pytest.mark.database
def test_png_is_offered_where_it_works(cpu: Panel, client: Client) -> None:
    for page in ("page", "table"):
        assert f"/panels/{cpu.pk}.png" in client.get(f"/panels/{cpu.pk}?as={page}").content.decode()


WORDS = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="240" height="40"><text x="5" y="25" font-size="16" '
    b'font-family="%s">%s</text></svg>'
)


@pytest.fixture
def host_without_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Called, it takes the fonts from the converter."""
    configuration = tmp_path / "fonts.conf"
    empty = tmp_path / "empty"
    empty.mkdir()
    configuration.write_text(f"<fontconfig><dir>{empty}</dir></fontconfig>")

    def take() -> None:
        monkeypatch.setenv("FONTCONFIG_FILE", str(configuration))
        png._kept.clear()

    return take


@pytest.mark.django_db
@pytest.mark.database
def test_a_host_without_fonts_draws_the_same(
    cpu: Panel, client: Client, host_without_fonts: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    Panel.objects.update(title="Größe, Łódź, Київ, Αθήνα: 12 µs → 3 €")
    with_fonts = client.get(f"/panels/{cpu.pk}.png").content
    host_without_fonts()
    assert client.get(f"/panels/{cpu.pk}.png").content == with_fonts
    svg = client.get(f"/panels/{cpu.pk}.svg").content
    without_words = re.sub(rb"<text.*?</text>", b"", svg, flags=re.S)
    assert without_words != svg and png.to_png(without_words) != with_fonts
    assert [record for record in caplog.records if record.name == "boards.files.png"] == []


def test_both_weights_of_the_typeface_are_drawn(host_without_fonts: Callable[[], None]) -> None:
    host_without_fonts()
    usual = WORDS % (FONT.encode(), b"Latency")
    assert png.to_png(usual) != png.to_png(usual.replace(b"<text", b'<text font-weight="600"'))


def test_letters_that_no_font_has_are_logged(
    host_without_fonts: Callable[[], None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(png, "limited_log", png.LimitedLog(png.logger))
    host_without_fonts()
    assert png.to_png(WORDS % (FONT.encode(), "CPU 日本".encode()))[:4] == b"\x89PNG"
    (line,) = [record for record in caplog.records if record.name == "boards.files.png"]
    assert "日" in line.getMessage() and "no font" in line.getMessage()


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize(
    "code", ["sys.exit('broken')", "os.abort()", "pass", "time.sleep(60)"], ids=["error", "crash", "nothing", "hangs"]
)
def test_a_converter_that_fails_is_no_error_of_the_server(
    cpu: Panel, client: Client, converter, monkeypatch: pytest.MonkeyPatch, caplog, code: str
) -> None:
    monkeypatch.setattr(png, "MAX_CONVERSION_SECONDS", 2.0 if "sleep" in code else 30.0)
    monkeypatch.setattr(png, "limited_log", png.LimitedLog(png.logger))
    converter(code)
    before = outcomes("failed")
    answer = client.get(f"/panels/{cpu.pk}.png")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "SVG works at once" in answer.content.decode()
    assert outcomes("failed") == before + 1
    (line,) = [record for record in caplog.records if record.name == "boards.files.png"]
    assert "could not be made a PNG" in line.getMessage() and line.exc_info is None
    assert client.get(f"/panels/{cpu.pk}.svg").status_code == 200


def test_one_is_converted_at_a_time_a_few_wait_and_the_others_are_told_to_come_again(converter) -> None:
    here = converter(
        "running = here / 'running'\nrunning.mkdir()\n"
        "while not (here / 'go').exists(): time.sleep(0.01)\n"
        "running.rmdir()\nsys.stdout.write('png')"
    )
    before, all_of_them = outcomes("busy"), png.MAX_WAITING + 1 + 5

    def ask(number: int) -> bytes | None:
        try:
            return png.to_png(SVG % number)
        except png.Unavailable:
            return None

    with ThreadPoolExecutor(all_of_them) as pool:
        asked = [pool.submit(ask, number) for number in range(all_of_them)]
        try:
            until(lambda: outcomes("busy") == before + 5, "five are told to come again")
        finally:
            (here / "go").touch()
        answers = [future.result(timeout=60) for future in asked]
    # Two at once would have met at the folder, and one of them failed.
    assert sorted(answers, key=str) == [None] * 5 + [b"png"] * (png.MAX_WAITING + 1)


def test_who_asks_for_the_same_shares_one_conversion(converter) -> None:
    here = converter("(here / str(os.getpid())).touch()\nsys.stdout.write('png')")
    begin = threading.Barrier(4)

    def ask() -> bytes:
        begin.wait(30)
        return png.to_png(SVG % 1)

    with ThreadPoolExecutor(4) as pool:
        assert [future.result(60) for future in [pool.submit(ask) for _ in range(4)]] == [b"png"] * 4
    assert len([path for path in here.iterdir() if path.name.isdigit()]) == 1


def test_the_converter_ends_by_itself_where_a_picture_takes_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by its parent, which may have been killed."""
    monkeypatch.setattr(png, "limited_log", png.LimitedLog(png.logger))
    with pytest.raises(png.Unavailable):
        png.to_png(SVG.replace(b'height="20"', b'height="100000"') % 100_000)


def test_files_are_kept_up_to_so_many_bytes_those_first_that_were_asked_for_last() -> None:
    files = RecentFiles(10)
    files.put("a", b"1234")
    files.put("b", b"1234")
    assert files.get("a") == b"1234"
    files.put("c", b"123")
    assert (files.get("a"), files.get("b"), files.get("c"), files.bytes) == (b"1234", None, b"123", 7)
    files.put("c", b"123456")
    assert (files.get("c"), files.bytes) == (b"123456", 10)
    files.put("d", b"12345678901")
    assert (files.get("d"), files.bytes) == (None, 0)
