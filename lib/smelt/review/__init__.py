"""Human review: probability samples, tasks for annotation tools, answers, agreement, consensus, verdicts."""
