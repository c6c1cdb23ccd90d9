"""The evaluation framework: what a set is worth, what a model gained by it, and what it learnt by heart."""
