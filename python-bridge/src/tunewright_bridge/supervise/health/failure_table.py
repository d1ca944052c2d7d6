"""The table of known failures of the engine and its libraries: how to recognize each, what it means, what to do next.

The first entry that fits is the one that is told, so the particular stands before the general. `docs/alerts.md` and
`protocol/alerts.json`, from which the editor's texts are made, are written from this table (catalog.py).
"""

from dataclasses import dataclass
from typing import Literal

from tunewright_bridge.protocol.alert import AlertKind


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """One entry. Named groups of the pattern are values of both texts, where they stand as `{name}`."""

    id: str
    # A regular expression that is searched in an error: its first line without what torchrun puts in front, and what
    # follows until the next error. For a `line` it is matched from the beginning of any line that is printed.
    # A digit at the end of a group's name is left out of that of its value, which alternatives can thus share.
    # None: told only instead of another.
    pattern: str | None
    meaning: str
    next_step: str
    kind: AlertKind = "engine_failure"
    # For an error whose own words say little: what the line of code holds at which it was raised.
    frame: str | None = None
    # `ending`: the command was killed, which no line of the log says; the pattern names how.
    source: Literal["error", "line", "ending"] = "error"
    # Told at once, since what comes after it may take long to come. Others are told when the command has ended by
    # them, because programs catch errors and go on.
    is_told_at_once: bool = False
    # The entry that is told instead where the system says that the host's memory ran out.
    where_memory_ran_out: str | None = None
    # Follows from the failure of another process, which says more where it is known too.
    is_consequence: bool = False


_MEMORY: AlertKind = "out_of_memory"
_NO_ROWS = "No row of the data set is left to train on."
_WHY_NO_ROWS = (
    "Rows are left out whose columns are those of no known format, or that are longer than max_length; the log says "
    "how many. Set strict: true to see the first bad row."
)

# fmt: off
KNOWN_FAILURES: tuple[KnownFailure, ...] = (
    KnownFailure("cuda-out-of-memory",
        r"CUDA out of memory\. Tried to allocate (?P<wanted>[\d.]+ \w+)(?:\. GPU (?P<device>\d+)"
        r"(?: has a total capacity of (?P<total>[\d.]+ \w+)(?: of which (?P<free>[\d.]+ \w+) is free)?)?)?",
        "A GPU has no memory left: {wanted} more were asked for.",
        "Resume with one of the changes below, the cheapest first. If another program holds memory of the GPU, end it.",
        kind=_MEMORY, is_told_at_once=True),
    KnownFailure("cuda-allocation-failed", r"CUDA error: out of memory|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC",
        "A library of the GPU got no memory for its own work.",
        "Resume with one of the changes below, the cheapest first.", kind=_MEMORY, is_told_at_once=True),
    KnownFailure("npu-out-of-memory", r"NPU out of memory",
        "An NPU has no memory left.",
        "Resume with one of the changes below, the cheapest first.", kind=_MEMORY, is_told_at_once=True),
    KnownFailure("mps-out-of-memory", r"MPS backend out of memory",
        "The Apple GPU has used up the memory that it may take.",
        "Resume with one of the changes below, or close other programs: the memory is shared with them.",
        kind=_MEMORY, is_told_at_once=True),
    KnownFailure("vllm-no-memory",
        r"No available memory for the cache blocks|less than desired GPU memory utilization|"
        r"larger than the (?:maximum number of tokens that can be stored in KV cache|available KV cache memory)",
        "vLLM has too little GPU memory left for its cache.",
        "Set vllm_gpu_memory_utilization to what is free, lower vllm_max_model_len, or give vLLM devices of its own.",
        kind=_MEMORY),
    KnownFailure("worker-killed", r"DataLoader worker \(pid\(?s?\)?:? ?[\d, ]+\) (?:is killed by signal: Killed|exited "
        r"unexpectedly)",
        "A process that loads data was killed or died. Nothing shows that memory ran out, which is the most common "
        "reason.",
        "Look for an earlier error in the log, and for a kill in the system's log (dmesg). If memory was full, resume "
        "with one of the changes below; if not, dataloader_num_workers: 0 shows the error of the data itself.",
        where_memory_ran_out="worker-killed-for-memory"),
    KnownFailure("worker-killed-for-memory", None,
        "The system killed a process that loads data because the host's memory ran out.",
        "Lower dataloader_num_workers and dataset_num_proc, or read the data with streaming: true.", kind=_MEMORY),
    KnownFailure("shared-memory-too-small",
        r"out of shared memory|unable to (?:open|allocate) shared memory|killed by signal: Bus error",
        "The host's shared memory (/dev/shm) is too small for the processes that load data.",
        "Set dataloader_num_workers: 0, or make /dev/shm larger (in Docker: --shm-size or --ipc=host)."),
    KnownFailure("host-out-of-memory",
        r"can't allocate memory|Cannot allocate memory|^MemoryError|bad_alloc|Unable to allocate [\d.]+ \w+ for "
        r"an array",
        "The host has no memory left for the run.",
        "Resume with one of the changes below; lower dataset_num_proc and dataloader_num_workers; close other "
        "programs.",
        kind=_MEMORY, is_told_at_once=True),
    KnownFailure("killed-for-memory", None,
        "The system killed the command because memory ran out.",
        "Resume with one of the changes below, or raise the memory limit of the machine or container.",
        kind=_MEMORY, source="ending"),
    KnownFailure("killed", r"SIGKILL",
        "The command was killed from outside (exit code 137 means the same). Most often the system does that "
        "when memory "
        "runs out.",
        "Look at the memory in the device charts and in the system's log (dmesg). If it was full, resume with "
        "one of the "
        "changes below.", source="ending", where_memory_ran_out="killed-for-memory"),
    KnownFailure("no-space-left", r"No space left on device|(?:file write failed|failed writing file|inline_container)",
        "The disk is full, or was for a moment while a file was written.",
        "Free space, then resume; lower save_total_limit, raise save_steps, or set save_only_model: true.",
        is_told_at_once=True),
    KnownFailure("quota-exceeded", r"Disk quota exceeded",
        "The disk quota of the user or the project is used up.",
        "Free space or ask for more, then resume; output_dir may also point to another disk.", is_told_at_once=True),
    KnownFailure("too-many-open-files", r"Too many open files",
        "The process may not open more files.",
        "Raise the limit (ulimit -n 65536) where the editor or its server is started; lower dataloader_num_workers."),
    KnownFailure("permission-denied", r"Permission denied: '(?P<path>[^']+)'",
        "{path} may not be read or written by this user.",
        "Change its owner or its rights, or let output_dir, or the cache, lie elsewhere."),
    KnownFailure("nccl-timeout", r".*Watchdog caught collective operation timeout",
        "The GPUs waited for each other until the time was up: one process hangs, died or does something else.",
        "Look for the first error of any rank in the log. If an evaluation or the loading of data takes that "
        "long on one "
        "rank, raise ddp_timeout.", source="line", is_told_at_once=True),
    KnownFailure("nccl-error", r"nccl(?:SystemError|InternalError|UnhandledCudaError|InvalidUsage)|NCCL error",
        "NCCL, by which the GPUs talk to each other, failed.",
        "Resume with NCCL_DEBUG: INFO under ENV in the config and look at the lines before the error; behind it "
        "are often "
        "a wrong network interface (NCCL_SOCKET_IFNAME), a GPU used twice, or a small /dev/shm.", is_consequence=True),
    KnownFailure("connection-between-ranks-lost",
        r"Connection closed by peer|Connection reset by peer|ncclRemoteError|recvValue failed|Broken pipe",
        "A process of the same training went away, and the others noticed.",
        "Look for the error of the rank that ended first.", is_consequence=True),
    KnownFailure("port-in-use", r"EADDRINUSE|[Aa]ddress already in use",
        "The port that the processes meet at, or that is served on, is taken by another program.",
        "Set MASTER_PORT under ENV (or port, for a served model) to a free one, or end the other program."),
    KnownFailure("rendezvous-timeout", r"RendezvousTimeoutError|client socket has timed out after|DistStoreError",
        "The processes of the training did not find each other in time.",
        "Check that every machine was started, with the same MASTER_ADDR and MASTER_PORT, and that no firewall is "
        "between."),
    KnownFailure("gpu-lost", r"GPU is lost|uncorrectable ECC error|Unable to determine the device handle|unspecified "
        r"launch failure|GPU has fallen off the bus",
        "A GPU failed, in hardware or in its driver.",
        "Look at nvidia-smi and dmesg; a reset of the GPU or a restart of the machine is needed. Then resume.",
        is_told_at_once=True),
    KnownFailure("device-side-assert", r"device-side assert triggered",
        "A kernel found an index outside its table, most often a token that the model does not have.",
        "Check that tokenizer and model belong together and that no sample is longer than the model allows; "
        "CUDA_LAUNCH_BLOCKING: 1 under ENV shows the line."),
    KnownFailure("illegal-memory-access", r"illegal memory access|misaligned address",
        "A kernel of the GPU touched memory that is not its own: a defect of a kernel, or of the card.",
        "Resume. If it happens again, set attn_impl: sdpa and use_liger_kernel: false, and try another GPU."),
    KnownFailure("driver-too-old", r"NVIDIA driver on your system is too old|CUDA driver version is insufficient",
        "The NVIDIA driver is older than the CUDA that torch was built for.",
        "Update the driver, or install a torch that was built for an older CUDA."),
    KnownFailure("no-gpu", r"Found no NVIDIA driver|No CUDA GPUs are available|Torch not compiled with CUDA enabled|"
        r"no CUDA-capable device|A GPU or XPU is needed|None of the available devices|"
        r"Cannot access accelerator device when none is available",
        "A GPU is needed and none can be used.",
        "Check nvidia-smi, CUDA_VISIBLE_DEVICES and whether torch was installed with CUDA. On a machine without a GPU "
        "leave out what needs one."),
    KnownFailure("no-kernel-for-gpu", r"no kernel image is available for execution",
        "A library was not built for this generation of GPU.",
        "Install a torch (and flash-attn, bitsandbytes) that supports the GPU."),
    KnownFailure("bf16-unsupported", r"doesn't support bf16|bf16 is not supported|BFloat16 is not supported|"
        r"does not support bfloat16",
        "The device cannot compute with bfloat16.",
        "Set torch_dtype: float16 (or float32 on a processor) and leave out bf16: true."),
    KnownFailure("half-unsupported", r"not implemented for '(?:Half|BFloat16)'|fp16 mixed precision requires a GPU",
        "The device cannot compute with half precision.",
        "Set torch_dtype: float32, fp16: false and bf16: false."),
    KnownFailure("fp16-gradients", r"Attempting to unscale FP16 gradients",
        "Weights in float16 cannot be trained with fp16: true; the gradients have no room.",
        "Set torch_dtype: bfloat16 and bf16: true, or torch_dtype: float32 with fp16: true."),
    KnownFailure("dtype-mismatch", r"must have the same dtype|expected (?:m1 and m2|mat1 and mat2) to have the same|"
        r"expected scalar type|should be the same",
        "Two parts of the model compute in different precisions.",
        "Set torch_dtype to that of the model, and bf16 or fp16 to fit; for quantized models set "
        "bnb_4bit_compute_dtype."),
    KnownFailure("flash-attention-gpu", r"FlashAttention only supports",
        "This GPU is too old for flash attention.",
        "Set attn_impl: sdpa, and leave out packing and padding_free, which need flash attention."),
    KnownFailure("flash-attention-missing",
        r"flash[-_]attn.{0,60}(?:not installed|not available)|FlashAttention\S* has been toggled on|named 'flash_attn|"
        r"requires a flash attention implementation",
        "Flash attention is asked for, and the package flash-attn cannot be used.",
        "Install flash-attn into the engine's environment (it needs a GPU), or set attn_impl: sdpa and leave out "
        "packing "
        "and padding_free."),
    KnownFailure("mpi4py-missing", r"No module named 'mpi4py'",
        "DeepSpeed was started by a single process without torchrun, and then wants MPI.",
        "Set parallel_strategy in place of deepspeed, or NPROC_PER_NODE: 1 under ENV."),
    KnownFailure("compiler-missing", r"CUDA_HOME (?:environment variable is not set|does not exist)|Ninja is required|"
        r"Failed to find C compiler|Unable to find nvcc|command 'gcc' failed|Python\.h: No such file",
        "A library compiles its kernels when it is first used, and the compiler for it is missing.",
        "Install the CUDA toolkit and a C compiler (and set CUDA_HOME), or leave out the option that needs them: "
        "deepspeed offload, a kernel library."),
    KnownFailure("bitsandbytes-unusable", r"CUDA Setup failed|bitsandbytes.{0,80}(?:not compiled|was not found|"
        r"install)|"
        r"No module named 'bitsandbytes'|bitsandbytes>=",
        "Quantized weights need the package bitsandbytes, which is missing or does not fit this machine.",
        "Install bitsandbytes into the engine's environment, or leave out quant_method."),
    KnownFailure("package-missing", r"No module named '(?P<module>[\w.]+)'|(?P<module2>[\w.-]+) is not installed|"
        r"The '(?P<module3>[\w.-]+)' distribution was not found|"
        r"PackageNotFoundError: (?:No package metadata was found for )?(?P<module4>[\w.-]+)|"
        r"pip install (?:-U |--upgrade )?['\"]?(?P<module5>[\w.-]+)",
        "A Python package that this config needs is not installed: {module}.",
        "Install it into the engine's environment (the names of package and module can differ), or leave out the "
        "option that needs it."),
    KnownFailure("packages-do-not-fit", r"cannot import name '(?P<name>[^']+)' from '(?P<module>[^']+)'|"
        r"is required for a normal functioning|undefined symbol|is incompatible with|requires "
        r"(?P<needed>[\w.-]+[<>=]=?\S+)",
        "Two packages of the engine's environment do not fit together.",
        "Set the engine's environment up anew (command Install the Engine), or install the versions that the message "
        "names."),
    KnownFailure("system-library-too-old", r"GLIBC(?:XX)?_[\d.]+' not found|cannot open shared object file",
        "A compiled package needs a library that this system has not, or not new enough.",
        "Install the library, or a build of the package for this system."),
    KnownFailure("shapes-differ", r"size mismatch for (?P<name>\S+):|copying a param with shape|"
        r"(?:Missing|Unexpected) key\(s\) in state_dict",
        "The weights in the checkpoint have other shapes than the model that the config makes.",
        "Resume with the model, tuner_type, lora_rank and target_modules with which the checkpoint was trained."),
    KnownFailure("optimizer-differs", r"parameter group that doesn't match|different number of parameter groups",
        "The optimizer's state in the checkpoint is of other parameters than the config trains.",
        "Resume with the config of the checkpoint, or take its weights only."),
    KnownFailure("weights-only-load", r"Weights only load failed|vulnerability issue in `torch\.load`",
        "torch refuses to read this file of a checkpoint, because such files can hold programs.",
        "Use a torch of at least 2.6 and safetensors; take the weights only where just the optimizer's state is "
        "refused."),
    KnownFailure("weights-damaged", r"Error while deserializing header|SafetensorError|PytorchStreamReader failed|"
        r"invalid load key|failed finding central directory",
        "A file with weights is damaged or was not written to its end.",
        "Resume from the checkpoint before it. A downloaded model has to be downloaded again."),
    KnownFailure("checkpoint-not-found", r"Can't find a valid checkpoint at (?P<path>\S+)|"
        r"path: '(?P<path2>[^']+)' not found",
        "There is no checkpoint, or no model, at {path}.",
        "Choose another checkpoint, or correct the path in the config."),
    KnownFailure("hub-gated", r"gated repo|GatedRepoError|is restricted and you are not in the authorized list",
        "The model's or data set's owner gives access only to who asked for it.",
        "Ask for access on its page, then set HF_TOKEN (as a secret of the editor) to a token of that account."),
    KnownFailure("hub-rate-limited", r"429 Client Error|Too Many Requests",
        "The hub refuses for a while, because too much was asked of it.",
        "Wait some minutes, then resume; a token raises the limit."),
    KnownFailure("hub-unknown", r"RepositoryNotFoundError|404 Client Error|401 Client Error|does not exist on|"
        r"Repo id must be|Invalid username or password|Model \S+ not exist|namespace is required",
        "The hub knows no such model or data set, or not for this account.",
        "Check the name and use_hf (Hugging Face or ModelScope), and for private ones the token."),
    KnownFailure("hub-unreachable", r"Max retries exceeded with url|couldn't connect to|NameResolutionError|"
        r"LocalEntryNotFoundError|OfflineModeIsEnabled|Temporary failure in name resolution|outgoing traffic has been "
        r"disabled|Network is unreachable|ReadTimeoutError|Failed to establish a new connection|ConnectError|"
        r"offline mode is enabled",
        "A model or data set was to be downloaded, and the hub cannot be reached.",
        "Check the network, the proxy and HF_ENDPOINT, or give the path of a local folder."),
    KnownFailure("model-type-unknown", r"Failed to automatically match `model_type`|Please specify `?model_type",
        "The engine cannot tell from the model's folder which kind of model it is.",
        "Set model_type in the config; the message names the possible ones."),
    KnownFailure("architecture-unknown", r"model type `(?P<name>[^`]+)` but Transformers does not recognize",
        "The installed transformers does not know models of type {name}.",
        "Update transformers within what the engine allows, or use a newer engine."),
    KnownFailure("remote-code", r"trust_remote_code|execute the configuration file in that repo",
        "The model brings program code of its own that was not allowed to run.",
        "Read that code; if you trust it, the option is named in the message."),
    KnownFailure("template-unknown", r"Failed to automatically match `template_type`|Please specify `?template|"
        r"template_type: '[^']*' not in",
        "The engine cannot tell which chat template the model was trained with.",
        "Set template in the config; the message names the possible ones."),
    KnownFailure("template-without-system", r"template does not support `system`",
        "The chat template has no place for a system prompt.",
        "Remove system from the config, or set another template."),
    KnownFailure("tokenizer-mismatch", r"index out of range in self|tokenizer.{0,80}(?:does not|doesn't|no) |"
        r"Can't load tokenizer|Couldn't instantiate the backend tokenizer|chat_template is not set",
        "Tokenizer and model, or tokenizer and template, do not belong together.",
        "Check that the model's folder holds its own tokenizer, and that template is the one of that model."),
    KnownFailure("dataset-not-found", r"(?:Couldn't|Could not) find (?:a dataset|any data file)|DatasetNotFoundError|"
        r"Unable to find '(?P<path>[^']+)'|FileNotFoundError: .*(?P<file>\S+\.(?:jsonl?|csv|parquet|txt))",
        "A data set is not where the config says.",
        "Correct dataset or val_dataset; relative paths are read from the folder of the run."),
    KnownFailure("dataset-unreadable", r"JSON parse error|ArrowInvalid|DatasetGenerationError|Expecting value: line|"
        r"UnicodeDecodeError|ParserError",
        "A file of the data set cannot be read: it is damaged, or not of the kind that its name says.",
        "Check the file and the line that the message names; each line of a JSONL file is one JSON object in UTF-8."),
    KnownFailure("dataset-columns", r"dataset\.column_names|Columns? (?:\S+ )?not in|did not find the key|"
        r"KeyError: '(?P<column>messages|query|response|rejected_response|label|images|solution)'|"
        r"rejected_messages|The dataset (?:does not|doesn't) (?:have|contain)",
        "The rows of the data set lack a column that this kind of training needs.",
        "Rename the columns, or map them with the key columns; the format is described in the engine's documentation."),
    KnownFailure("dataset-empty", r"num_samples=0|dataset is empty|empty dataset|no training (?:data|samples)|"
        r"train_dataset: \[\]|out of bounds for size 0",
        _NO_ROWS, _WHY_NO_ROWS),
    KnownFailure("dataset-left-out", r"integer (?:division or )?modulo by zero|'NoneType' object is not iterable",
        _NO_ROWS, _WHY_NO_ROWS, frame=r"len\(dataset\)|iter\(train_dataset\)"),
    KnownFailure("streaming-needs-max-steps", r"does not implement __len__",
        "A data set that is streamed has no length, so the end of training is not known.",
        "Set max_steps."),
    KnownFailure("unknown-argument", r"remaining_argv: (?P<arguments>\[.*\])",
        "The engine does not know these arguments: {arguments}.",
        "Correct or remove them; the editor marks them in the config."),
    KnownFailure("wrong-argument", r"\S+: error: (?P<problem>argument .+)",
        "The engine refuses an argument: {problem}.",
        "Correct it in the config.", source="line"),
    KnownFailure("wrong-value", r"Unknown tuner_type: (?P<problem>\S+)|(?P<problem2>\S+ is not a valid \w+)|"
        r"(?P<problem3>invalid choice: .+)",
        "The engine refuses an argument: {problem}.",
        "Correct it in the config."),
    KnownFailure("batch-of-one", r"Batch size is 1 \(too small\)",
        "KTO compares the samples of a batch, so one is not enough.",
        "Set per_device_train_batch_size to 2 or more."),
    KnownFailure("batches-do-not-divide", r"must be (?:evenly )?divisible by|Check batch related parameters",
        "The sizes of the batches do not divide as this kind of training needs.",
        "Correct the sizes that the message names: per_device_train_batch_size, gradient_accumulation_steps, "
        "num_generations."),
    KnownFailure("strategy-contradicts-devices", r"is not compatible with `device_map`|Using fsdp only works in "
        r"distributed|not compatible with DeepSpeed|Expected all tensors to be on the same device",
        "The way the model is spread over devices contradicts itself.",
        "Set parallel_strategy in place of deepspeed, fsdp and device_map."),
    KnownFailure("unused-parameters", r"Expected to have finished reduction in the prior iteration",
        "Some trained weights took no part in a step, which data-parallel training does not allow.",
        "Set ddp_find_unused_parameters: true, or freeze those weights."),
    KnownFailure("nothing-to-train", r"does not require grad and does not have a grad_fn|"
        r"optimizer got an empty parameter",
        "No weight is trained, or gradient checkpointing cut off those that are.",
        "Check target_modules and freeze_parameters; with LoRA set gradient_checkpointing_kwargs to "
        "{\"use_reentrant\": false}."),
    KnownFailure("unknown-target-modules", r"Target modules? .{0,200}not found in the base model|"
        r"No modules were targeted for adaptation",
        "The model has no layers of the names in target_modules.",
        "Set target_modules: all-linear, or names that the model has."),
    KnownFailure("tracker-not-signed-in", r"api_key not configured|wandb.{0,40}login|swanlab.{0,40}login|not logged in",
        "The experiment tracker in report_to wants an account.",
        "Set its key (WANDB_API_KEY, SWANLAB_API_KEY) as a secret of the editor, or report_to: tensorboard."),
    KnownFailure("rollout-server-unreachable", r"Server is not reachable|can't be reached after|vLLM server",
        "The server that generates completions for this training does not answer.",
        "Start the rollout first and check vllm_server_host and vllm_server_port."),
    KnownFailure("kernel-does-not-compile", r"triton\S*(?:CompilationError|OutOfResources)|OutOfResources: out of "
        r"resource|TorchDynamo|torch\._dynamo|InductorError",
        "A kernel that is compiled at run time does not compile for this device.",
        "Set torch_compile: false and use_liger_kernel: false, or update torch and triton."),
    KnownFailure("crashed", r"SIGSEGV|SIGBUS|SIGILL|SIGFPE|SIGABRT",
        "The command crashed in compiled code.",
        "Resume. If it crashes again, look at the last lines of the log for the library; builds for another "
        "processor or "
        "CUDA do this.", source="ending"),
)
# fmt: on
