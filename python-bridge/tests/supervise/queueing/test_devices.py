"""What a run wants of a host, from its config and its environment, and how it is told what it got."""

from pathlib import Path
from types import SimpleNamespace

import pynvml
import pytest

from recorded_nvml import recorded_nvml
from tunewright_bridge.devices import HostReader
from tunewright_bridge.devices.nvidia import NvidiaReader
from tunewright_bridge.supervise.queueing.admission import refusal, wish_for
from tunewright_bridge.supervise.queueing.devices import PROCESSOR, Device, Wish, devices_in_use, grant_environment
from tunewright_bridge.supervise.queueing.host import HostLook
from tunewright_bridge.supervise.queueing.turn import Host
from tunewright_bridge.supervise.tree import DEVICES_VARIABLE, QUEUES_VARIABLE

TWO = Host([Device("GPU-aa", "cuda", 0), Device("GPU-ab", "cuda", 1)])
VISIBLE = "CUDA_VISIBLE_DEVICES"


def wish(
    devices: int | None = None,
    *,
    host: Host = TWO,
    command: dict[str, str] | None = None,
    inherited: dict[str, str] | None = None,
    config: dict[str, object] | None = None,
) -> Wish:
    return wish_for(devices, host, fixed=command or {}, inherited=inherited or {}, in_config=config)


def test_the_driver_says_which_devices_there_are_and_which_are_busy() -> None:
    nvml = recorded_nvml()
    gigabyte = 2**30
    used = {0: gigabyte, 1: 9 * gigabyte}
    nvml.nvmlDeviceGetMemoryInfo = lambda handle: SimpleNamespace(total=80 * gigabyte, used=used[handle], free=0)
    look = HostLook(HostReader([NvidiaReader(lambda: nvml)]))
    assert look.idle() is None
    assert look.read().devices == [Device("GPU-0", "cuda", 0), Device("GPU-1", "cuda", 1, is_busy=True)]
    idle = look.idle()
    assert idle is not None
    assert idle.devices == [Device("GPU-0", "cuda", 0), Device("GPU-1", "cuda", 1)]

    def lost() -> int:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)

    nvml.nvmlDeviceGetCount = lost
    host = look.read()
    assert host.devices is None
    assert "GPU is lost" in host.problem


def test_one_device_unless_the_config_says_otherwise() -> None:
    assert wish() == Wish("cuda", 1)
    assert wish(2) == Wish("cuda", 2)
    assert wish(config={"NPROC_PER_NODE": 2}) == Wish("cuda", 2)
    assert wish(inherited={"NPROC_PER_NODE": "2"}) == Wish("cuda", 2)
    assert wish(1, config={"NPROC_PER_NODE": 2}) == Wish("cuda", 1)


def test_a_host_without_accelerators_has_one_device_for_all_processes_of_a_run() -> None:
    assert wish(4, host=Host([])) == Wish("cpu", 1)
    assert refusal("night", wish(4, host=Host([])), Host([])) is None


def test_a_config_that_names_devices_gets_these() -> None:
    assert wish(config={VISIBLE: 1}) == Wish("cuda", 1, ("GPU-ab",), is_fixed=True)
    assert wish(1, config={VISIBLE: "1, 0"}) == Wish("cuda", 2, ("GPU-ab", "GPU-aa"), is_fixed=True)
    assert wish(config={VISIBLE: "GPU-ab"}) == Wish("cuda", 1, ("GPU-ab",), is_fixed=True)
    assert wish(command={VISIBLE: "0"}, inherited={VISIBLE: "1"}) == Wish("cuda", 1, ("GPU-aa",), is_fixed=True)
    assert wish(config={VISIBLE: "MIG-12"}) == Wish("cuda", 1, ("MIG-12",), is_fixed=True)


@pytest.mark.parametrize(("visible", "ids"), [("1,7,0", ("GPU-ab",)), ("1,,0", ("GPU-ab",)), ("0,0", ("GPU-aa",))])
def test_a_list_of_devices_is_read_as_the_driver_reads_it(visible: str, ids: tuple[str, ...]) -> None:
    assert wish(config={VISIBLE: visible}).allowed_ids == ids


def test_the_environment_limits_the_choice_and_comes_before_the_config() -> None:
    assert wish(inherited={VISIBLE: "1"}) == Wish("cuda", 1, ("GPU-ab",))
    assert wish(inherited={VISIBLE: "1"}, config={VISIBLE: "0"}) == Wish("cuda", 1, ("GPU-ab",))


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_who_hides_the_devices_gets_the_processor(hidden: str) -> None:
    assert wish(inherited={VISIBLE: hidden}) == Wish("cpu", 1, is_fixed=True)
    assert wish(config={VISIBLE: hidden}) == Wish("cpu", 1, is_fixed=True)


def test_what_the_host_can_never_give_is_refused() -> None:
    assert refusal("night", wish(2), TWO) is None
    too_many = refusal("night", wish(3), TWO)
    assert too_many is not None
    assert "wants 3 devices and only 2 can be used" in too_many
    assert "set tunewright.devices to 2 or fewer" in too_many
    limited = wish(2, inherited={VISIBLE: "1"})
    assert "only 1 can be used" in (refusal("night", limited, TWO) or "")
    silent = Host(None, problem="nvidia: no answer within 2 s")
    assert "do not answer (nvidia: no answer within 2 s)" in (refusal("night", wish(host=silent), silent) or "")


@pytest.mark.parametrize("name", [" ", "x" * 300, "é" * 90])
def test_a_queue_needs_a_name_that_can_be_a_folder(name: str) -> None:
    assert "tunewright.queue" in (refusal(name, wish(), TWO) or "")


def test_a_command_is_told_which_devices_it_got() -> None:
    def granted(*devices: Device, is_fixed: bool = False) -> dict[str, str]:
        variables = grant_environment(devices, queues=Path("/queues"), is_fixed=is_fixed)
        assert variables.pop(QUEUES_VARIABLE) == "/queues"
        return variables

    first, second = TWO.devices or []
    assert granted(second, first) == {
        VISIBLE: "1,0",
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        DEVICES_VARIABLE: "GPU-ab,GPU-aa",
    }
    assert granted(first, is_fixed=True) == {DEVICES_VARIABLE: "GPU-aa"}
    assert granted(Device("MIG-12", "cuda", None))[VISIBLE] == "MIG-12"
    assert granted(Device("npu:1", "npu", 1)) == {"ASCEND_RT_VISIBLE_DEVICES": "1", DEVICES_VARIABLE: "npu:1"}
    assert granted(PROCESSOR) == {DEVICES_VARIABLE: "cpu"}


def test_marks_of_processes_name_the_devices_in_use() -> None:
    ours = {QUEUES_VARIABLE: "/queues"}
    processes = [
        {},
        {**ours, DEVICES_VARIABLE: "GPU-a,GPU-b"},
        {**ours, DEVICES_VARIABLE: ""},
        {QUEUES_VARIABLE: "/others", DEVICES_VARIABLE: "GPU-c"},
    ]
    assert devices_in_use(processes, Path("/queues")) == {"GPU-a", "GPU-b"}
