"""Raw support data of any size, with the truth beside it: for demos, tests and benchmarks.

Every record is a pure function of the seed, its stream and its number, so that a run is repeatable, memory
is flat, and a later run can go on where an earlier one ended.
"""
