"""Cost estimates of training and serving, the choice of an approach, and a checklist of the next steps."""
