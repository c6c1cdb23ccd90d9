"""Quality of question/answer pairs: every example scored in [0, 1] with the names of what is wrong."""
