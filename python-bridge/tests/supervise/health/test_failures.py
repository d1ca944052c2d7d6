"""Known failures in what is printed: every entry of the table by a message as it is really seen, and no others."""

import pytest

from supervise.health.made_points import device, point
from tunewright_bridge.supervise.health.detector import ConsoleBlock, Ending, Sample, Symptom
from tunewright_bridge.supervise.health.failure_table import KNOWN_FAILURES
from tunewright_bridge.supervise.health.failures import FailureDetector
from tunewright_bridge.supervise.health.panel import DetectorPanel
from tunewright_bridge.supervise.health.plan import TrainingPlan

TRACEBACK = 'Traceback (most recent call last):\n  File "train.py", line 3, in main\n    step()\n'
FAILED = Ending(exit_code=1)

# The last line of a traceback, and what follows it, as the libraries print it.
MESSAGES: dict[str, str] = {
    "cuda-out-of-memory": "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.32 GiB. GPU 0 has a total "
    "capacity of 79.15 GiB of which 1.08 GiB is free. Including non-PyTorch memory, this process has 78.06 GiB "
    "memory in "
    "use.",
    "cuda-allocation-failed": "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling "
    "`cublasCreate(handle)`",
    "npu-out-of-memory": "RuntimeError: NPU out of memory. Tried to allocate 20.00 MiB (NPU 0; 60.97 GiB total "
    "capacity)",
    "mps-out-of-memory": "RuntimeError: MPS backend out of memory (MPS allocated: 17.96 GiB, max allowed: 18.13 GiB).",
    "vllm-no-memory": "ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization`.",
    "worker-killed": "RuntimeError: DataLoader worker (pid 4242) is killed by signal: Killed.",
    "shared-memory-too-small": "RuntimeError: DataLoader worker (pid 7) is killed by signal: Bus error. It is possible "
    "that dataloader's workers are out of shared memory.",
    "host-out-of-memory": "OSError: [Errno 12] Cannot allocate memory",
    "no-space-left": "OSError: [Errno 28] No space left on device: 'output/checkpoint-20/optimizer.pt'",
    "quota-exceeded": "OSError: [Errno 122] Disk quota exceeded",
    "too-many-open-files": "OSError: [Errno 24] Too many open files: 'data/train.jsonl'",
    "permission-denied": "PermissionError: [Errno 13] Permission denied: '/data/models'",
    "nccl-error": "torch.distributed.DistBackendError: NCCL error in: NCCLUtils.cpp:77, unhandled system error\n"
    "ncclSystemError: System call (e.g. socket, malloc) or external library call failed or device error.",
    "connection-between-ranks-lost": "RuntimeError: [pair.cc:534] Connection closed by peer [127.0.0.1]:29511",
    "port-in-use": "torch.distributed.DistNetworkError: The server socket has failed to listen on any local network "
    "address. port: 29500, useIpv6: false, code: -98, name: EADDRINUSE, message: address already in use",
    "rendezvous-timeout": "torch.distributed.DistNetworkError: The client socket has timed out after 600000ms while "
    "trying to connect to (10.0.0.1, 29500).",
    "gpu-lost": "RuntimeError: CUDA error: uncorrectable ECC error encountered",
    "device-side-assert": "RuntimeError: CUDA error: device-side assert triggered",
    "illegal-memory-access": "torch.AcceleratorError: CUDA error: an illegal memory access was encountered",
    "driver-too-old": "RuntimeError: The NVIDIA driver on your system is too old (found version 11040).",
    "no-gpu": "RuntimeError: Found no NVIDIA driver on your system.",
    "no-kernel-for-gpu": "RuntimeError: CUDA error: no kernel image is available for execution on the device",
    "bf16-unsupported": "ValueError: Your setup doesn't support bf16/gpu.",
    "half-unsupported": "RuntimeError: \"addmm_impl_cpu_\" not implemented for 'Half'",
    "fp16-gradients": "ValueError: Attempting to unscale FP16 gradients.",
    "dtype-mismatch": "RuntimeError: mat1 and mat2 must have the same dtype, but got Float and BFloat16",
    "flash-attention-gpu": "RuntimeError: FlashAttention only supports Ampere GPUs or newer.",
    "flash-attention-missing": "ImportError: FlashAttention2 has been toggled on, but it cannot be used due to the "
    "following error: the package flash_attn seems to be not installed.",
    "mpi4py-missing": "ModuleNotFoundError: No module named 'mpi4py'",
    "compiler-missing": "deepspeed.ops.op_builder.builder.MissingCUDAException: CUDA_HOME does not exist, unable to "
    "compile CUDA op(s)",
    "bitsandbytes-unusable": "ImportError: Using `bitsandbytes` 4-bit quantization requires the latest version of "
    "bitsandbytes: `pip install -U bitsandbytes`",
    "package-missing": "ModuleNotFoundError: No module named 'msgspec'",
    "packages-do-not-fit": "ImportError: cannot import name 'is_npu' from 'transformers.utils' (utils/__init__.py)",
    "system-library-too-old": "ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found",
    "shapes-differ": "RuntimeError: Error(s) in loading state_dict for Qwen2ForCausalLM:\n\tsize mismatch for "
    "lm_head.weight: copying a param with shape torch.Size([640, 128]) from checkpoint",
    "optimizer-differs": "ValueError: loaded state dict contains a parameter group that doesn't match the size of "
    "optimizer's group",
    "weights-only-load": "_pickle.UnpicklingError: Weights only load failed. This file can still be loaded",
    "weights-damaged": "safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata",
    "checkpoint-not-found": "ValueError: Can't find a valid checkpoint at output/checkpoint-10",
    "hub-gated": "OSError: You are trying to access a gated repo.\nMake sure to have access to it.",
    "hub-rate-limited": "requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url",
    "hub-unknown": "huggingface_hub.errors.RepositoryNotFoundError: 401 Client Error. (Request ID: Root=1)",
    "hub-unreachable": "OSError: We couldn't connect to 'https://huggingface.co' to load the files",
    "model-type-unknown": "ValueError: Failed to automatically match `model_type` for `model`. Multiple possible types",
    "architecture-unknown": "ValueError: The checkpoint you are trying to load has model type `qwen9` but Transformers "
    "does not recognize this architecture.",
    "remote-code": "ValueError: Loading model requires you to execute the configuration file in that repo on your "
    "local "
    "machine.",
    "template-unknown": "ValueError: Failed to automatically match `template_type` for `model`. Multiple possible "
    "types",
    "template-without-system": "AssertionError: The template does not support `system`, template_type: qwen2_5",
    "tokenizer-mismatch": "IndexError: index out of range in self",
    "dataset-not-found": "FileNotFoundError: [Errno 2] No such file or directory: 'data/train.jsonl'",
    "dataset-unreadable": "pyarrow.lib.ArrowInvalid: JSON parse error: Missing a closing quotation mark in string. in "
    "row 3",
    "dataset-columns": "KeyError: 'rejected_response'",
    "dataset-left-out": "TypeError: 'NoneType' object is not iterable",
    "dataset-empty": "ValueError: num_samples should be a positive integer value, but got num_samples=0",
    "streaming-needs-max-steps": "ValueError: The train_dataset does not implement __len__, so the number of training "
    "steps cannot be inferred",
    "unknown-argument": "ValueError: remaining_argv: ['--train_type', 'lora']",
    "wrong-value": "ValueError: cosinee is not a valid SchedulerType",
    "batch-of-one": "ValueError: Batch size is 1 (too small). KTO will not work properly.",
    "batches-do-not-divide": "ValueError: generation_batch_size (6) must be divisible by the global batch size (4).",
    "strategy-contradicts-devices": "ValueError: DeepSpeed is not compatible with `device_map`. n_gpu: 4",
    "unused-parameters": "RuntimeError: Expected to have finished reduction in the prior iteration before starting "
    "a new "
    "one.",
    "nothing-to-train": "RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn",
    "unknown-target-modules": "ValueError: Target modules {'qkv'} not found in the base model.",
    "tracker-not-signed-in": "wandb.errors.UsageError: api_key not configured (no-tty). call wandb.login(key=[key])",
    "rollout-server-unreachable": "ConnectionError: The vLLM server can't be reached after 240 seconds.",
    "kernel-does-not-compile": "triton.runtime.errors.OutOfResources: out of resource: shared memory, Required: 140000",
}

# Where the words alone would not do.
FRAMES: dict[str, str] = {
    "dataset-left-out": TRACEBACK.replace("step()", "next(iter(train_dataset))\n              ^^^^^^^^^"),
}

# Lines that belong to no traceback.
LINES: dict[str, str] = {
    "nccl-timeout": "[rank0]:[E1124 12:00:00 ProcessGroupNCCL.cpp:632] [Rank 0] Watchdog caught collective operation "
    "timeout: WorkNCCL(SeqNum=12, OpType=ALLREDUCE, Timeout(ms)=600000) ran for 600012 milliseconds before timing out.",
    "wrong-argument": "sft.py: error: argument --max_length/--max-length: invalid int value: 'abc'",
}

ENDINGS: dict[str, Ending] = {
    "killed-for-memory": Ending(signal=9, was_killed_for_memory=True),
    "killed": Ending(exit_code=137),
    "crashed": Ending(signal=11),
}


def detector(plan: TrainingPlan | None = None) -> DetectorPanel:
    made = DetectorPanel([FailureDetector], plan or TrainingPlan())
    # A live run has been looked at before it fails.
    made.symptoms(0.0)
    return made


def told(made: DetectorPanel, text: str, *, ending: Ending | None = FAILED, at: float = 10.0) -> list[Symptom]:
    made.take_console(ConsoleBlock((text + "\n").encode(), 100))
    made.symptoms(at)
    if ending is not None:
        made.take_ending(ending)
    return list(made.symptoms(at + 5))


def test_every_entry_is_tried() -> None:
    instead = {known.where_memory_ran_out for known in KNOWN_FAILURES} - {None}
    assert {*MESSAGES, *LINES, *ENDINGS, *instead} == {known.id for known in KNOWN_FAILURES}


@pytest.mark.parametrize("failure", MESSAGES)
def test_an_error_is_recognized(failure: str) -> None:
    kind = next(known.kind for known in KNOWN_FAILURES if known.id == failure)
    frames = FRAMES.get(failure, TRACEBACK)
    symptoms = told(detector(), frames + MESSAGES[failure])
    assert [(symptom.kind, symptom.subject) for symptom in symptoms] == [(kind, failure)]
    assert symptoms[0].log_offset == 100 + len(frames)


@pytest.mark.parametrize("prefix", ["[rank1]: ", "[rank0]:[rank0]: "])
def test_an_error_of_a_rank_is_recognized(prefix: str) -> None:
    text = "".join(f"{prefix}{line}\n" for line in (TRACEBACK + MESSAGES["cuda-out-of-memory"]).splitlines())
    assert [symptom.subject for symptom in told(detector(), text)] == ["cuda-out-of-memory"]


@pytest.mark.parametrize("failure", LINES)
def test_a_line_is_recognized(failure: str) -> None:
    assert [symptom.subject for symptom in told(detector(), LINES[failure])] == [failure]


@pytest.mark.parametrize("failure", ENDINGS)
def test_an_ending_is_recognized(failure: str) -> None:
    assert [symptom.subject for symptom in told(detector(), "", ending=ENDINGS[failure])] == [failure]


def test_a_kill_alone_is_not_called_a_lack_of_memory() -> None:
    symptom = told(detector(), "", ending=Ending(signal=9))[0]
    assert (symptom.kind, symptom.subject) == ("engine_failure", "killed")
    assert symptom.values["advice"]
    symptom = told(detector(), "", ending=Ending(signal=9, was_killed_for_memory=True))[0]
    assert (symptom.kind, symptom.subject) == ("out_of_memory", "killed-for-memory")


def test_a_kill_while_the_host_was_full_was_for_memory() -> None:
    made = detector()
    made.take_sample(Sample(at=1.0, devices=[device(kind="cpu", used=99, total=100)]))
    assert [symptom.subject for symptom in told(made, "", ending=Ending(signal=9))] == ["killed-for-memory"]


@pytest.mark.parametrize("message", ["is killed by signal: Killed.", "exited unexpectedly"])
def test_a_killed_worker_alone_is_not_called_a_lack_of_memory(message: str) -> None:
    text = f"{TRACEBACK}RuntimeError: DataLoader worker (pid 4242) {message}"
    (symptom,) = told(detector(), text)
    assert (symptom.kind, symptom.subject) == ("engine_failure", "worker-killed")
    assert "streaming" in symptom.values["advice"]
    (symptom,) = told(detector(), text, ending=Ending(exit_code=1, was_killed_for_memory=True))
    assert (symptom.kind, symptom.subject) == ("out_of_memory", "worker-killed-for-memory")
    assert symptom.log_offset == 100 + len(TRACEBACK)
    full = detector()
    full.take_sample(Sample(at=1.0, devices=[device(kind="cpu", used=99, total=100)]))
    assert [symptom.subject for symptom in told(full, text)] == ["worker-killed-for-memory"]


def test_values_are_those_of_the_message() -> None:
    symptom = told(detector(), TRACEBACK + MESSAGES["cuda-out-of-memory"])[0]
    assert (symptom.values["wanted"], symptom.values["device"], symptom.values["total"]) == (
        "2.32 GiB",
        "0",
        "79.15 GiB",
    )
    assert "advice" in symptom.values
    assert told(detector(), TRACEBACK + MESSAGES["package-missing"])[0].values["module"] == "msgspec"


def test_out_of_memory_is_told_while_the_command_still_lives() -> None:
    text = TRACEBACK + MESSAGES["cuda-out-of-memory"]
    assert [symptom.subject for symptom in told(detector(), text, ending=None)] == ["cuda-out-of-memory"]
    assert told(detector(TrainingPlan(finds_batch_size=True)), text, ending=None) == []
    assert told(detector(), TRACEBACK + MESSAGES["hub-unreachable"], ending=None) == []


def test_an_error_that_was_caught_is_none() -> None:
    made = detector()
    assert told(made, TRACEBACK + MESSAGES["cuda-out-of-memory"], ending=None) != []
    made.take_point(point(1, at=30.0))
    assert made.symptoms(31.0) == []
    made.take_ending(FAILED)
    assert list(made.symptoms(40.0)) == []


def test_a_run_that_succeeds_has_not_failed_whatever_it_printed() -> None:
    assert told(detector(), TRACEBACK + MESSAGES["package-missing"], ending=Ending(exit_code=0)) == []


def test_the_first_cause_is_told_and_not_what_follows_from_it() -> None:
    after = TRACEBACK + MESSAGES["connection-between-ranks-lost"]
    text = f"{TRACEBACK}{MESSAGES['cuda-out-of-memory']}\n{after}\n{TRACEBACK}{MESSAGES['nccl-error']}"
    assert [symptom.subject for symptom in told(detector(), text)] == ["cuda-out-of-memory"]
    text = f"{TRACEBACK}{MESSAGES['package-missing']}\n{after}"
    assert [symptom.subject for symptom in told(detector(), text)] == ["package-missing"]
    assert [symptom.subject for symptom in told(detector(), after)] == ["connection-between-ranks-lost"]


def test_an_error_that_says_little_needs_its_line_of_code() -> None:
    assert told(detector(), TRACEBACK + MESSAGES["dataset-left-out"]) == []


def test_words_in_data_are_no_failure() -> None:
    sample = "\n".join(["[INFO:swift] [INPUT] user: what does this mean?", *TRACEBACK.splitlines()])
    text = f"{sample}\n{MESSAGES['cuda-out-of-memory']}\n[INFO:swift] The logging file will be saved in: x"
    assert told(detector(), text, ending=None) == []
    assert told(detector(), MESSAGES["no-space-left"], ending=None) == []
    assert told(detector(), f"the answer: {MESSAGES['no-space-left']}", ending=None) == []


def test_lines_come_in_pieces() -> None:
    made = detector()
    text = (TRACEBACK + MESSAGES["shapes-differ"] + "\n").encode()
    offset = 0
    for line in text.splitlines(keepends=True):
        made.take_console(ConsoleBlock(line, offset))
        offset += len(line)
    made.take_ending(FAILED)
    symptoms = made.symptoms(1.0)
    assert [symptom.values for symptom in symptoms] == [{"name": "lm_head.weight"}]
