"""Training runs of a tiny model, and how to kill one."""

from __future__ import annotations

from smelt.tuning.training.run import train
from smelt.tuning.training.trainer import ReleaseTrainer


def trained(prepared, config, name=None, where=None):
    ready = prepared(config, where)
    return train(ready.release, ready.base, ready.chat, config, name=name)


def losses(run):
    return [(entry["step"], entry["loss"]) for entry in run.record["losses"] if "loss" in entry]


def kill_at(monkeypatch, step):
    """The process dies in ``step``, as kill -9 would have it: nothing is cleaned up."""
    whole = ReleaseTrainer.training_step

    def dying(self, *args, **kwargs):
        if self.state.global_step >= step:
            raise KeyboardInterrupt
        return whole(self, *args, **kwargs)

    monkeypatch.setattr(ReleaseTrainer, "training_step", dying)
