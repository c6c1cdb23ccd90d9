"""Training runs with TRL, bound to their release, with exact losses, checkpoints and a stop on divergence."""
