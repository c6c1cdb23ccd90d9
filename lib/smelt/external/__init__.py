"""External data: whose it is, what its licence allows, the evidence, credit that follows its rows, withdrawal."""
