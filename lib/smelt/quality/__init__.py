"""Quality of question/answer pairs: scores in [0, 1] for every example, with the names of the rules that reject it."""
