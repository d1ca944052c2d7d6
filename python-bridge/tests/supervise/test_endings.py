"""The reason of a failure, found in what real tools print last."""

import pytest

from tunewright_bridge.supervise.endings import last_error

TRACEBACK = """
Traceback (most recent call last):
  File "sft.py", line 3, in <module>
    import msgspec
ModuleNotFoundError: No module named 'msgspec'
"""

TORCHRUN = """
[rank0]: Traceback (most recent call last):
[rank0]:   File "sft.py", line 3, in <module>
[rank0]: ValueError: Using fsdp only works in distributed training.
E1124 12:00:00.000000 7 torch/distributed/elastic/multiprocessing/api.py:874] failed (exitcode: 1)
Traceback (most recent call last):
  File "run.py", line 9, in <module>
torch.distributed.elastic.multiprocessing.errors.ChildFailedError:
============================================================
sft.py FAILED
============================================================
"""

CUDA = """
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.
Train:   3%|3         | 9/300 [00:01<00:40]
"""


@pytest.mark.parametrize(
    ("log", "error"),
    [
        (TRACEBACK, "ModuleNotFoundError: No module named 'msgspec'"),
        (TORCHRUN, "ValueError: Using fsdp only works in distributed training."),
        (CUDA, "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."),
        ("usage: sft.py [-h]\nsft.py: error: argument --x: invalid int value: 'a'\n", None),
        ("something odd\nand its last line\n\n", "and its last line"),
        ("KeyboardInterrupt\n", "KeyboardInterrupt"),
        ("", None),
    ],
)
def test_the_line_that_says_what_went_wrong(log: str, error: str | None) -> None:
    expected = "sft.py: error: argument --x: invalid int value: 'a'" if log.startswith("usage") else error
    assert last_error(log) == expected


def test_a_reason_is_never_a_wall_of_text() -> None:
    assert len(last_error("ValueError: " + "x" * 10_000) or "") == 500
