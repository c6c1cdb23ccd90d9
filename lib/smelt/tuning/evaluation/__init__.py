"""The evaluation framework: measures of the data set, of the model's gain by it, and of memorisation."""
