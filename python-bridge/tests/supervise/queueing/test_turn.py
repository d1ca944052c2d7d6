"""Whose turn it is and which devices it gets, without any process or disk."""

from pathlib import Path
from typing import Any

import pytest

from tunewright_bridge.protocol.queue import QueueEntry
from tunewright_bridge.supervise.queueing.devices import Device
from tunewright_bridge.supervise.queueing.entries import Entry
from tunewright_bridge.supervise.queueing.standing import Claim, Standing
from tunewright_bridge.supervise.queueing.turn import Denied, Granted, Host, Impossible, ahead_of, allot

TWO_CARDS = Host([Device("GPU-a", "cuda", 0), Device("GPU-b", "cuda", 1)])


def claim(name: str, rank: float, standing: Standing = "waits", *, queue: str = "night", **values: Any) -> Claim:
    record = QueueEntry(
        **{
            "format": 1,
            "root": "/runs",
            "run_id": name,
            "name": name,
            "rank": rank,
            "entered_at_ms": 0,
            "devices_wanted": 1,
            "device_kind": "cuda",
            **values,
        }
    )
    return Claim(Entry(queue, Path(f"/queues/{queue}/{name}.json"), record), standing, "queued", None)


def outcome(mine: Claim, *others: Claim, host: Host = TWO_CARDS) -> Any:
    return allot(mine.entry, [mine, *others], host, passed_over=set())


def granted(mine: Claim, *others: Claim, host: Host = TWO_CARDS) -> list[str]:
    result = outcome(mine, *others, host=host)
    assert isinstance(result, Granted), result
    return [device.id for device in result.devices]


def denied(mine: Claim, *others: Claim, host: Host = TWO_CARDS) -> str:
    result = outcome(mine, *others, host=host)
    assert isinstance(result, Denied), result
    return result.reason.code


def test_the_first_of_those_that_wait_has_its_turn() -> None:
    first, second, third = claim("first", 1.0), claim("second", 2.0), claim("third", 2.0)
    everybody = [first, second, third]
    assert ahead_of(first.entry, everybody, set()) == []
    assert ahead_of(third.entry, everybody, set()) == [first, second]


@pytest.mark.parametrize("standing", ["not-ready", "holds", "ended", "gone"])
def test_who_is_not_ready_holds_up_nobody(standing: Standing) -> None:
    second = claim("second", 2.0)
    assert ahead_of(second.entry, [claim("first", 1.0, standing), second], set()) == []


def test_who_lost_its_supervisor_is_waited_for_until_it_is_passed_over() -> None:
    first, second = claim("first", 1.0, "deserted"), claim("second", 2.0)
    assert ahead_of(second.entry, [first, second], set()) == [first]
    assert ahead_of(second.entry, [first, second], {first.entry.path}) == []


def test_a_device_goes_to_one_run() -> None:
    mine = claim("mine", 3.0)
    holder = claim("holder", 1.0, "holds", device_ids=["GPU-a"])
    assert granted(mine) == ["GPU-a"]
    assert granted(mine, holder) == ["GPU-b"]
    assert granted(mine, claim("other", 1.0, "holds", queue="day", device_ids=["GPU-a"])) == ["GPU-b"]
    assert denied(mine, holder, claim("another", 2.0, "holds", device_ids=["GPU-b"])) == "devices-held"
    assert denied(claim("both", 3.0, devices_wanted=2), holder) == "devices-held"


@pytest.mark.parametrize("standing", ["deserted", "ended", "gone"])
def test_an_entry_without_a_living_run_holds_nothing(standing: Standing) -> None:
    assert granted(claim("mine", 3.0), claim("dead", 1.0, standing, device_ids=["GPU-a"])) == ["GPU-a"]


def test_devices_that_processes_were_given_are_in_use_whatever_the_entries_say() -> None:
    assert granted(claim("mine", 1.0), host=Host(TWO_CARDS.devices, {"GPU-a"})) == ["GPU-b"]
    assert denied(claim("mine", 1.0), host=Host(TWO_CARDS.devices, {"GPU-a", "GPU-b"})) == "devices-held"


def test_devices_that_other_programs_use_are_waited_for() -> None:
    busy = Host([Device("GPU-a", "cuda", 0, is_busy=True), Device("GPU-b", "cuda", 1, is_busy=True)])
    result = outcome(claim("mine", 1.0), host=busy)
    assert isinstance(result, Denied)
    assert (result.reason.code, result.reason.values["devices"]) == ("devices-busy", "0, 1")


def test_a_run_never_changes_to_another_kind_of_device() -> None:
    silent = Host(None, problem="nvidia: no answer")
    assert denied(claim("mine", 1.0), host=silent) == "devices-unknown"
    assert outcome(claim("mine", 1.0), host=Host([])) == Impossible(1, 0)
    assert granted(claim("mine", 1.0, device_kind="cpu"), host=silent) == ["cpu"]


def test_a_wish_that_this_host_cannot_fulfill() -> None:
    assert outcome(claim("mine", 1.0, devices_wanted=3)) == Impossible(3, 2)
    assert outcome(claim("mine", 1.0, devices_wanted=2, allowed_device_ids=["GPU-b"])) == Impossible(2, 1)


def test_only_the_devices_that_are_allowed() -> None:
    only_second = claim("mine", 2.0, allowed_device_ids=["GPU-b"])
    assert granted(only_second) == ["GPU-b"]
    assert denied(only_second, claim("holder", 1.0, "holds", device_ids=["GPU-b"])) == "devices-held"
    part = claim("mine", 1.0, allowed_device_ids=["MIG-7"])
    assert granted(part) == ["MIG-7"]
    assert denied(part, claim("holder", 0.5, "holds", device_ids=["MIG-7"])) == "devices-held"


def test_firsts_of_several_queues_take_turns_by_who_came_first() -> None:
    wide = claim("wide", 1.0, queue="day", devices_wanted=2)
    narrow = claim("narrow", 2.0)
    holder = claim("holder", 0.5, "holds", device_ids=["GPU-a"])
    # The free one is kept for the wide run, which would never get two at once otherwise.
    assert denied(narrow, wide, holder) == "other-queue"
    assert denied(wide, narrow, holder) == "devices-held"
    assert granted(wide, narrow) == ["GPU-a", "GPU-b"]
    # Whoever came later is not waited for.
    assert granted(narrow, claim("late", 3.0, queue="day", devices_wanted=2), holder) == ["GPU-b"]


def test_queues_for_different_devices_do_not_wait_for_each_other() -> None:
    first_card = claim("waits for the first", 1.0, queue="a", allowed_device_ids=["GPU-a"])
    holder = claim("holder", 0.5, "holds", queue="a", device_ids=["GPU-a"])
    assert granted(claim("mine", 2.0, allowed_device_ids=["GPU-b"]), first_card, holder) == ["GPU-b"]


def test_two_queues_share_what_is_enough_for_both() -> None:
    assert granted(claim("mine", 2.0), claim("earlier", 1.0, queue="day")) == ["GPU-b"]
