"""What Prometheus is answered where there are several workers."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from live import metrics
from live.workers.exposition import LABEL, Merged, answer_others, exposition
from live.workers.folder import VARIABLE, new_folder, workers_folder
from tests.background import Background
from tests.waiting import until

FIRST = """# HELP live_frames_total Different frames made
# TYPE live_frames_total counter
live_frames_total 3.0
# HELP live_closes_total Sockets that we closed
# TYPE live_closes_total counter
live_closes_total{code="4000"} 1.0
"""
SECOND = FIRST.replace("3.0", "4.0").replace("4000", "4008")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return tmp_path


def test_each_metric_is_there_once_with_the_samples_of_all() -> None:
    frames, closes = Merged({"1": FIRST, "2": SECOND}).collect()
    assert (frames.name, frames.documentation, frames.type) == ("live_frames", "Different frames made", "counter")
    assert [(sample.labels, sample.value) for sample in frames.samples] == [({LABEL: "1"}, 3.0), ({LABEL: "2"}, 4.0)]
    assert [sample.labels for sample in closes.samples] == [
        {"code": "4000", LABEL: "1"},
        {"code": "4008", LABEL: "2"},
    ]


def test_without_workers_it_is_what_this_process_has_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert LABEL not in exposition().decode()


async def test_without_workers_nobody_else_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert await answer_others(1) is None


@pytest.fixture
def answering(folder: Path) -> Iterator[Path]:
    """Worker 2 answers; what is in the place of another one does not."""
    (folder / "2.metrics").touch()  # left by the one that had the number before
    background = Background()
    server = background.run(answer_others(2))
    assert server is not None
    yield folder
    background.loop.call_soon_threadsafe(server.close)
    background.close()


def test_whoever_is_asked_answers_for_all_that_answer(answering: Path, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(answering / "1.metrics"))
        other.listen()

        def answer() -> None:
            connection, _ = other.accept()
            connection.sendall(FIRST.encode())
            connection.close()

        threading.Thread(target=answer).start()
        (answering / "3.metrics").touch()
        metrics.frames.inc()
        with caplog.at_level("INFO"):
            text = exposition().decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    values = {
        sample.labels[LABEL]: sample.value for sample in families["live_frames"].samples if "_total" in sample.name
    }
    assert values["1"] == 3.0
    assert values["2"] >= 1.0
    assert values.keys() == {"1", "2"}
    assert "worker 3 does not say what it has counted" in caplog.text
    # Histograms, too, are whole.
    assert {sample.labels[LABEL] for sample in families["live_render_seconds"].samples} <= {"2"}
    assert text.count("# TYPE live_frames_total") == 1


@pytest.mark.parametrize("end", [-len('="4000"} 1.0\n'), -len("0\n"), -1])
def test_one_that_ends_in_the_middle_of_its_answer_is_left_out(
    folder: Path, caplog: pytest.LogCaptureFixture, end: int
) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(folder / "1.metrics"))
        other.listen()

        def answer() -> None:
            connection, _ = other.accept()
            connection.sendall(FIRST[:end].encode())
            connection.close()

        threading.Thread(target=answer).start()
        with caplog.at_level("INFO"):
            assert exposition() == b""
    assert "worker 1 ended while it said what it has counted" in caplog.text


def test_the_folder_is_for_its_user_alone_and_goes_with_the_supervisor() -> None:
    with new_folder():
        folder = workers_folder()
        assert folder is not None
        assert folder.stat().st_mode & 0o777 == 0o700
    until(lambda: not folder.exists(), "it is gone")
    assert workers_folder() is None
