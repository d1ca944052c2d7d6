"""What a trial does, drawn from its seed: how its trainers behave, and which faults come when."""

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

# Trainers of a trial train for about so long, faults come within it.
TRAINING_SECONDS = (1.5, 5.0)
# From the request to the first step; some faults come in this time.
START_SECONDS = 1.0
EARLY_SHARE = 0.15
RETRIES_SHARE = 0.15
QUEUE_SHARE = 0.2
CHATTY_SHARE = 0.1
# On two cores with other work on them.
ENGINE_LOAD_SECONDS = 40.0
ENGINE_STEP_SECONDS = 0.25
ENGINE_STEPS = (40, 100)
ENGINE_LATE_SHARE = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an attempt ends by itself other than well, or diverges from some step on."""

    how: str
    step: int
    # Attempts up to this one end so; later ones end well.
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerPlan:
    """How the stand-in trainer of one run behaves. Its keys travel in camel case, see `wire`."""

    steps: int
    seconds_per_step: float
    import_seconds: float
    evaluate_every: int
    save_every: int
    save_seconds: float
    workers: int
    workers_have_sessions: bool
    workers_outlive: bool
    ignores: list[str]
    torn_writes: bool
    # Numbered lines that it prints at each step.
    chatter: int
    ending: Ending | None

    @property
    def seconds(self) -> float:
        """About how long it trains."""
        return self.import_seconds + self.steps * self.seconds_per_step

    def wire(self) -> dict[str, Any]:
        """As the trainer reads it."""
        return {_camel(name): value for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that happens, so many seconds after another."""

    kind: str
    at: float
    # From when on its time counts: the moment when the windows are open, when something of a run lives, or when a run
    # has trained its first step.
    after: Literal["start", "birth", "step"] = "birth"
    # What it needs to choose its victim and its details, so that the whole trial hangs on one seed.
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPlan:
    """A trial."""

    seed: int
    trainers: list[TrainerPlan]
    windows: int
    faults: list[Fault]
    retries: int | None = None
    queue: bool = False
    # What an alert about a loss that is no number does; it only notifies where this is None.
    health: str | None = None

    @property
    def kinds(self) -> set[str]:
        return {fault.kind for fault in self.faults}


def plan_engine_trial(seed: int, kinds: Sequence[tuple[str, float]]) -> TrialPlan:
    """As `plan_trial`, for the real engine: it takes long to load, so most faults come when it has begun to train."""
    plan = plan_trial(seed, kinds)
    chance = random.Random(seed)
    steps = chance.randint(*ENGINE_STEPS)
    trainer = replace(
        plan.trainers[0],
        steps=steps,
        import_seconds=ENGINE_LOAD_SECONDS,
        seconds_per_step=ENGINE_STEP_SECONDS,
        save_every=chance.choice((10, 15, 25)),
        ending=None,
    )
    is_late = [chance.random() < ENGINE_LATE_SHARE for _ in plan.faults]
    latest = steps * ENGINE_STEP_SECONDS / 2
    faults = [
        replace(fault, at=chance.uniform(0.0, latest), after="step")
        if late
        else replace(fault, at=chance.uniform(0.0, ENGINE_LOAD_SECONDS / 2))
        for fault, late in zip(plan.faults, is_late, strict=True)
    ]
    return replace(plan, trainers=[trainer], faults=faults, queue=False)


def plan_trial(seed: int, kinds: Sequence[tuple[str, float]]) -> TrialPlan:
    """The trial of a seed. `kinds` are the faults that can happen here, with their weights."""
    chance = random.Random(seed)
    trainers = [_plan_trainer(chance) for _ in range(chance.choices((1, 2, 3), (6, 3, 1))[0])]
    longest = max(trainer.seconds for trainer in trainers)
    names = [name for name, _ in kinds]
    weights = [weight for _, weight in kinds]
    chosen = chance.choices(names, weights, k=chance.choices((1, 2, 3, 4), (3, 4, 3, 1))[0])
    # Somebody has to be there to whom it can happen.
    if "kill-worker" in chosen:
        trainers[0] = replace(trainers[0], workers=max(1, trainers[0].workers))
    if "stop-at-checkpoint" in chosen:
        trainers = [replace(trainer, save_every=trainer.save_every or 4) for trainer in trainers]
    faults = [_plan_fault(kind, longest, chance) for kind in chosen]
    return TrialPlan(
        seed=seed,
        trainers=trainers,
        windows=chance.choices((1, 2), (6, 4))[0],
        faults=sorted(faults, key=lambda fault: fault.at),
        # A retry waits ten seconds, and the next one twice as long.
        retries=chance.choices((1, 2), (4, 1))[0] if chance.random() < RETRIES_SHARE else None,
        queue=chance.random() < QUEUE_SHARE,
        health=chance.choice((None, "stop", "resume")),
    )


def _plan_fault(kind: str, longest: float, chance: random.Random) -> Fault:
    is_early = chance.random() < EARLY_SHARE
    latest = START_SECONDS if is_early else longest
    return Fault(
        kind=kind,
        at=round(chance.uniform(0.0, latest), 3),
        after="start" if is_early else "birth",
        seed=chance.getrandbits(32),
    )


def _plan_trainer(chance: random.Random) -> TrainerPlan:
    steps = chance.randint(8, 60)
    seconds = chance.uniform(*TRAINING_SECONDS)
    ending = None
    if chance.random() < 0.25:
        how = chance.choice(("raise", "code", "signal", "diverge"))
        ending = Ending(how=how, step=chance.randint(1, steps + 1), attempts=chance.choice((1, 1, 2, 99)))
    return TrainerPlan(
        steps=steps,
        seconds_per_step=round(seconds / steps, 4),
        import_seconds=round(chance.uniform(0.0, 0.6), 3),
        evaluate_every=chance.choice((0, 3, 7)),
        save_every=chance.choice((0, 4, 10)),
        save_seconds=round(chance.uniform(0.0, 0.3), 3),
        workers=chance.choices((0, 1, 2), (5, 3, 2))[0],
        workers_have_sessions=chance.random() < 0.5,
        workers_outlive=chance.random() < 0.3,
        ignores=chance.choices(([], ["SIGINT"], ["SIGINT", "SIGTERM"]), (8, 1, 1))[0],
        torn_writes=chance.random() < 0.2,
        chatter=chance.randint(10, 300) if chance.random() < CHATTY_SHARE else 0,
        ending=ending,
    )


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
