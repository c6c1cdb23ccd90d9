"""Human review: samples with known chances, tasks for annotation tools, answers, agreement, consensus, effect."""
