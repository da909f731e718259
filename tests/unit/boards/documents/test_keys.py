from boards.documents.keys import free_key, keys_of


def test_a_key_is_made_of_the_title_and_is_free() -> None:
    assert free_key("CPU and memory", ()) == "cpu-and-memory"
    assert free_key("CPU", {"cpu", "cpu-2"}) == "cpu-3"
    assert free_key("حرارة", ()) == "panel"
    assert len(free_key("x" * 100, {"x" * 55})) <= 60


def test_stored_keys_stay_and_no_two_are_the_same() -> None:
    assert keys_of([("", "CPU"), ("cpu", "Other"), ("cpu", "Third"), ("", "CPU")]) == ["cpu-2", "cpu", "third", "cpu-3"]


def test_thousands_of_one_title_have_keys_in_no_time() -> None:
    keys = keys_of([("", "CPU")] * 30_000)
    assert (keys[0], keys[-1], len(set(keys))) == ("cpu", "cpu-30000", 30_000)
