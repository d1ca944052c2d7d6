"""What a config asks of a queue: said at once where it can never be had, and handed on with the run where it can."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine_programs import python_with_engine
from live_runs import wait_for
from queued_runs import QueueHost, queue_host
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.executors.submit import submit_run
from tunewright_bridge.protocol.bridge import StartRunParams
from tunewright_bridge.protocol.run import AttemptCommand, RunSummary
from tunewright_bridge.runs.layout import runs_root
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.store import RunStore


class Desk:
    """Starts configs on a pretend host with two cards."""

    def __init__(self, host: QueueHost, folder: Path) -> None:
        self.host = host
        self._interpreter = python_with_engine(folder / "engine")

    def submit(self, own: str, *, keys: str = "") -> RunSummary:
        config = self.host.workspace / "first.sft.yaml"
        config.write_text(f"model: hub/model\ndataset: [train.jsonl]\n{keys}\ntunewright: {own}\n")
        config.with_name("train.jsonl").touch()
        params = StartRunParams(
            root=str(runs_root(self.host.workspace)), config_path=str(config), interpreter=str(self._interpreter)
        )
        summary = submit_run(params, environment=self.host.environment)
        self.host.take_in(Path(summary.directory))
        return summary

    def refused(self, own: str, *, keys: str = "") -> str:
        with pytest.raises(BridgeError) as caught:
            self.submit(own, keys=keys)
        assert RunStore(runs_root(self.host.workspace)).list() == ([], 0)
        assert caught.value.code == "config-invalid"
        return str(caught.value)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("TRAINER", "--steps 1")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    with queue_host(tmp_path, monkeypatch, cards=2) as host:
        yield Desk(host, tmp_path)


def test_more_devices_than_the_host_has_are_refused_before_anything_is_stored(desk: Desk) -> None:
    message = desk.refused("{queue: night, devices: 3}")
    assert "wants 3 devices and only 2 can be used on this host; set tunewright.devices to 2 or fewer" in message
    assert "first.sft.yaml" in message


def test_a_config_that_names_a_card_beyond_the_last_one_is_no_reason_to_wait(desk: Desk) -> None:
    # The driver shows the program none then, and it trains on the processor.
    summary = desk.submit("{queue: night}", keys="ENV: {CUDA_VISIBLE_DEVICES: 7}")
    assert summary.state in ("queued", "starting", "running", "succeeded")


def test_a_queue_must_have_a_name(desk: Desk) -> None:
    assert "tunewright.queue is empty" in desk.refused("{queue: ' '}")


@pytest.mark.parametrize(
    ("keys", "own", "wanted"),
    [
        ("", "{queue: night}", 1),
        ("parallel_strategy: single", "{queue: night}", 1),
        ("parallel_strategy: ddp", "{queue: night}", 2),
        ("parallel_strategy: ddp", "{queue: night, devices: 1}", 1),
        ("", "{queue: night, devices: 2}", 2),
        ("ENV: {NPROC_PER_NODE: 2}", "{queue: night}", 2),
        ("ENV: {CUDA_VISIBLE_DEVICES: '0,1'}", "{queue: night}", 2),
    ],
)
def test_how_many_devices_a_config_asks_for(desk: Desk, keys: str, own: str, wanted: int) -> None:
    desk.host.hold("first", devices=2)
    summary = desk.submit(own, keys=keys)
    assert (summary.state, summary.cause and summary.cause.code) == ("queued", "waits-in-queue")
    assert summary.reason == "waits for free devices in the queue night"
    (waiting,) = [entry for entry in desk.host.entries() if entry.device_ids is None]
    assert waiting.devices_wanted == wanted


def test_a_run_with_one_device_is_not_bound_to_the_first_card(desk: Desk) -> None:
    desk.host.hold("first")
    desk.submit("{queue: night}", keys="parallel_strategy: single")
    run = desk.host.runs[-1]
    assert run.wait_for_end().state == "succeeded"
    terms = read_record(AttemptCommand, run.attempt.command).terms
    assert terms is not None
    assert terms.devices == 1
    wait_for(lambda: "first" in desk.host.begun, "the other one, all the while")
    desk.host.let_go("first")
