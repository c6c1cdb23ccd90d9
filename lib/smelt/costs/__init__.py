"""What training and serving cost, which approach to choose, and what to do next: figures, rules and a checklist."""
