"""What an engine is to the rest of the bridge, and the nouns it speaks in; nothing here knows a particular engine."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from tunewright_bridge.protocol.checkpoint import ArgumentDifference, CheckpointSummary, PreflightCheck
from tunewright_bridge.protocol.config import OwnKeys
from tunewright_bridge.protocol.task import Task


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A config as it was written: `values` hold the engine's keys, `own` the keys that the engine never sees."""

    path: Path
    text: str
    task: Task
    values: dict[str, Any]
    own: OwnKeys


@dataclass(frozen=True, slots=True)
class ResolvedConfig:
    """A config as the engine gets it.

    `values` hold engine keys only, with `${env:NAME}` still as text and every place decided: dumped, they are
    `resolved.yaml`. They keep the key `ENV`, because the launcher applies it as the engine's own command would, where
    a variable that is already set wins.
    """

    values: dict[str, Any]
    # What parallel_strategy demands (NPROC_PER_NODE, …): set for the launcher, over what the environment has.
    environment: dict[str, str]
    # Every NAME of an `${env:NAME}`, sorted; the launcher needs each of them in its environment.
    secret_names: list[str]
    # Absolute; where the task writes.
    output_directory: Path
    # Secrets that the config holds in plain text, by the name that `values` refer to them under. They travel in the
    # environment like the others, are written nowhere, and have to be redacted in every copy of the config's text.
    literal_secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What an attempt would do with a checkpoint, beside what the training did that wrote it."""

    next_step: int
    max_steps: int | None
    differences: list[ArgumentDifference]
    checks: list[PreflightCheck]


class Engine(Protocol):
    """One package that trains."""

    name: str

    def resolve(
        self,
        config: ConfigFile,
        *,
        attempt_output: Path,
        working_directory: Path,
        device_count: int,
        now: datetime,
        environment: Mapping[str, str] | None = None,
        taken: Collection[Path] = (),
    ) -> ResolvedConfig:
        """The config with our own keys translated into the engine's.

        `attempt_output` is where the task writes unless the config says otherwise; relative places are read against
        `working_directory`. `device_count` is the number of accelerators that the run may use; 0 means that it has
        none and computes on the CPU. `environment` is what the launcher will inherit. A place that is `taken`
        gets another one beside it. Raises BridgeError (config-invalid, task-unsupported).
        """

    def literal_secrets(self, config: ConfigFile) -> Mapping[str, str]:
        """The secrets that the config holds in plain text, by the names that `resolve` gives them."""

    def check_places(self, config: ConfigFile, working_directory: Path) -> None:
        """Raises BridgeError (model-not-found, config-invalid) where a model folder or data file is not there.

        For the moment before a start: the engine would look for it on a hub, for minutes where there is no network.
        """

    def command(self, interpreter: str, task: Task, resolved_path: Path) -> list[str]:
        """The argument list that starts the launcher; it holds no value of the config."""

    def dump(self, resolved: ResolvedConfig) -> str:
        """`resolved.yaml`: what the engine would read to get exactly these values."""

    def shell_command(self, task: Task, resolved: ResolvedConfig, working_directory: Path) -> str:
        """A shell line by which a person runs the resolved config without us; secrets stay variables of the shell."""

    def metrics_files(self, output_directory: Path) -> list[Path]:
        """Where the engine writes metrics, oldest first; the files need not exist yet."""

    def resolve_again(
        self, task: Task, resolved_text: str, *, earlier_output: Path, attempt_output: Path, now: datetime
    ) -> ResolvedConfig:
        """An earlier attempt's `resolved.yaml` for one more attempt: the same values, but for a place of its own.

        The new place is `attempt_output`, or one beside `earlier_output` where the config had named that. What the
        earlier attempt had in its environment beside its secrets is not known here. Raises BridgeError config-invalid.
        """

    def resume(self, task: Task, resolved: ResolvedConfig, checkpoint: Path, *, weights_only: bool) -> ResolvedConfig:
        """`resolved`, going on from a checkpoint; with `weights_only`, optimizer and schedule begin anew."""

    def begin_as(self, resolved: ResolvedConfig, original_text: str) -> ResolvedConfig:
        """`resolved`, beginning where the attempt of this `resolved.yaml` began."""

    def checkpoints(
        self, output_directory: Path, attempt: int, *, after_step: int | None = None
    ) -> list[CheckpointSummary]:
        """What the engine has saved in an attempt's output directory, newest first; empty where there is nothing.

        A checkpoint that is being written, or being deleted, is not complete. Of those up to `after_step` nothing is
        opened, and they are left out.
        """

    def last_logged_step(self, output_directory: Path, before_step: int) -> int:
        """The last step before `before_step` of which the engine logged how it went; 0 where it is none.

        Trouble that shows in one line may have begun with any step since the line before.
        """

    def check_checkpoint(self, checkpoint: Path, *, weights_only: bool) -> list[PreflightCheck]:
        """What speaks against going on from a checkpoint: its files are really opened, in time that is bounded.

        An `error` means that the attempt would fail, or train something else. Where only weights are taken, what is
        wrong with the other files does not count.
        """

    def compare_with_checkpoint(
        self,
        checkpoint: CheckpointSummary,
        resolved: ResolvedConfig,
        *,
        trained_text: str | None,
        environment: Mapping[str, str],
        weights_only: bool,
    ) -> Comparison:
        """What differs between the training that wrote the checkpoint and an attempt that goes on from it.

        `trained_text` is the `resolved.yaml` of that training, where it is known, and `environment` what the attempt
        would inherit. What differs by nature, such as the place of the results, is left out.
        """

    def data_files(self, values: Mapping[str, Any], working_directory: Path) -> list[Path]:
        """The data files that a config names, absolute; of a folder, the files in it. They need not exist."""

    def introspect(self, interpreter: str) -> dict[str, Any]:
        """The wire form of the engine's EngineSchema, asked anew. Takes about 20 s. Raises BridgeError."""
