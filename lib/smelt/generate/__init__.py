"""Generates raw support data of any size, with its ground truth, for demos, tests and benchmarks.

Every record is a pure function of the seed, its stream and its number, so runs are repeatable, memory use is constant,
and a later run can continue where an earlier one ended.
"""
