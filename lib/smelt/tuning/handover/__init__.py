"""Hand-over of a finished model: its folder, verified in another process, registration, and promotion."""
