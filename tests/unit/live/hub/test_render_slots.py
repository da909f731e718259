"""How many fragments are rendered at once: a quick one waits for no slow one, and no fragment takes all threads."""

import pytest

from live.hub.render_slots import (
    MAX_KEYS_OF_ONE_JOB,
    MAX_SLOTS,
    MAX_SLOTS_OF_ONE_FRAGMENT,
    QUICK_SLOTS,
    SLOW_SECONDS,
    SLOW_SLOTS,
    RenderSlots,
)
from live.hub.watches import Watch
from live.keys import ElementId, Key

NOW = 1000.0


def watch(name: str, number: int = 0, took: float | None = 0.01) -> Watch:
    made = Watch(Key(f"tests.{name}", (("n", number),), ElementId(f"{name}-{number}")))
    made.recent_seconds = () if took is None else (took,)
    return made


def add(slots: RenderSlots, *watches: Watch, due: float = NOW) -> None:
    for each in watches:
        each.due = due
        slots.add(each, due)


def take(slots: RenderSlots, now: float = NOW) -> list[Watch]:
    """All that may be rendered now, as the scheduler starts them."""
    return [each for job in take_jobs(slots, now) for each in job]


def take_jobs(slots: RenderSlots, now: float = NOW) -> list[list[Watch]]:
    jobs = []
    while job := slots.take(now):
        for each in job:
            each.due, each.started_at = None, now
        jobs.append(job)
    return jobs


def test_quick_ones_have_slots_of_their_own_and_are_taken_in_order() -> None:
    slots = RenderSlots()
    late, *others = [watch(f"a{n % 2}", n) for n in range(QUICK_SLOTS + 2)]
    add(slots, *others)
    add(slots, late, due=NOW + 1)
    assert take(slots) == others[:QUICK_SLOTS]
    assert slots.quick == QUICK_SLOTS
    slots.free(others[0])
    assert take(slots) == others[QUICK_SLOTS:]
    slots.free(others[1])
    assert take(slots) == [late]


def test_slow_ones_take_no_slot_of_quick_ones_and_are_one_of_each_fragment() -> None:
    slots = RenderSlots()
    slow = [watch(f"slow{n % 6}", n, took=5.0) for n in range(24)]
    quick = watch("quick")
    for n, each in enumerate(slow):
        add(slots, each, due=NOW - 24 + n)
    taken = take(slots)
    assert taken == slow[:SLOW_SLOTS], "one of each of four fragments"
    assert slots.quick == 0
    assert slots.next_at() is None
    add(slots, quick, due=NOW + 1)
    assert slots.next_at() == NOW + 1
    assert take(slots, NOW + 1) == [quick]
    slots.free(taken[0])
    assert take(slots, NOW + 1) == [slow[4]], "the one that has waited longest, of another fragment"


def test_quick_keys_of_a_fragment_do_not_wait_for_its_slow_ones() -> None:
    slots = RenderSlots()
    slow, quick, new = watch("a", 1, took=5.0), watch("a", 2), watch("a", 3, took=None)
    add(slots, slow)
    assert take(slots) == [slow]
    add(slots, quick, new)
    assert take(slots) == [quick, new]


def test_what_is_new_is_tried_one_of_each_fragment_and_turns_out_to_be_slow() -> None:
    slots = RenderSlots()
    keys = [watch("a", n, took=None) for n in range(9)]
    quick = [watch(f"quick{n}", n) for n in range(QUICK_SLOTS)]
    add(slots, *keys)
    assert take(slots) == keys[:1]
    add(slots, *quick)
    assert take(slots) == quick[:-1]
    assert slots.next_at() == NOW + SLOW_SECONDS
    assert take(slots, NOW + SLOW_SECONDS / 2) == []
    for each in quick[:-1]:
        slots.free(each)
    later = NOW + SLOW_SECONDS
    assert set(take(slots, later)) == {keys[1], quick[-1]}
    assert take(slots, later + SLOW_SECONDS) == [keys[2]]
    assert take(slots, later + 99) == [], "a quarter of all slots, however many keys it has"
    assert MAX_SLOTS_OF_ONE_FRAGMENT * 4 == MAX_SLOTS
    add(slots, watch("beside", took=None))
    assert len(take(slots, later + 99)) == 1


def test_fragments_that_turn_out_to_be_slow_leave_slots_to_others() -> None:
    slots, now, taken = RenderSlots(), NOW, 0
    add(slots, *(watch(f"a{n % 4}", n) for n in range(16)))
    for _ in range(20):
        taken += len(take(slots, now))
        now += SLOW_SECONDS
    assert taken == MAX_SLOTS - QUICK_SLOTS
    quick = watch("quick")
    add(slots, quick, due=now)
    assert take(slots, now) == [quick]


def test_all_slots_are_bounded() -> None:
    slots, now, taken = RenderSlots(), NOW, 0
    add(slots, *(watch(f"a{n}", took=None) for n in range(2 * MAX_SLOTS)))
    for _ in range(20):
        taken += len(take(slots, now))
        now += SLOW_SECONDS
    assert taken == MAX_SLOTS
    assert slots.next_at() is None


def test_what_is_forgotten_is_passed_over() -> None:
    slots, forgotten, other = RenderSlots(), watch("a", 1), watch("a", 2)
    add(slots, forgotten, other)
    forgotten.due = None
    assert take(slots) == [other]
    add(slots, forgotten)
    forgotten.due = None
    assert take(slots) == []
    assert slots.next_at() is None


# In one job


def rows(count: int, name: str = "row", took: float | None = 0.001) -> list[Watch]:
    made = [watch(name, n, took) for n in range(count)]
    for each in made:
        each.is_batched = True
    return made


@pytest.mark.parametrize("took", [0.001, None])
def test_those_of_a_batched_fragment_take_one_slot(took: float | None) -> None:
    slots, waiting, other = RenderSlots(), rows(50, took=took), watch("other")
    add(slots, *waiting[:25], other, *waiting[25:])
    assert take_jobs(slots) == [waiting, [other]]
    assert slots.quick == 2
    slots.free(waiting[7])
    assert slots.quick == 2, "the job goes on"
    slots.free(waiting[0])
    assert slots.quick == 1


def test_a_job_is_bounded() -> None:
    slots, waiting = RenderSlots(), rows(2 * MAX_KEYS_OF_ONE_JOB + 5)
    add(slots, *waiting)
    assert [len(job) for job in take_jobs(slots)] == [MAX_KEYS_OF_ONE_JOB, MAX_KEYS_OF_ONE_JOB, 5]


def test_a_job_is_no_longer_than_what_makes_it_slow() -> None:
    slots, waiting = RenderSlots(), rows(12, took=SLOW_SECONDS / 5)
    add(slots, *waiting)
    assert [len(job) for job in take_jobs(slots)] == [5, 5, 2]


def test_slow_ones_of_a_batched_fragment_are_rendered_one_by_one() -> None:
    slots, waiting = RenderSlots(), rows(3, took=5.0)
    add(slots, *waiting)
    assert take_jobs(slots) == [waiting[:1]]


def test_a_job_passes_over_what_is_forgotten() -> None:
    slots, waiting = RenderSlots(), rows(4)
    add(slots, *waiting)
    waiting[2].due = waiting[3].due = None
    assert take_jobs(slots) == [waiting[:2]]
