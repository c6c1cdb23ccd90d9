"""Faults at random on warehouses that smelt writes to: nothing is lost, nothing is there twice, nobody comes back."""
