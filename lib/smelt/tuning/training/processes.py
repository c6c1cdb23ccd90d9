"""Runs with several processes (``accelerate launch``): the first one prepares, the others wait for its results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from smelt.errors import SmeltError
from smelt.tuning.base.libraries import library

T = TypeVar("T")


def _state() -> Any:
    """Accelerate's state of this process.

    Without a GPU it needs ``cpu=True``, else each process seems to be the only one.
    """
    return library("accelerate").PartialState(cpu=not library("torch").cuda.is_available())


def is_first() -> bool:
    """Whether this is the first process, which writes."""
    return bool(_state().is_main_process)


def on_first(work: Callable[[], T]) -> T:
    """Run ``work`` in the first process, and return its result, or raise its error, in every process.

    Tried with two processes on a CPU, not on several GPUs so far.
    """
    state = _state()
    if state.num_processes == 1:
        return work()
    told: list[Any] = [None, None]
    if state.is_main_process:
        try:
            told = [work(), None]
        except SmeltError as raised:
            told = [None, (type(raised), raised.args, dict(raised.__dict__))]
    library("accelerate").utils.broadcast_object_list(told, from_process=0)
    if told[1] is not None:
        kind, args, values = told[1]
        error: SmeltError = kind.__new__(kind, *args)
        error.__dict__.update(values)
        raise error
    result: T = told[0]
    return result
